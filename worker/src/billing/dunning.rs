//! Reminds of what is not paid, and pauses the merchants who do not pay: each step once.

use order_events::Timestamp;

use crate::billing::dunning_schedule;
use crate::billing::invocation_limits::Budget;
use crate::billing::isolated::on_each;
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::store::dunning::{DunnableRow, DunningStep};

/// Purchase orders that are moved on in one statement.
const PER_STATEMENT: i64 = 500;

/// Statements that this takes: one reads what is due, one moves it on, one pauses the merchants.
const QUERIES: usize = 3;

/// Moves on every purchase order whose next step is due by now. Any number of events, one after the
/// other or at once, does the same as one: a step is taken from where it was read, or not at all.
pub(crate) async fn dun_due(context: &RequestContext) -> Result<(), Problem> {
    let now = context.now.milliseconds();
    let budget = Budget::begin();
    while budget.allows(context, QUERIES) {
        let due = context.store.due_dunnings(now, PER_STATEMENT).await?;
        let is_last = i64::try_from(due.len()).is_ok_and(|count| count < PER_STATEMENT);
        if !due.is_empty() {
            let steps: Vec<_> = due.into_iter().map(|row| step(row, context.now)).collect();
            let advance =
                async |steps: &[DunningStep]| context.store.advance_dunnings(steps, now).await;
            on_each(context, &steps, |step| &step.id, QUERIES, advance).await?;
        }
        if is_last {
            break;
        }
    }
    Ok(())
}

fn step(row: DunnableRow, now: Timestamp) -> DunningStep {
    let so_far = dunning_schedule::SoFar {
        closed_at: Timestamp::from_milliseconds(row.closed_at),
        dunning: row.dunning,
        dunned_at: row.dunned_at.and_then(Timestamp::from_milliseconds),
    };
    let step = dunning_schedule::step(&so_far, now, &row.time_zone);
    DunningStep {
        id: row.id,
        from: row.dunning,
        to: step.to,
        next: step.next.map(Timestamp::milliseconds),
    }
}

//! Work on many units, in which one that fails stops no other: it is found and set aside.

use crate::billing::invocation_limits::Budget;
use crate::platform::context::RequestContext;
use crate::platform::log::{self, LogEvent};
use crate::platform::problem::Problem;
use crate::store::StoreError;

/// Works on all units at once. If that fails, it works on halves of them, down to the unit at
/// fault, which is set aside under its id. `queries` is the number of statements that one call
/// takes.
///
/// The rest is left to the next event if the invocation's statements are used up, or if the
/// database itself fails.
pub(super) async fn on_each<T>(
    context: &RequestContext,
    units: &[T],
    id: fn(&T) -> &str,
    queries: usize,
    work: impl AsyncFn(&[T]) -> Result<(), StoreError>,
) -> Result<(), Problem> {
    let budget = Budget::begin();
    let mut waiting = vec![units];
    while let Some(piece) = waiting.pop() {
        if piece.len() < units.len() && !budget.allows(context, queries) {
            log::write(LogEvent::StatementsUsedUp, &[]);
            return Ok(());
        }
        let Err(error) = work(piece).await else { continue };
        if error.is_passing() {
            return Err(error.into());
        }
        if let [unit] = piece {
            set_aside(context, id(unit), &error.to_string()).await?;
        } else {
            let (first, rest) = piece.split_at_checked(piece.len() / 2).unwrap_or_default();
            waiting.extend([rest, first].into_iter().filter(|half| !half.is_empty()));
        }
    }
    Ok(())
}

/// Notes that the work on one purchase order, or on one of its payments, failed. If the fault is
/// its own, it is set aside.
///
/// # Errors
/// Returns the problem if the fault is not its own.
pub(super) async fn note_failure(
    context: &RequestContext,
    id: &str,
    problem: Problem,
) -> Result<(), Problem> {
    if let Some(reason) = problem.fault_of_row() {
        return set_aside(context, id, reason).await;
    }
    log::write(LogEvent::WorkFailed, &[("id", id), ("message", &problem.to_string())]);
    Err(problem)
}

async fn set_aside(context: &RequestContext, id: &str, reason: &str) -> Result<(), Problem> {
    log::write(LogEvent::SetAside, &[("id", id), ("message", reason)]);
    Ok(context.store.set_aside(id, reason, context.now.milliseconds()).await?)
}

//! The end of the month: who is due, the close, and the charge.

mod charge;
pub(crate) mod close;
pub(crate) mod next;
pub(crate) mod period;

use crate::context::RequestContext;
use crate::problem::{self, Problem};

/// Closes every purchase order whose month was over at the event's instant. Any number of events
/// does the same as one: each step asks for what is not yet done, and guards on it when it writes.
pub(crate) async fn end_months(context: &RequestContext) {
    let scheduled_at = context.now.milliseconds();
    let mut closed: usize = 0;
    let problem = run(context, &mut closed).await.err();
    let message = problem.as_ref().map(Problem::message);
    let recorded = context.store.record_month_end_run(scheduled_at, closed, message).await;
    if recorded.is_err() {
        problem::log(&format!("The month end run at {scheduled_at} could not be recorded"));
    }
}

/// What was closed stays closed and is counted, even when what follows it fails.
async fn run(context: &RequestContext, closed: &mut usize) -> Result<(), Problem> {
    *closed = close::close_due(context).await?;
    close::seal_closed(context).await?;
    charge::charge_due(context).await
}

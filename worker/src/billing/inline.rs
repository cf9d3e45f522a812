//! The end of months without a queue: the cron event closes and charges by itself, as far as one
//! invocation may go.

use crate::billing::charge;
use crate::billing::close::{self, QUERIES_PER_CLOSE, QUERIES_PER_FINALIZATION};
use crate::billing::invocation_limits::Budget;
use crate::billing::messages::CLOSES;
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::{mail, payments};

/// Payments looked at in one event, and cards charged in one, at most.
const PER_EVENT: i64 = 100;

/// Closes, finalizes and charges what is due by now; counts what it closed.
pub(super) async fn close_and_charge(
    context: &RequestContext,
    closed: &mut usize,
) -> Result<(), Problem> {
    let budget = Budget::begin();
    let (store, now) = (&context.store, context.now.milliseconds());
    let limit = i64::try_from(CLOSES).unwrap_or(i64::MAX);
    while budget.allows(context, QUERIES_PER_CLOSE.saturating_add(QUERIES_PER_FINALIZATION)) {
        let due = store.due_purchase_orders(now, limit).await?;
        if due.is_empty() {
            break;
        }
        *closed = closed.saturating_add(close::close(context, &due).await?);
    }
    while budget.allows(context, QUERIES_PER_FINALIZATION) {
        let unfinalized = store.closed_purchase_orders(limit).await?;
        if unfinalized.is_empty() {
            break;
        }
        close::finalize(context, &unfinalized).await?;
    }
    let gateway = payments::gateway(context)?;
    let gateway = &gateway;
    // The same event, fired twice, may have just asked: the outcome is settled there.
    let until = now.saturating_sub(1);
    let mut outcome = Ok(());
    for id in store.unanswered_payments(gateway.name(), until, PER_EVENT).await? {
        if budget.allows(context, charge::QUERIES) {
            outcome = outcome.and(charge::resume_all(context, gateway, &[id]).await);
        }
    }
    for id in store.due_charges(gateway.name(), now, PER_EVENT).await? {
        if budget.allows(context, charge::QUERIES) {
            outcome = outcome.and(charge::charge_all(context, gateway, &[id]).await);
        }
    }
    outcome
}

/// Sends the mail that waits.
pub(super) async fn send_mail(context: &RequestContext) -> Result<(), Problem> {
    let budget = Budget::begin();
    while mail::send_within(context, budget.left(context)).await? {}
    Ok(())
}

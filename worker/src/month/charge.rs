//! Charges saved cards after the close, and asks again about what has no answer.

use worker::Date;

use crate::auth::new_id;
use crate::context::RequestContext;
use crate::payments::settlement::{refund_duplicates, settle};
use crate::payments::{self, Gateway};
use crate::problem::Problem;
use crate::store::StoreError;

/// Payments asked about in one event, and cards charged in one. The next event takes the rest, so
/// that an event stays within what the runtime allows.
const PER_EVENT: i64 = 100;

/// Milliseconds after which a provider tells nothing of the past any more.
const EVENTS_KEPT_FOR: i64 = 30 * 24 * 60 * 60 * 1000;

/// Milliseconds after which an event leaves the rest to the next one: a provider that does not answer
/// takes its time for each payment, and the runtime stops an event after a quarter of an hour.
const TIME_MAX: u64 = 10 * 60 * 1000;

/// Milliseconds that a person may take on the pay page.
const PAGE_OPEN_FOR: i64 = 60 * 60 * 1000;

/// Charges what is due by now. Any number of events, one after the other or at once, does the same
/// as one: an attempt is stored before the provider is asked, and is the only one under way.
pub(crate) async fn charge_due(context: &RequestContext) -> Result<(), Problem> {
    let gateway = payments::gateway(context)?;
    let gateway = gateway.as_ref();
    let started_at = Date::now().as_millis();
    let has_time = || Date::now().as_millis().saturating_sub(started_at) < TIME_MAX;
    resume_unanswered(context, gateway, &has_time).await?;
    refund_duplicates(context, gateway).await?;
    let now = context.now.milliseconds();
    context.store.forget_events(now.saturating_sub(EVENTS_KEPT_FOR)).await?;
    context.store.unplan_without_card(gateway.name(), now).await?;
    for due in context.store.due_charges(gateway.name(), now, PER_EVENT).await? {
        if has_time() {
            charge(context, gateway, &due.id).await?;
        }
    }
    Ok(())
}

/// An answer was lost, or a payer went away from the page.
async fn resume_unanswered(
    context: &RequestContext,
    gateway: &dyn Gateway,
    has_time: &impl Fn() -> bool,
) -> Result<(), Problem> {
    let now = context.now.milliseconds();
    // What this very event, fired twice, has just asked for will be answered there.
    let until = now.saturating_sub(1);
    let store = &context.store;
    for row in store.unanswered_payments(gateway.name(), until, PER_EVENT).await? {
        let Some(payment) = store.payment(&row.id).await? else { continue };
        let is_over = payment.created_at.saturating_add(PAGE_OPEN_FOR) <= now;
        if (payment.is_by_saved_card() || is_over) && has_time() {
            let answer = gateway.resume(&payment, context.now).await;
            settle(context, gateway, &payment, answer).await?;
        }
    }
    Ok(())
}

async fn charge(
    context: &RequestContext,
    gateway: &dyn Gateway,
    purchase_order: &str,
) -> Result<(), Problem> {
    if !payments::close_open_page(context, gateway, purchase_order).await? {
        return Ok(());
    }
    let id = new_id("pay")?;
    let now = context.now.milliseconds();
    match context.store.begin_charge(purchase_order, &id, gateway.name(), now).await {
        Ok(Some(payment)) => {
            let answer = gateway.charge(&payment).await;
            settle(context, gateway, &payment, answer).await
        }
        // Another event, or a payer, was first.
        Ok(None) | Err(StoreError::Conflict) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

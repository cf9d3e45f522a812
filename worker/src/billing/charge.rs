//! Charges saved cards after the close, and resumes payments without a known outcome.

use crate::billing::invocation_limits::Budget;
use crate::billing::isolated::note_failure;
use crate::crypto::new_id;
use crate::payments::provider::SavedCards;
use crate::payments::settlement::{QUERIES_OF_REFUNDS, refund_duplicates, settle};
use crate::payments::{self, Gateway, card_setup};
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::store::StoreError;

/// Maximum statements of one charge, including those after its outcome.
pub(super) const QUERIES: usize = 11;

/// Milliseconds after which a provider no longer returns past events.
const EVENTS_KEPT_FOR: i64 = 30 * 24 * 60 * 60 * 1000;

/// Milliseconds that a person may take on the pay page.
const PAGE_OPEN_FOR: i64 = 60 * 60 * 1000;

/// Charges the saved cards of these purchase orders, where they are due. Any number of events, one
/// after the other or at once, does the same as one: an attempt is stored before the provider is
/// asked, and is the only one under way. Each fails alone; the first failure is returned.
pub(super) async fn charge_all(
    context: &RequestContext,
    gateway: &Gateway,
    purchase_orders: &[String],
) -> Result<(), Problem> {
    let Some(cards) = gateway.saved_cards() else { return Ok(()) };
    let mut outcome = Ok(());
    for id in purchase_orders {
        if let Err(problem) = charge(context, gateway, cards, id).await {
            outcome = outcome.and(note_failure(context, id, problem).await);
        }
    }
    outcome
}

/// Resumes payments without a known outcome: the response was lost, or the payer left the page.
/// Each fails independently; the first failure is returned.
pub(super) async fn resume_all(
    context: &RequestContext,
    gateway: &Gateway,
    payments: &[String],
) -> Result<(), Problem> {
    let mut outcome = Ok(());
    for id in payments {
        if let Err(problem) = resume(context, gateway, id).await {
            outcome = outcome.and(note_failure(context, id, problem).await);
        }
    }
    outcome
}

async fn resume(context: &RequestContext, gateway: &Gateway, payment: &str) -> Result<(), Problem> {
    let Some(payment) = context.store.payment(payment).await? else { return Ok(()) };
    let is_over = payment.created_at.saturating_add(PAGE_OPEN_FOR) <= context.now.milliseconds();
    if payment.is_under_way() && (payment.is_by_saved_card() || is_over) {
        let outcome = gateway.resume(&payment, context.now).await;
        settle(context, gateway, &payment, outcome).await?;
    }
    Ok(())
}

/// Statements of the other work of each event.
pub(super) async fn tidy(context: &RequestContext) -> Result<(), Problem> {
    let budget = Budget::begin();
    let gateway = payments::gateway(context)?;
    let until = context.now.milliseconds().saturating_sub(EVENTS_KEPT_FOR);
    context.store.forget_events(until).await?;
    if budget.allows(context, QUERIES_OF_REFUNDS) {
        refund_duplicates(context, &gateway).await?;
    }
    card_setup::resume_pending(context, &gateway, budget.left(context)).await
}

async fn charge(
    context: &RequestContext,
    gateway: &Gateway,
    cards: &dyn SavedCards,
    purchase_order: &str,
) -> Result<(), Problem> {
    if !payments::close_open_page(context, gateway, purchase_order).await? {
        return Ok(());
    }
    let id = new_id("pay")?;
    let now = context.now.milliseconds();
    match context.store.begin_charge(purchase_order, &id, gateway.name(), now).await {
        Ok(Some(payment)) => {
            let outcome = cards.charge(&payment).await;
            settle(context, gateway, &payment, outcome).await
        }
        // Another event, or a payer, was first.
        Ok(None) | Err(StoreError::Conflict) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

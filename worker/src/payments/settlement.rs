//! Stores the outcomes of providers, and their consequences.

use order_events::Timestamp;

use super::Gateway;
use crate::domain::decline::Advice;
use crate::domain::payment_outcome::{Answer, Receipt};
use crate::domain::retry_schedule::next_attempt;
use crate::mail::account;
use crate::payments::provider_event::Refunded;
use crate::platform::context::RequestContext;
use crate::platform::problem::{Problem, log};
use crate::store::payments::{Ended, PaymentRow};

const NEEDS_CUSTOMER: &str =
    "Your bank wants you to confirm this payment. Nothing was paid. Please pay on this page.";

/// Settles a payment with an outcome. The same outcome may arrive any number of times, from any
/// source, and late: a paid payment stays paid.
pub(crate) async fn settle(
    context: &RequestContext,
    gateway: &dyn Gateway,
    payment: &PaymentRow,
    answer: Answer,
) -> Result<(), Problem> {
    let (ended, told, next) = match answer {
        Answer::Paid(receipt) => return pay(context, gateway, payment, &receipt).await,
        Answer::Open => return Ok(()),
        Answer::Unknown(why) => {
            log(&format!("The payment {} is not settled yet: {why}", payment.id));
            return Ok(());
        }
        Answer::Declined(decline) => {
            if let (Advice::ForgetCard, Some(card)) = (decline.advice, &payment.card) {
                context.store.forget_card(gateway.name(), card).await?;
            }
            let again = decline.advice == Advice::TryLater;
            let next = if again { later(context, payment) } else { None };
            (Ended::Declined, (Some(decline.message), decline.reference), next)
        }
        Answer::NeedsCustomer { reference } => {
            (Ended::ConfirmationNeeded, (Some(NEEDS_CUSTOMER), reference), None)
        }
        // It never reached the provider, so the card is charged again, under another key.
        Answer::Abandoned => (Ended::Abandoned, (None, None), Some(context.now)),
    };
    let next = next.map(Timestamp::milliseconds);
    let (message, reference) = told;
    let now = context.now.milliseconds();
    let told = (message, reference.as_deref());
    context.note_mail();
    Ok(context.store.end_payment(&payment.id, ended, told, next, now).await?)
}

fn later(context: &RequestContext, payment: &PaymentRow) -> Option<Timestamp> {
    let closed_at = payment.closed_at.and_then(Timestamp::from_milliseconds)?;
    next_attempt(closed_at, context.now, &payment.time_zone)
}

async fn pay(
    context: &RequestContext,
    gateway: &dyn Gateway,
    payment: &PaymentRow,
    receipt: &Receipt,
) -> Result<(), Problem> {
    let is_right = receipt.amount == payment.amount
        && receipt.currency.eq_ignore_ascii_case(&payment.currency);
    if !is_right {
        // This needs manual action. Until then the payer is not asked to pay again.
        log(&format!(
            "The payment {} is of {} {}, and {} {} were taken",
            payment.id, payment.amount, payment.currency, receipt.amount, receipt.currency
        ));
        return Ok(());
    }
    context.note_mail();
    // The sandbox has no customers.
    let customer = payment.customer.as_deref().unwrap_or(gateway.name());
    let saves_card = payment.is_to_be_remembered() && receipt.card.is_some();
    let notice =
        if saves_card { account::card_saved(context, &payment.merchant_id).await? } else { None };
    let now = context.now.milliseconds();
    if context.store.pay(payment, receipt, (customer, notice), now).await? {
        // It was paid before, so this goes back at once.
        refund_duplicates(context, gateway).await?;
    }
    Ok(())
}

/// Refunds asked for in one go, which leaves D1's limits to others. The next event takes the rest.
const REFUNDS: i64 = 5;

/// Statements that these take: one asks for them, one reads and one settles each.
pub(crate) const QUERIES_OF_REFUNDS: usize = 11;

/// Refunds duplicate payments, and resumes refunds without a known outcome.
pub(crate) async fn refund_duplicates(
    context: &RequestContext,
    gateway: &dyn Gateway,
) -> Result<(), Problem> {
    let mut outcome = Ok(());
    for id in context.store.pending_refunds(gateway.name(), REFUNDS).await? {
        outcome = outcome.and(refund_duplicate(context, gateway, &id).await);
    }
    outcome
}

async fn refund_duplicate(
    context: &RequestContext,
    gateway: &dyn Gateway,
    id: &str,
) -> Result<(), Problem> {
    let Some(refund) = context.store.refund(id).await? else { return Ok(()) };
    let refunded = gateway.refund(&refund, context.now).await;
    settle_refund(context, id, refunded).await?;
    Ok(())
}

/// Stores the outcome of a refund. Returns true if it is known.
pub(crate) async fn settle_refund(
    context: &RequestContext,
    id: &str,
    refunded: Refunded,
) -> Result<bool, Problem> {
    let now = context.now.milliseconds();
    match refunded {
        Refunded::Done(reference) => context.store.settle_refund(id, true, &reference, now).await?,
        Refunded::Failed(reference) => {
            log(&format!("The refund {id} failed: somebody has to pay it back"));
            context.store.settle_refund(id, false, &reference, now).await?;
        }
        Refunded::Unknown(why) => {
            log(&format!("The refund {id} is not settled yet: {why}"));
            return Ok(false);
        }
    }
    Ok(true)
}

//! Stores the outcomes of providers, and their consequences.

use order_events::Timestamp;

use crate::domain::decline::Advice;
use crate::domain::payment_outcome::{PaymentOutcome, Receipt};
use crate::domain::retry_schedule::next_attempt;
use crate::domain::states::RefundState;
use crate::mail::account;
use crate::payments::Gateway;
use crate::payments::provider::Refunds;
use crate::payments::provider_event::RefundOutcome;
use crate::platform::context::RequestContext;
use crate::platform::log::{self, LogEvent};
use crate::platform::problem::Problem;
use crate::store::payments::{Ended, PaymentRow};

const NEEDS_CUSTOMER: &str =
    "Your bank wants you to confirm this payment. Nothing was paid. Please pay on this page.";

/// Settles a payment with an outcome. The same outcome may arrive any number of times, from any
/// source, and late: a paid payment stays paid.
pub(crate) async fn settle(
    context: &RequestContext,
    gateway: &Gateway,
    payment: &PaymentRow,
    outcome: PaymentOutcome,
) -> Result<(), Problem> {
    let (ended, reason, next) = match outcome {
        PaymentOutcome::Paid(receipt) => return pay(context, gateway, payment, &receipt).await,
        PaymentOutcome::Open => return Ok(()),
        PaymentOutcome::Unknown(why) => {
            note(LogEvent::PaymentUnsettled, payment, &why);
            return Ok(());
        }
        PaymentOutcome::Declined(decline) => {
            if let (Advice::ForgetCard, Some(card)) = (decline.advice, &payment.card) {
                let now = context.now.milliseconds();
                context.store.forget_card(gateway.name(), card, now).await?;
            }
            let again = decline.advice == Advice::TryLater;
            let next = if again { later(context, payment) } else { None };
            (Ended::Declined, (Some(decline.message), decline.reference), next)
        }
        PaymentOutcome::NeedsCustomer { reference } => {
            (Ended::ConfirmationNeeded, (Some(NEEDS_CUSTOMER), reference), None)
        }
        // It never reached the provider, so the card is charged again, under another key.
        PaymentOutcome::Abandoned => (Ended::Abandoned, (None, None), Some(context.now)),
    };
    let next = next.map(Timestamp::milliseconds);
    let (message, reference) = reason;
    if let Some(message) = message {
        note(LogEvent::PaymentDeclined, payment, message);
    }
    let now = context.now.milliseconds();
    let reason = (message, reference.as_deref());
    context.note_mail();
    Ok(context.store.end_payment(&payment.id, ended, reason, next, now).await?)
}

fn later(context: &RequestContext, payment: &PaymentRow) -> Option<Timestamp> {
    let closed_at = payment.closed_at.and_then(Timestamp::from_milliseconds)?;
    next_attempt(closed_at, context.now, &payment.time_zone)
}

async fn pay(
    context: &RequestContext,
    gateway: &Gateway,
    payment: &PaymentRow,
    receipt: &Receipt,
) -> Result<(), Problem> {
    let is_right = receipt.amount == payment.amount
        && receipt.currency.eq_ignore_ascii_case(&payment.currency);
    if !is_right {
        // This needs manual action. Until then the payer is not asked to pay again.
        let message = format!(
            "{} {} were requested, and {} {} were taken",
            payment.amount, payment.currency, receipt.amount, receipt.currency
        );
        note(LogEvent::PaymentMismatch, payment, &message);
        return Ok(());
    }
    context.note_mail();
    // The sandbox has no customers.
    let customer = payment.customer.as_deref().unwrap_or(gateway.name().as_str());
    let saves_card = payment.is_to_be_remembered() && receipt.card.is_some();
    let notice =
        if saves_card { account::card_saved(context, &payment.merchant_id).await? } else { None };
    let now = context.now.milliseconds();
    let is_duplicate = context.store.pay(payment, receipt, (customer, notice), now).await?;
    note(LogEvent::PaymentPaid, payment, "");
    if is_duplicate {
        // It was paid before, so this goes back at once.
        refund_duplicates(context, gateway).await?;
    }
    Ok(())
}

/// Writes a line about a payment to the log.
fn note(event: LogEvent, payment: &PaymentRow, message: &str) {
    let fields = [
        ("payment", payment.id.as_str()),
        ("merchant", &payment.merchant_id),
        ("message", message),
    ];
    log::write(event, &fields);
}

/// Refunds asked for in one go, which leaves D1's limits to others. The next event takes the rest.
const REFUNDS: i64 = 5;

/// Statements that these take: one asks for them, one reads and one settles each.
pub(crate) const QUERIES_OF_REFUNDS: usize = 11;

/// Refunds duplicate payments, and resumes refunds without a known outcome.
pub(crate) async fn refund_duplicates(
    context: &RequestContext,
    gateway: &Gateway,
) -> Result<(), Problem> {
    let Some(refunds) = gateway.refunds() else { return Ok(()) };
    let mut outcome = Ok(());
    for id in context.store.pending_refunds(gateway.name(), REFUNDS).await? {
        outcome = outcome.and(refund_duplicate(context, refunds, &id).await);
    }
    outcome
}

async fn refund_duplicate(
    context: &RequestContext,
    refunds: &dyn Refunds,
    id: &str,
) -> Result<(), Problem> {
    let Some(refund) = context.store.refund(id).await? else { return Ok(()) };
    let outcome = refunds.refund(&refund, context.now).await;
    settle_refund(context, id, outcome).await?;
    Ok(())
}

/// Stores the outcome of a refund. Returns true if it is known.
pub(crate) async fn settle_refund(
    context: &RequestContext,
    id: &str,
    outcome: RefundOutcome,
) -> Result<bool, Problem> {
    let now = context.now.milliseconds();
    match outcome {
        RefundOutcome::Done(reference) => {
            context.store.settle_refund(id, RefundState::Done, &reference, now).await?;
            log::write(LogEvent::RefundDone, &[("refund", id)]);
        }
        RefundOutcome::Failed(reference) => {
            log::write(LogEvent::RefundFailed, &[("refund", id)]);
            context.store.settle_refund(id, RefundState::Failed, &reference, now).await?;
        }
        RefundOutcome::Unknown(why) => {
            log::write(LogEvent::RefundUnsettled, &[("refund", id), ("message", &why)]);
            return Ok(false);
        }
    }
    Ok(true)
}

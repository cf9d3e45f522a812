//! Sends what waits in the outbox: claimed by one, written, handed over, and settled.

use crate::crypto::encryption_keys::Purpose;
use crate::crypto::link::{self, PayLink};
use crate::domain::states::{MailKind, PurchaseOrderState};
use crate::mail::{Delivery, Mail, Message, account, message};
use crate::payments;
use crate::platform::context::RequestContext;
use crate::platform::log::{self, LogEvent};
use crate::platform::problem::Problem;
use crate::store::mails::{MailRow, Outcome};

/// Mails that are claimed at once: each is a call to the provider and one to the database.
const CHUNK: i64 = 10;

/// Statements that it takes to claim mails, and then for each: its lines, what became of it and, in
/// development, the mailbox.
const QUERIES_TO_CLAIM: usize = 4;
const QUERIES_PER_MAIL: usize = 3;

/// Milliseconds for which the sender that claimed a mail has it alone.
const CLAIMED_FOR: i64 = 10 * 60 * 1000;

/// Milliseconds until a mail that was not taken is sent again; then twice as long, and so on.
const FIRST_WAIT: i64 = 5 * 60 * 1000;
const LONGEST_WAIT: i64 = 6 * 60 * 60 * 1000;

/// How often a mail is sent that is not taken: for about two days.
const TRIES_MAX: i64 = 15;

const NOT_SET_UP: &str = "No mail is set up on this server.";
const NO_ADDRESS: &str = "There is no address to send it to.";
const UNREADABLE: &str = "The address cannot be read any more: its encryption key is gone. Type it again \
    in Settings > Payments.";
const OVERTAKEN: &str = "The purchase order was paid before it could be sent.";
const GIVEN_UP: &str = "It was tried for two days, and not taken.";

/// Sends some of the waiting mails; returns true if more may wait. Any number of callers at once
/// sends each mail once; one that is stopped in the middle leaves its mail to be sent again under
/// the same id.
pub(crate) async fn send_some(context: &RequestContext) -> Result<bool, Problem> {
    send_at_most(context, CHUNK).await
}

/// The same, as far as so many statements go.
pub(crate) async fn send_within(context: &RequestContext, queries: usize) -> Result<bool, Problem> {
    let room = queries.saturating_sub(QUERIES_TO_CLAIM).div_euclid(QUERIES_PER_MAIL);
    match i64::try_from(room).unwrap_or(CHUNK).min(CHUNK) {
        0 => Ok(false),
        most => send_at_most(context, most).await,
    }
}

async fn send_at_most(context: &RequestContext, most: i64) -> Result<bool, Problem> {
    let (store, now) = (&context.store, context.now.milliseconds());
    let Some(mail) = super::mail(context)? else {
        store.give_up_mails(NOT_SET_UP, now).await?;
        return Ok(false);
    };
    let until = now.saturating_add(CLAIMED_FOR);
    let of_accounts = store.claim_account_mails(now, until, most).await?;
    for row in &of_accounts {
        let outcome = match account::message(context, &mail.sender, row)? {
            Some(message) => {
                hand_over(context, &mail, &message, (row.merchant_id.as_deref(), row.tries)).await?
            }
            None => Outcome::GivenUp(UNREADABLE),
        };
        store.settle_account_mail(&row.id, &outcome, now).await?;
    }
    let most = most.saturating_sub(i64::try_from(of_accounts.len()).unwrap_or(most));
    if most == 0 {
        return Ok(true);
    }
    store.give_up_mails_without_address(NO_ADDRESS, now).await?;
    let gateway = payments::gateway(context)?;
    let claimed = store.claim_mails(gateway.name(), now, until, most).await?;
    let takes_cards = gateway.card_form() != payments::CardForm::None;
    for row in &claimed {
        let outcome = match send(context, &mail, row, takes_cards).await {
            Ok(outcome) => outcome,
            // Each mail fails alone; who claimed it lets it go in a while.
            Err(problem) if row.tries < TRIES_MAX => {
                let fields = [
                    ("mail", row.id.as_str()),
                    ("merchant", &row.merchant_id),
                    ("message", &problem.to_string()),
                ];
                log::write(LogEvent::MailDeferred, &fields);
                continue;
            }
            Err(_) => Outcome::GivenUp(GIVEN_UP),
        };
        store.settle_mail(&row.id, &outcome, now).await?;
    }
    Ok(i64::try_from(claimed.len()).is_ok_and(|claimed| claimed == most))
}

async fn send(
    context: &RequestContext,
    mail: &Mail,
    row: &MailRow,
    takes_cards: bool,
) -> Result<Outcome<'static>, Problem> {
    let keys = context.keys()?;
    let encrypted = row.email_encrypted.as_deref();
    let Some(address) = keys.email_address(&row.merchant_id, encrypted) else {
        return Ok(Outcome::GivenUp(if encrypted.is_some() { UNREADABLE } else { NO_ADDRESS }));
    };
    if is_overtaken(row) {
        return Ok(Outcome::GivenUp(OVERTAKEN));
    }
    let lines = context.store.frozen_lines(&row.purchase_order_id).await?;
    let pay_link = pay_link(context, row).await?;
    let sender = &mail.sender;
    let facts = message::Facts { row, lines: &lines, sender, pay_link: &pay_link, takes_cards };
    let message = facts.message(address)?;
    hand_over(context, mail, &message, (Some(&row.merchant_id), row.tries)).await
}

async fn hand_over(
    context: &RequestContext,
    mail: &Mail,
    message: &Message,
    (merchant, tries): (Option<&str>, i64),
) -> Result<Outcome<'static>, Problem> {
    let now = context.now.milliseconds();
    let note = |event, reason: &str| {
        let merchant = merchant.unwrap_or_default();
        let fields = [("mail", message.id.as_str()), ("merchant", merchant), ("message", reason)];
        log::write(event, &fields);
    };
    match mail.mailer.send(message).await {
        Delivery::Taken => {
            note(LogEvent::MailSent, "");
            if context.config.development {
                keep(context, merchant, message, now).await?;
            }
            Ok(Outcome::Delivered)
        }
        Delivery::Refused(problem) => {
            note(LogEvent::MailFailed, problem);
            Ok(Outcome::GivenUp(problem))
        }
        Delivery::Later(why) => {
            if tries >= TRIES_MAX {
                note(LogEvent::MailFailed, &why);
                return Ok(Outcome::GivenUp(GIVEN_UP));
            }
            note(LogEvent::MailDeferred, &why);
            Ok(Outcome::Later("It was not taken yet, and is sent again.", again_at(tries, now)))
        }
    }
}

/// The path of the pay link; a new one if the key that encrypted it is gone, so that no mail leads
/// nowhere.
async fn pay_link(context: &RequestContext, row: &MailRow) -> Result<String, Problem> {
    let id = row.purchase_order_id.as_str();
    if let Some(path) = link::path(context.usable_keys(), id, row.link_encrypted.as_deref()) {
        return Ok(path);
    }
    let link = PayLink::create(Some(context.keys()?), id)?;
    context.store.renew_link(id, &link).await?;
    Ok(format!("/pay/{}", link.token))
}

/// A request for a payment is not sent after the payment.
fn is_overtaken(row: &MailRow) -> bool {
    let asks_for_payment = match row.kind {
        MailKind::PurchaseOrderReady
        | MailKind::PurchaseOrderPaid
        | MailKind::Resumed
        | MailKind::BudgetAlert => false,
        MailKind::PaymentDeclined
        | MailKind::ConfirmationNeeded
        | MailKind::FirstReminder
        | MailKind::SecondReminder
        | MailKind::ThirdReminder
        | MailKind::LastNotice
        | MailKind::Paused => true,
    };
    asks_for_payment && row.purchase_order_state != PurchaseOrderState::PaymentDue
}

fn again_at(tries: i64, now: i64) -> i64 {
    let doublings = u32::try_from(tries.saturating_sub(1)).unwrap_or(u32::MAX).min(20);
    let wait = FIRST_WAIT.saturating_mul(2_i64.saturating_pow(doublings)).min(LONGEST_WAIT);
    now.saturating_add(wait)
}

async fn keep(
    context: &RequestContext,
    merchant: Option<&str>,
    message: &Message,
    now: i64,
) -> Result<(), Problem> {
    let text = serde_json::to_string(message)
        .map_err(|_| Problem::internal("A mail could not be written as JSON"))?;
    let encrypted = context.keys()?.encrypt(Purpose::MailboxMessage, &message.id, &text)?;
    context.store.keep_message(&message.id, merchant, &encrypted, now).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_that_is_not_taken_waits_longer_each_time_and_two_days_at_most() {
        assert_eq!(again_at(1, 0), FIRST_WAIT);
        assert_eq!(again_at(3, 100), 100 + 4 * FIRST_WAIT);
        assert_eq!(again_at(i64::MAX, 0), LONGEST_WAIT);
        let all: i64 = (1..TRIES_MAX).map(|tries| again_at(tries, 0)).sum();
        let day = 24 * 60 * 60 * 1000;
        assert!((day..3 * day).contains(&all), "{all}");
    }
}

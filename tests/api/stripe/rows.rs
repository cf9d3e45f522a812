//! Every row of the table in `docs/payments.md`: for each response of Stripe the state of the
//! payment and of the card, the next attempt, and the mail.

use std::time::Duration;

use play_it_green_tests::local_worker::sql;
use play_it_green_tests::stripe::{FakeStripe, Next};
use serde_json::{Value, json};

use super::{Deployment, saved_card};
use crate::mail::wait_until_sent;
use crate::merchant_of;
use crate::pay::DuePurchaseOrder;

scenarios! {
    success => |deployment| check(deployment, &succeeded()),
    insufficient_funds => |deployment| check(deployment, &declined(bank("insufficient_funds"), true)),
    generic_decline => |deployment| check(deployment, &declined(bank("generic_decline"), true)),
    do_not_honor => |deployment| check(deployment, &declined(bank("do_not_honor"), true)),
    processing_error => |deployment| check(deployment, &declined(code("processing_error"), true)),
    advice_to_try_later => |deployment| {
        check(deployment, &declined(advised("lost_card", "try_again_later"), true));
    },
    lost_card => |deployment| check(deployment, &declined(bank("lost_card"), false)),
    stolen_card => |deployment| check(deployment, &declined(bank("stolen_card"), false)),
    expired_card => |deployment| check(deployment, &declined(code("expired_card"), false)),
    incorrect_cvc => |deployment| check(deployment, &declined(code("incorrect_cvc"), false)),
    advice_not_to_try_again => |deployment| {
        check(deployment, &declined(advised("generic_decline", "do_not_try_again"), false));
    },
    advice_to_confirm_card_data => |deployment| {
        check(deployment, &declined(advised("generic_decline", "confirm_card_data"), false));
    },
    authentication_required => |deployment| check(deployment, &needs_confirmation()),
    deleted_card => |deployment| check(deployment, &without_card("resource_missing")),
    unusable_card => |deployment| {
        check(deployment, &without_card("payment_method_unexpected_state"));
    },
    amount_too_small => |deployment| check(deployment, &too_small()),
    status_409 => |deployment| check(deployment, &unknown(failing(409))),
    status_429 => |deployment| check(deployment, &unknown(failing(429))),
    status_500 => |deployment| check(deployment, &unknown(failing(500))),
    status_503 => |deployment| check(deployment, &unknown(failing(503))),
    status_401 => |deployment| check(deployment, &unknown(vec![Next::Refuse(401, json!({}))])),
    status_403 => |deployment| check(deployment, &unknown(vec![Next::Refuse(403, json!({}))])),
    unreadable_response => |deployment| check(deployment, &unknown(vec![Next::Garble])),
    another_amount_than_requested => another_amount,
    no_response_within_eight_seconds => silence,
}

/// The result of a charge.
struct Row {
    next: Vec<Next>,
    payment: &'static str,
    is_charged_again: bool,
    keeps_card: bool,
    /// The kind of the mail and a part of its text; `None` while the outcome is unknown.
    mail: Option<(&'static str, &'static str)>,
}

const DECLINED: &str = "payment declined";
const AGAIN: &str = "is charged again on";
const NOT_AGAIN: &str = "is not charged again for this month";

fn succeeded() -> Row {
    let mail = Some(("purchase order paid", "with the card ending in 4242"));
    Row { next: Vec::new(), payment: "paid", is_charged_again: false, keeps_card: true, mail }
}

fn declined(next: Next, is_charged_again: bool) -> Row {
    let mail = Some((DECLINED, if is_charged_again { AGAIN } else { NOT_AGAIN }));
    Row { next: vec![next], payment: "declined", is_charged_again, keeps_card: true, mail }
}

fn needs_confirmation() -> Row {
    let mail = Some(("confirmation needed", "Your bank needs your confirmation"));
    Row { mail, ..declined(code("authentication_required"), false) }
}

fn without_card(code: &str) -> Row {
    Row { keeps_card: false, ..declined(refused(code), false) }
}

fn too_small() -> Row {
    let mail = Some((DECLINED, "too small to be paid by card"));
    Row { mail, ..declined(refused("amount_too_small"), false) }
}

fn unknown(next: Vec<Next>) -> Row {
    Row { next, payment: "pending", is_charged_again: false, keeps_card: true, mail: None }
}

fn bank(decline_code: &str) -> Next {
    FakeStripe::declined(decline_code)
}

fn code(code: &str) -> Next {
    Next::Decline(json!({"code": code}))
}

fn advised(decline_code: &str, advice_code: &str) -> Next {
    let (code, advice) = ("card_declined", advice_code);
    Next::Decline(json!({"code": code, "decline_code": decline_code, "advice_code": advice}))
}

fn refused(code: &str) -> Next {
    Next::Refuse(400, json!({"type": "invalid_request_error", "code": code}))
}

fn failing(status: u16) -> Vec<Next> {
    (0..3).map(|_| Next::Refuse(status, json!({"type": "api_error"}))).collect()
}

/// Returns the kinds of the mails about a purchase order, except the first.
fn mails(deployment: &Deployment, due: &DuePurchaseOrder) -> Vec<Value> {
    let kinds = "SELECT kind FROM mails
        WHERE purchase_order_id = ?1 AND state = 'sent' AND kind <> 'purchase order ready'";
    let rows = sql(&deployment.worker.url, kinds, &[&due.id]).unwrap();
    rows.into_iter().flatten().collect()
}

/// Charges, compares the result with the row, and returns the purchase order.
fn charge(deployment: &Deployment, row: &Row) -> DuePurchaseOrder {
    let merchant = merchant_of(&deployment.worker.url);
    merchant.with_email().unwrap();
    let due = deployment.charged_of(merchant, row.next.clone());
    let order = due.order();
    let is_paid = row.payment == "paid";
    assert_eq!(order["state"], if is_paid { "paid" } else { "payment due" });
    assert_eq!(due.payments(row.payment), 1);
    assert_eq!(order["next_attempt_at"].is_null(), !row.is_charged_again, "{order}");
    assert_eq!(saved_card(deployment, &due) != Value::Null, row.keeps_card);
    let mails = mails(deployment, &due);
    let Some((kind, words)) = row.mail else {
        assert_eq!(mails, Vec::<Value>::new());
        return due;
    };
    assert_eq!(mails, [kind]);
    let mailbox = due.merchant.mailbox().unwrap();
    let latest = mailbox.split("<article>").filter(|mail| mail.contains("December 2026"));
    assert_eq!(latest.filter(|mail| mail.contains(words)).count(), 1, "{words}: {mailbox}");
    due
}

/// Does the same. An unknown outcome is then paid once, because the charge is requested again under
/// the same key an hour later.
fn check(deployment: &Deployment, row: &Row) {
    let due = charge(deployment, row);
    if row.mail.is_none() {
        deployment.cron_after(&due, 1);
        assert_eq!((due.state(), deployment.taken(&due)), (json!("paid"), 1));
        assert_eq!(mails(deployment, &due), ["purchase order paid"]);
    }
}

/// A payment of another amount never counts as paid.
fn another_amount(deployment: &Deployment) {
    let due = charge(deployment, &unknown(vec![Next::Take(100)]));
    deployment.cron_after(&due, 1);
    assert_eq!((due.state(), due.payments("pending")), (json!("payment due"), 1));
}

/// After eight seconds without a response, the charge is requested again under the same key.
fn silence(deployment: &Deployment) {
    let merchant = merchant_of(&deployment.worker.url);
    merchant.with_email().unwrap();
    let due = deployment.charged_of(merchant, [Next::Slow(Duration::from_secs(9))]);
    assert_eq!((due.state(), deployment.taken(&due)), (json!("paid"), 1));
    assert!(wait_until_sent(&due.merchant, 4).contains(&"purchase order paid".to_owned()));
    let calls = deployment.calls(super::CHARGE, &due);
    assert!(calls.len() == 2 && calls[0].key == calls[1].key, "{calls:?}");
}

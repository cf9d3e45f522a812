//! Every row of the table in `docs/payments.md`: the state of the payment and of the card that an answer
//! ends in, the next attempt, and the mail.

use std::time::Duration;

use play_it_green_tests::local_worker::sql;
use play_it_green_tests::stripe::{FakeStripe, Next};
use serde_json::{Value, json};

use super::{Deployment, Story, saved_card};
use crate::mail::wait_until_sent;
use crate::merchant_of;
use crate::pay::DuePurchaseOrder;

pub(super) const STORIES: &[Story] =
    &[("every row of the table ends in its state and its mail", every_row)];

/// What an answer ends in.
struct Row {
    answer: &'static str,
    next: Vec<Next>,
    payment: &'static str,
    is_charged_again: bool,
    keeps_card: bool,
    /// The kind of the mail, and a part of its words; none where nothing is known.
    mail: Option<(&'static str, &'static str)>,
}

const DECLINED: &str = "payment declined";
const AGAIN: &str = "is charged again on";
const NOT_AGAIN: &str = "is not charged again for this month";

fn declined(answer: &'static str, next: Next, is_charged_again: bool) -> Row {
    let words = if is_charged_again { AGAIN } else { NOT_AGAIN };
    Row {
        answer,
        next: vec![next],
        payment: "declined",
        is_charged_again,
        keeps_card: true,
        mail: Some((DECLINED, words)),
    }
}

fn unknown(answer: &'static str, next: Vec<Next>) -> Row {
    Row { answer, next, payment: "pending", is_charged_again: false, keeps_card: true, mail: None }
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

fn rows() -> Vec<Row> {
    let passing = ["insufficient_funds", "generic_decline", "do_not_honor"];
    let paid = ("purchase order paid", "with the card ending in 4242");
    let needed = ("confirmation needed", "Your bank wants you to confirm");
    let mut rows = vec![Row {
        answer: "succeeded",
        next: Vec::new(),
        payment: "paid",
        is_charged_again: false,
        keeps_card: true,
        mail: Some(paid),
    }];
    rows.extend(passing.map(|code| declined(code, FakeStripe::declined(code), true)));
    rows.push(declined("processing_error", code("processing_error"), true));
    rows.push(declined("advice to try later", advised("lost_card", "try_again_later"), true));
    let lasting = ["lost_card", "stolen_card"];
    rows.extend(lasting.map(|code| declined(code, FakeStripe::declined(code), false)));
    rows.extend(["expired_card", "incorrect_cvc"].map(|text| declined(text, code(text), false)));
    for advice in ["do_not_try_again", "confirm_card_data"] {
        rows.push(declined(advice, advised("generic_decline", advice), false));
    }
    let authentication = declined("authentication", code("authentication_required"), false);
    rows.push(Row { mail: Some(needed), ..authentication });
    for gone in ["resource_missing", "payment_method_unexpected_state"] {
        rows.push(Row { keeps_card: false, ..declined(gone, refused(gone), false) });
    }
    let small = Some((DECLINED, "too small to be paid by card"));
    rows.push(Row { mail: small, ..declined("too small", refused("amount_too_small"), false) });
    for (answer, status) in [("409", 409), ("429", 429), ("500", 500), ("503", 503)] {
        rows.push(unknown(answer, failing(status)));
    }
    rows.push(unknown("401", vec![Next::Refuse(401, json!({}))]));
    rows.push(unknown("403", vec![Next::Refuse(403, json!({}))]));
    rows.push(unknown("unreadable", vec![Next::Garble]));
    rows.push(unknown("another amount", vec![Next::Take(100)]));
    rows
}

/// The kinds of the mails about a purchase order, but for the first.
fn mails(deployment: &Deployment, due: &DuePurchaseOrder) -> Vec<Value> {
    let kinds = "SELECT kind FROM mails
        WHERE purchase_order_id = ?1 AND state = 'sent' AND kind <> 'purchase order ready'";
    let rows = sql(&deployment.worker.url, kinds, &[&due.id]).unwrap();
    rows.into_iter().flatten().collect()
}

fn check(deployment: &Deployment, row: Row) {
    let answer = row.answer;
    let merchant = merchant_of(&deployment.worker.url);
    merchant.with_email().unwrap();
    let due = deployment.charged_of(merchant, row.next);
    let order = due.order();
    let is_paid = row.payment == "paid";
    assert_eq!(order["state"], if is_paid { "paid" } else { "payment due" }, "{answer}");
    assert_eq!(due.payments(row.payment), 1, "{answer}");
    assert_eq!(order["next_attempt_at"].is_null(), !row.is_charged_again, "{answer}: {order}");
    let has_card = saved_card(deployment, &due) != Value::Null;
    assert_eq!(has_card, row.keeps_card, "{answer}");
    let mails = mails(deployment, &due);
    let Some((kind, words)) = row.mail else {
        assert_eq!(mails, Vec::<Value>::new(), "{answer}");
        return end(deployment, &due, answer);
    };
    assert_eq!(mails, [kind], "{answer}");
    let mailbox = due.merchant.mailbox().unwrap();
    let latest = mailbox.split("<article>").filter(|mail| mail.contains("December 2026"));
    let told = latest.filter(|mail| mail.contains(words)).count();
    assert_eq!(told, 1, "{answer}: {words}: {mailbox}");
}

/// What becomes of it when Stripe answers again an hour later: it was asked for under the same key, so
/// it is paid once; but money that is not what was asked for is nobody's to believe.
fn end(deployment: &Deployment, due: &DuePurchaseOrder, answer: &str) {
    deployment.cron_after(due, 1);
    if answer == "another amount" {
        assert_eq!((due.state(), due.payments("pending")), (json!("payment due"), 1), "{answer}");
        let url = &deployment.worker.url;
        let abandon = "UPDATE payments SET state = 'abandoned' WHERE purchase_order_id = ?1";
        sql(url, abandon, &[&due.id]).unwrap();
        return;
    }
    assert_eq!((due.state(), deployment.taken(due)), (json!("paid"), 1), "{answer}");
    assert_eq!(mails(deployment, due), ["purchase order paid"], "{answer}");
}

fn every_row(deployment: &Deployment) {
    for row in rows() {
        println!("  {}", row.answer);
        check(deployment, row);
    }
    silence(deployment);
}

/// An answer that takes too long is waited for for eight seconds, and then asked for again.
fn silence(deployment: &Deployment) {
    let merchant = merchant_of(&deployment.worker.url);
    merchant.with_email().unwrap();
    let due = deployment.charged_of(merchant, [Next::Slow(Duration::from_secs(9))]);
    assert_eq!((due.state(), deployment.taken(&due)), (json!("paid"), 1));
    assert!(wait_until_sent(&due.merchant, 4).contains(&"purchase order paid".to_owned()));
    let calls = deployment.calls(super::CHARGE, &due);
    assert!(calls.len() == 2 && calls[0].key == calls[1].key, "{calls:?}");
}

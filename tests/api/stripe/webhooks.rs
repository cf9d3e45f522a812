//! Stripe's webhooks: accepted with a valid signature, and applied only after the Worker has read
//! the object from Stripe.

use std::time::{SystemTime, UNIX_EPOCH};

use play_it_green_tests::http::{self, Answer};
use play_it_green_tests::stripe::{FakeStripe, signature};
use serde_json::{Value, json};

use super::{Deployment, come_back, saved_card};
use crate::pay::DuePurchaseOrder;

scenarios! {
    a_webhook_records_the_payment_if_the_payer_never_returns => paid,
    a_duplicate_event_is_processed_once => twice,
    an_event_that_stripe_does_not_confirm_changes_nothing => untrue,
    events_out_of_order_change_nothing => late_failure,
    only_events_that_stripe_just_signed_are_accepted => unsigned,
    an_event_of_the_other_mode_is_rejected => other_mode,
    an_event_about_an_unreadable_object_is_requested_again => unreadable,
    a_second_payment_is_refunded_immediately => duplicate,
    a_failed_refund_is_recorded => failed_refund,
    a_detached_card_is_removed => detached,
    a_card_that_the_bank_replaced_is_updated => replaced,
}

const SECRET: &str = "whsec_new_for_tests";

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

pub(super) fn event(id: &str, kind: &str, object: &Value) -> Value {
    json!({"id": id, "object": "event", "type": kind, "livemode": false, "data": {"object": object}})
}

fn send(deployment: &Deployment, event: &Value, signature: &str) -> Answer {
    let url = format!("{}/webhooks/stripe", deployment.worker.url);
    let headers = [("stripe-signature", signature)];
    http::call("POST", &url, &headers, event.to_string().as_bytes()).unwrap()
}

pub(super) fn tell(deployment: &Deployment, event: &Value) -> u16 {
    send(deployment, event, &signature(SECRET, now(), &event.to_string())).status
}

/// Returns the object of an event about a page that Stripe created for this purchase order.
pub(super) fn session(deployment: &Deployment, due: &DuePurchaseOrder, page: &str) -> Value {
    let calls = deployment.calls(super::OPEN, due);
    let made = calls.iter().find(|call| {
        let payment = call.field("metadata[payment]").unwrap_or_default();
        let intended = &deployment.stripe.object(page)["to_be_paid"]["metadata"]["payment"];
        intended == payment
    });
    json!({"id": page, "metadata": {"payment": made.unwrap().field("metadata[payment]")}})
}

fn reads(deployment: &Deployment, page: &str) -> usize {
    deployment.stripe.calls(&format!("GET /v1/checkout/sessions/{page}")).len()
}

fn paid(deployment: &Deployment) {
    let due = deployment.due();
    let page = deployment.page_of(&due, "remember=yes");
    deployment.stripe.pay_on_page(&page);
    let object = session(deployment, &due, &page);
    let event = event(&format!("evt_{page}"), "checkout.session.completed", &object);
    assert_eq!(tell(deployment, &event), 200);
    assert_eq!((due.state(), saved_card(deployment, &due)), (json!("paid"), json!("pm_visa")));
}

fn twice(deployment: &Deployment) {
    let due = deployment.due();
    let page = deployment.page_of(&due, "");
    deployment.stripe.pay_on_page(&page);
    let object = session(deployment, &due, &page);
    let event = event(&format!("evt_{page}"), "checkout.session.completed", &object);
    assert_eq!(tell(deployment, &event), 200);
    let before = reads(deployment, &page);
    assert_eq!(tell(deployment, &event), 200);
    assert_eq!((reads(deployment, &page), due.payments("paid")), (before, 1));
}

fn untrue(deployment: &Deployment) {
    let due = deployment.due();
    let page = deployment.page_of(&due, "");
    let object = session(deployment, &due, &page);
    let event = event(&format!("evt_{page}"), "checkout.session.completed", &object);
    assert_eq!(tell(deployment, &event), 200);
    assert_eq!((due.state(), due.payments("pending")), (json!("payment due"), 1));
}

fn late_failure(deployment: &Deployment) {
    let due = deployment.charged([FakeStripe::declined("insufficient_funds")]);
    let declined = intent(deployment, &due);
    let failed = event(&format!("evt_a{}", due.id), "payment_intent.payment_failed", &declined);
    deployment.cron_after(&due, 81);
    assert_eq!(due.state(), "paid");
    assert_eq!(tell(deployment, &failed), 200);
    let order = due.order();
    assert_eq!((&order["state"], &order["next_attempt_at"]), (&json!("paid"), &Value::Null));
    assert_eq!((due.payments("paid"), due.payments("declined")), (1, 1));
}

/// Returns Stripe's object of the first charge of this purchase order.
fn intent(deployment: &Deployment, due: &DuePurchaseOrder) -> Value {
    let reference = "SELECT reference FROM payments WHERE purchase_order_id = ?1 AND attempt = 1";
    let url = &deployment.worker.url;
    let rows = play_it_green_tests::local_worker::sql(url, reference, &[&due.id]).unwrap();
    deployment.stripe.object(rows[0][0].as_str().unwrap())
}

fn unsigned(deployment: &Deployment) {
    let event = event("evt_unsigned", "customer.created", &json!({"id": "cus_1"}));
    let body = event.to_string();
    let stale = now().saturating_sub(301);
    let early = now().saturating_add(320);
    for signature in [
        String::new(),
        signature("whsec_of_somebody_else", now(), &body),
        signature(SECRET, now(), "{}"),
        signature(SECRET, stale, &body),
        signature(SECRET, early, &body),
    ] {
        let answer = send(deployment, &event, &signature);
        assert_eq!(answer.status, 400, "{}", answer.body);
        assert!(!answer.body.contains("whsec"), "{}", answer.body);
    }
    let old = signature("whsec_old_for_tests", now(), &body);
    assert_eq!(send(deployment, &event, &old).status, 200, "the secret before is still good");
}

fn other_mode(deployment: &Deployment) {
    let mut event = event("evt_live", "payment_intent.succeeded", &json!({"id": "pi_1"}));
    event["livemode"] = json!(true);
    assert_eq!(tell(deployment, &event), 400);
}

fn unreadable(deployment: &Deployment) {
    let due = deployment.charged([FakeStripe::declined("insufficient_funds")]);
    let mut object = intent(deployment, &due);
    object["id"] = json!(format!("pi_later_{}", due.id));
    let event = event(&format!("evt_b{}", due.id), "payment_intent.payment_failed", &object);
    assert_eq!(tell(deployment, &event), 503);
    let id = object["id"].as_str().unwrap().to_owned();
    deployment.stripe.put(&id, &object);
    assert_eq!(tell(deployment, &event), 200);
}

/// Pays two pages, the first of them after it expired.
fn paid_twice(deployment: &Deployment) -> (DuePurchaseOrder, String) {
    let due = deployment.due();
    let first = deployment.page_of(&due, "");
    let object = session(deployment, &due, &first);
    deployment.stripe.expire_page(&first);
    let second = deployment.page_of(&due, "");
    deployment.stripe.pay_on_page(&second);
    come_back(&due, &second);
    assert_eq!(due.state(), "paid");
    deployment.stripe.pay_on_page(&first);
    let event = event(&format!("evt_{first}"), "checkout.session.completed", &object);
    assert_eq!(tell(deployment, &event), 200);
    let refund = "SELECT r.reference FROM refunds r JOIN payments x ON x.id = r.payment_id
        WHERE x.purchase_order_id = ?1";
    let url = &deployment.worker.url;
    let rows = play_it_green_tests::local_worker::sql(url, refund, &[&due.id]).unwrap();
    (due, rows[0][0].as_str().unwrap().to_owned())
}

fn refund_state(deployment: &Deployment, reference: &str) -> Value {
    let state = "SELECT state FROM refunds WHERE reference = ?1";
    let url = &deployment.worker.url;
    play_it_green_tests::local_worker::sql(url, state, &[reference]).unwrap()[0][0].clone()
}

fn duplicate(deployment: &Deployment) {
    let (due, refund) = paid_twice(deployment);
    assert_eq!((due.payments("paid"), due.payments("duplicate")), (1, 1));
    let made = deployment.stripe.object(&refund);
    let first = deployment.stripe.object(made["payment_intent"].as_str().unwrap());
    assert_eq!((&made["amount"], &first["amount_received"]), (&json!(200), &json!(200)));
    assert_eq!(refund_state(deployment, &refund), "done");
    deployment.cron_after(&due, 1);
    let refunds = deployment.stripe.calls("POST /v1/refunds");
    let ours = refunds
        .iter()
        .filter(|call| call.field("metadata[purchase_order]") == Some(due.id.as_str()));
    assert_eq!(ours.count(), 1);
}

fn failed_refund(deployment: &Deployment) {
    let (_, refund) = paid_twice(deployment);
    deployment.stripe.put(&refund, &json!({"status": "failed"}));
    let object = deployment.stripe.object(&refund);
    let event = event(&format!("evt_{refund}"), "refund.failed", &object);
    assert_eq!(tell(deployment, &event), 200);
    assert_eq!(refund_state(deployment, &refund), "failed");
}

fn detached(deployment: &Deployment) {
    let due = deployment.charged([]);
    assert_eq!(saved_card(deployment, &due), "pm_visa");
    deployment.stripe.put("pm_visa", &json!({"customer": null, "card": {"brand": "visa"}}));
    let event =
        event(&format!("evt_c{}", due.id), "payment_method.detached", &json!({"id": "pm_visa"}));
    assert_eq!(tell(deployment, &event), 200);
    assert_eq!(saved_card(deployment, &due), Value::Null);
}

fn replaced(deployment: &Deployment) {
    let due = deployment.charged([]);
    let card = json!({"brand": "visa", "last4": "1881", "exp_month": 1, "exp_year": 2033});
    deployment.stripe.put("pm_visa", &json!({"customer": "cus_1", "card": card}));
    let event = event(
        &format!("evt_d{}", due.id),
        "payment_method.automatically_updated",
        &json!({"id": "pm_visa"}),
    );
    assert_eq!(tell(deployment, &event), 200);
    assert!(due.page().contains("The card ending in 1881 is saved."), "{}", due.page());
}

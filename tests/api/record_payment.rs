//! Payments by other means: recorded once, with a reference, and never by a test key.

use play_it_green_tests::http;
use serde_json::{Value, json};

use crate::pay::{DuePurchaseOrder, due};
use crate::{merchant, worker};

fn record(due: &DuePurchaseOrder, body: &Value) -> http::Answer {
    due.merchant.call("POST", &format!("/api/purchase_orders/{}/payments", due.id), body).unwrap()
}

#[test]
fn a_payment_is_recorded_once_under_its_reference() {
    let due = due();
    let reference = json!({"reference": "Transfer 2026-12-04/7"});
    let first = record(&due, &reference);
    assert_eq!(first.status, 201, "{}", first.body);
    assert_eq!((&first.json()["amount"], &first.json()["currency"]), (&json!(200), &json!("USD")));
    assert_eq!((due.state(), due.payments("paid")), (json!("paid"), 1));
    assert_eq!(record(&due, &reference), first, "sending it again changes nothing");
    let other = record(&due, &json!({"reference": "Transfer 8"}));
    assert_eq!(other.status, 409);
    assert!(other.body.contains("paid already"), "{}", other.body);
    assert!(due.page().contains("<strong>Paid.</strong>"), "{}", due.page());
    due.post("", "card=4242424242424242");
    assert_eq!(due.payments("paid"), 1);
}

#[test]
fn nothing_is_recorded_for_a_month_that_has_not_ended() {
    let merchant = merchant();
    merchant.post_sale(&play_it_green_tests::sales::two_mugs("1")).unwrap();
    let path = "/api/purchase_orders/open/payments";
    let answer = merchant.call("POST", path, &json!({"reference": "Transfer 7"})).unwrap();
    assert_eq!(answer.status, 409);
    assert!(answer.body.contains("not closed yet"), "{}", answer.body);
}

#[test]
fn a_question_that_the_payer_left_open_makes_way_for_a_payment_that_was_made() {
    let due = due();
    due.post("", "card=4000002500003155");
    assert_eq!(record(&due, &json!({"reference": "Transfer 7"})).status, 201);
    due.post("/authentication", "answer=confirm");
    assert_eq!((due.payments("paid"), due.payments("abandoned")), (1, 1));
}

#[test]
fn a_reference_is_needed_and_a_live_key() {
    let due = due();
    for body in [json!({}), json!({"reference": " "}), json!({"reference": "a\nb"})] {
        assert_eq!(record(&due, &body).status, 422, "{body}");
    }
    let key = due.merchant.add_key("secret", "test", None).unwrap();
    let url = format!("{}/api/purchase_orders/{}/payments", worker(), due.id);
    let authorization = format!("Bearer {key}");
    let body = br#"{"reference": "Transfer 7"}"#;
    let answer = http::call("POST", &url, &[("authorization", &authorization)], body).unwrap();
    assert_eq!(answer.status, 403);
    assert_eq!(due.state(), "payment due");
}

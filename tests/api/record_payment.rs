//! Payments by other means: recorded once, with a reference, by the operator only.

use play_it_green_tests::http;
use play_it_green_tests::local_worker::sql;
use play_it_green_tests::merchant::hash;
use serde_json::{Value, json};

use crate::pay::{DuePurchaseOrder, due};
use crate::{merchant, worker};

fn record_with(due: &DuePurchaseOrder, key: &str) -> http::Answer {
    let path = format!("/api/purchase_orders/{}/payments", due.id);
    due.merchant.call_with(key, "POST", &path, &json!({"reference": "Transfer 7"})).unwrap()
}

fn record(due: &DuePurchaseOrder, body: &Value) -> http::Answer {
    due.merchant.record_payment(&due.id, body).unwrap()
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
    let answer = merchant.record_payment("open", &json!({"reference": "Transfer 7"})).unwrap();
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
    let key = due.merchant.add_operators_key().unwrap();
    let as_test = "UPDATE api_keys SET mode = 'test' WHERE hash = ?1";
    sql(&worker(), as_test, &[&hash(&key)]).unwrap();
    assert_eq!(record_with(&due, &key).status, 403);
    assert_eq!(due.state(), "payment due");
}

#[test]
fn no_merchant_can_say_that_the_merchant_has_paid() {
    let due = due();
    assert_eq!(record_with(&due, &due.merchant.secret_key).status, 403);
    let wanted = json!({"name": "Mine", "kind": "secret", "scopes": ["payments:write"]});
    let refused = due.merchant.call("POST", "/api/keys/", &wanted).unwrap();
    assert_eq!(refused.status, 403, "{}", refused.body);
    let page = due.merchant.signed_in().unwrap().open("/settings/api-payments").unwrap().body;
    assert!(page.contains("value=\"orders:write\"") && !page.contains("payments:write"), "{page}");

    // The merchant also cannot rotate the operator's key and use the new one.
    let key = due.merchant.add_operators_key().unwrap();
    let by_hash = "SELECT id FROM api_keys WHERE hash = ?1";
    let id = sql(&worker(), by_hash, &[&hash(&key)]).unwrap()[0][0].as_str().unwrap().to_owned();
    let path = format!("/api/keys/{id}/rotate");
    let rotated = due.merchant.call("POST", &path, &json!({})).unwrap();
    assert_eq!(rotated.status, 403, "{}", rotated.body);
    assert_eq!(due.state(), "payment due");
}

//! Invalid input gets a precise status and a message with the remedy, and stores nothing.

use play_it_green_tests::http::{self, Answer};
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use crate::{merchant, stored_sales, worker};

fn post(authorization: Option<&str>, body: &[u8]) -> Answer {
    let headers: Vec<_> = authorization.iter().map(|key| ("authorization", *key)).collect();
    http::call("POST", &format!("{}/api/orders/", worker()), &headers, body).unwrap()
}

/// Checks the error envelope, and that nothing was stored.
fn assert_refused(merchant: &Merchant, answer: &Answer, status: u16, message: &str) {
    let json = answer.json();
    assert_eq!(answer.status, status, "{}", answer.body);
    assert_eq!(json["success"], false);
    let said = json["message"].as_str().unwrap();
    assert!(said.contains(message), "{said:?} does not say {message:?}");
    let data: Value = serde_json::from_str(json["data"].as_str().unwrap()).unwrap();
    assert!(data.is_object(), "{data}");
    assert_eq!(stored_sales(merchant), 0);
}

#[test]
fn no_key_is_told_where_to_find_one() {
    let merchant = merchant();
    let event = json!({"sale": two_mugs("19")}).to_string();
    let answer = post(None, event.as_bytes());
    assert_refused(&merchant, &answer, 401, "Settings > API Payments");
}

#[test]
fn a_wrong_key_is_refused() {
    let merchant = merchant();
    let event = json!({"sale": two_mugs("19")}).to_string();
    let answer = post(Some("Bearer pig_sk_live_wrong"), event.as_bytes());
    assert_refused(&merchant, &answer, 401, "not valid");
}

#[test]
fn broken_json_is_told_its_position() {
    let merchant = merchant();
    let key = format!("Bearer {}", merchant.secret_key);
    let answer = post(Some(&key), b"{\"sale\": {\"id\": }}");
    assert_refused(&merchant, &answer, 400, "line 1, column 17");
    assert_refused(&merchant, &post(Some(&key), b""), 400, "empty");
    assert_refused(&merchant, &post(Some(&key), b"\xff\xfe"), 400, "not valid JSON");
}

#[test]
fn a_field_that_cannot_be_true_is_named() {
    let merchant = merchant();
    let cases: [(&str, Value, &str); 8] = [
        ("/lines/0/quantity", json!(-1), "sale.lines[0].quantity: "),
        ("/lines/0/quantity", json!(0), "sale.lines[0].quantity: "),
        ("/lines/0/refunded", json!(3), "sale.lines[0].refunded: "),
        ("/currency", json!("dollars"), "sale.currency: unknown currency"),
        ("/total", json!(-1), "sale.total: "),
        ("/total", json!(1.5), "sale.total: "),
        ("/id", json!(""), "sale.id: "),
        ("/sold_at", json!("yesterday"), "sale.sold_at: not an instant"),
    ];
    for (pointer, value, message) in cases {
        let mut sale = two_mugs("19");
        *sale.pointer_mut(pointer).unwrap() = value;
        assert_refused(&merchant, &merchant.post_sale(&sale).unwrap(), 422, message);
    }
    let mut unknown = two_mugs("19");
    unknown["email"] = json!("ada@example.com");
    let answer = merchant.post_sale(&unknown).unwrap();
    assert_refused(&merchant, &answer, 422, "unknown field");
    assert!(!answer.body.contains("ada@example.com"), "personal data is not repeated");
}

#[test]
fn a_body_of_a_megabyte_is_too_large() {
    let merchant = merchant();
    let mut sale = two_mugs("19");
    sale["lines"][0]["title"] = json!("m".repeat(1_000_000));
    assert_refused(&merchant, &merchant.post_sale(&sale).unwrap(), 413, "at most 524288 bytes");
}

#[test]
fn an_unknown_path_and_a_wrong_method_answer_in_the_envelope() {
    let merchant = merchant();
    let lost = merchant.call("GET", "/api/nothing", &Value::Null).unwrap();
    assert_refused(&merchant, &lost, 404, "no such page");
    let wrong = merchant.call("DELETE", "/api/orders/", &Value::Null).unwrap();
    assert_refused(&merchant, &wrong, 405, "Allow");
    assert!(wrong.header("allow").unwrap().contains("POST"), "{wrong:?}");
}

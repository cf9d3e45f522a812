//! Numbers: invalid and extreme values in every numeric field.

use play_it_green_tests::http;
use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use super::{assert_envelope, assert_nothing_stored, post};
use crate::{merchant, worker};

/// JSON numbers beyond 2^53, i64, u64 and f64, and values that are not integers.
const NUMBERS: [&str; 15] = [
    "9007199254740992",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551616",
    "340282366920938463463374607431768211456",
    "-1",
    "-9223372036854775809",
    "1.5",
    "1e400",
    "1e-400",
    "-1e400",
    "\"1\"",
    "true",
    "null",
    "[1]",
];

/// Returns the JSON with `number` at the pointer. No JSON library would write such a number.
fn with(json: &Value, pointer: &str, number: &str) -> String {
    let mut json = json.clone();
    *json.pointer_mut(pointer).unwrap() = json!("the number");
    json.to_string().replace("\"the number\"", number)
}

#[test]
fn a_number_of_a_sale_that_cannot_be_true_is_refused() {
    let merchant = merchant();
    let event = json!({"sale": two_mugs("19")});
    let long = "1".repeat(100_000);
    let fields = [
        "/sale/total",
        "/sale/items_total",
        "/sale/refunded",
        "/sale/lines/0/quantity",
        "/sale/lines/0/refunded",
        "/sale/lines/0/total",
    ];
    assert_nothing_stored(|| {
        for field in fields {
            for number in NUMBERS.into_iter().chain([long.as_str()]) {
                let answer = post(&merchant, &[], with(&event, field, number).as_bytes());
                assert_envelope(&answer, 422, &format!("{field} {number}"));
            }
        }
    });
}

#[test]
fn the_largest_amount_is_taken_and_kept_exactly() {
    let merchant = merchant();
    let mut sale = two_mugs("19");
    sale["total"] = json!(9_007_199_254_740_991_i64);
    let answer = post(&merchant, &[], json!({"sale": sale}).to_string().as_bytes());
    assert_eq!(answer.status, 201, "{}", answer.body);
    let facts = "SELECT facts FROM sales s JOIN shops h ON h.id = s.shop_id
        WHERE h.merchant_id = ?1";
    let kept = play_it_green_tests::local_worker::sql(&worker(), facts, &[&merchant.id]).unwrap();
    assert!(kept[0][0].as_str().unwrap().contains("9007199254740991"), "{kept:?}");
}

#[test]
fn a_number_of_a_campaign_that_cannot_be_meant_is_refused() {
    let merchant = merchant();
    let campaign = json!({
        "name": "Everything",
        "conditions": {
            "when": {"minimum_amount": {"amount": 1, "currency": "USD"}},
            "trees": [
                {"per_order": {"trees": 1}},
                {"per_item": {"items": {"sku": ["A"]}, "trees": 1}},
                {"per_amount": {"each": 1, "currency": "USD", "trees": 1}}
            ],
            "cap_per_order": 1,
            "cap_per_month": 1
        }
    });
    let fields = [
        "/conditions/when/minimum_amount/amount",
        "/conditions/trees/0/per_order/trees",
        "/conditions/trees/1/per_item/trees",
        "/conditions/trees/2/per_amount/each",
        "/conditions/trees/2/per_amount/trees",
        "/conditions/cap_per_order",
        "/conditions/cap_per_month",
    ];
    let authorization = format!("Bearer {}", merchant.secret_key);
    let headers = [("authorization", authorization.as_str())];
    let url = format!("{}/api/campaigns/", worker());
    let post = |body: &str| http::call("POST", &url, &headers, body.as_bytes()).unwrap();
    assert_nothing_stored(|| {
        for field in fields {
            for number in NUMBERS {
                // A cap of `null` means no cap, so it is valid.
                if number == "null" && field.contains("cap_") {
                    continue;
                }
                let answer = post(&with(&campaign, field, number));
                assert_envelope(&answer, 422, &format!("{field} {number}"));
            }
        }
    });
    assert_eq!(post(&campaign.to_string()).status, 201);
}

#[test]
fn a_number_in_the_query_that_is_none_is_refused() {
    let merchant = merchant();
    for number in ["0", "-1", "101", "1.5", "1e2", "99999999999999999999999", "%00", "ten", ""] {
        let answer =
            merchant.call("GET", &format!("/api/orders/?limit={number}"), &Value::Null).unwrap();
        assert_envelope(&answer, 400, number);
    }
}

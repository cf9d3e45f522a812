//! A sale belongs to the month of its `sold_at`, in lists and on purchase orders.

use play_it_green_tests::http::Answer;
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use crate::merchant;

fn sold(id: &str, at: &str) -> Value {
    let mut sale = two_mugs(id);
    sale["sold_at"] = json!(at);
    sale["updated_at"] = json!(at);
    sale
}

fn tell_at(merchant: &Merchant, now: &str, sale: &Value) -> Answer {
    let told = merchant.call_at(now, "POST", "/api/orders/", &json!({ "sale": sale })).unwrap();
    assert!([200, 201].contains(&told.status), "{}", told.body);
    told
}

/// Returns the period of the purchase order that holds the sale's order.
fn billed_in(merchant: &Merchant, sale: &str) -> Value {
    let get = |path: &str| merchant.call("GET", path, &Value::Null).unwrap().json();
    let orders = get(&format!("/api/orders/?sale={sale}"));
    let id = orders[0]["purchase_order"].as_str().unwrap_or_default().to_owned();
    get(&format!("/api/purchase_orders/{id}"))["period"].clone()
}

fn listed_in(merchant: &Merchant, month: &str) -> Vec<Value> {
    let path = format!("/api/orders/?month={month}");
    let orders = merchant.call("GET", &path, &Value::Null).unwrap().json();
    let mut sales: Vec<Value> =
        orders.as_array().unwrap().iter().map(|order| order["sale"].clone()).collect();
    sales.sort_by_key(ToString::to_string);
    sales
}

#[test]
fn a_clock_that_is_ten_minutes_ahead_is_believed_and_one_that_is_more_is_not() {
    let merchant = merchant();
    let now = "2026-11-30T23:55:00Z";
    tell_at(&merchant, now, &sold("a little", "2026-12-01T00:05:00Z"));
    tell_at(&merchant, now, &sold("too much", "2026-12-01T00:05:01Z"));
    tell_at(&merchant, now, &sold("a year", "2027-12-01T00:00:00Z"));
    assert_eq!(billed_in(&merchant, "a%20little"), "2026-12");
    assert_eq!(billed_in(&merchant, "too%20much"), "2026-11");
    assert_eq!(billed_in(&merchant, "a%20year"), "2026-11");
    // The list shows the same months as the purchase orders.
    assert_eq!(listed_in(&merchant, "2026-12"), ["a little"]);
    assert_eq!(listed_in(&merchant, "2026-11"), ["a year", "too much"]);
}

#[test]
fn a_sale_of_a_month_that_is_over_and_not_closed_joins_it_also_when_it_is_the_first() {
    let merchant = merchant();
    tell_at(&merchant, "2026-12-01T00:03:00Z", &sold("1", "2026-11-30T23:59:00Z"));
    assert_eq!(billed_in(&merchant, "1"), "2026-11");
}

#[test]
fn it_joins_its_own_month_also_when_the_next_one_has_begun() {
    let merchant = merchant();
    tell_at(&merchant, "2026-12-01T00:02:00Z", &sold("2", "2026-12-01T00:01:00Z"));
    tell_at(&merchant, "2026-12-01T00:03:00Z", &sold("1", "2026-11-30T23:59:00Z"));
    assert_eq!(
        (billed_in(&merchant, "1"), billed_in(&merchant, "2")),
        (json!("2026-11"), json!("2026-12"))
    );
    let path = "/api/purchase_orders/";
    let both = merchant.call("GET", path, &Value::Null).unwrap().json();
    assert_eq!(both[0]["starts_at"], both[1]["ends_at"], "no instant is in two months or in none");
}

#[test]
fn what_is_told_after_the_close_of_its_month_is_on_the_next_one_with_its_own_date() {
    let merchant = merchant();
    tell_at(&merchant, "2026-11-30T12:00:00Z", &sold("1", "2026-11-30T12:00:00Z"));
    merchant.end_month().unwrap();
    tell_at(&merchant, "2026-12-03T12:00:00Z", &sold("2", "2026-11-30T12:30:00Z"));
    tell_at(&merchant, "2026-12-03T12:00:00Z", &sold("3", "2026-10-30T12:30:00Z"));
    assert_eq!(
        (billed_in(&merchant, "2"), billed_in(&merchant, "3")),
        (json!("2026-12"), json!("2026-12"))
    );
    assert_eq!(listed_in(&merchant, "2026-11"), ["1", "2"]);
}

#[test]
fn a_date_that_is_corrected_by_a_trusted_fact_moves_the_month_until_the_close() {
    let merchant = merchant();
    tell_at(&merchant, "2026-12-01T00:02:00Z", &sold("1", "2026-12-01T00:01:00Z"));
    let mut corrected = sold("1", "2026-11-30T23:50:00Z");
    corrected["updated_at"] = json!("2026-12-01T00:03:00Z");
    tell_at(&merchant, "2026-12-01T00:04:00Z", &corrected);
    assert_eq!(billed_in(&merchant, "1"), "2026-11");
    assert_eq!(listed_in(&merchant, "2026-11"), ["1"]);
    merchant.end_month().unwrap();
    let mut again = sold("1", "2026-12-01T00:01:00Z");
    again["updated_at"] = json!("2026-12-01T00:05:00Z");
    tell_at(&merchant, "2026-12-01T00:30:00Z", &again);
    assert_eq!(billed_in(&merchant, "1"), "2026-11", "a closed month stays as it is");
}

#[test]
fn the_same_sale_told_again_later_stays_in_its_month() {
    let merchant = merchant();
    let sale = sold("1", "2026-12-01T01:00:00Z");
    tell_at(&merchant, "2026-11-30T23:30:00Z", &sale);
    assert_eq!(billed_in(&merchant, "1"), "2026-11");
    let mut changed = sale.clone();
    changed["updated_at"] = json!("2026-12-01T02:00:00Z");
    changed["total"] = json!(9999);
    tell_at(&merchant, "2026-12-01T02:00:00Z", &changed);
    assert_eq!(billed_in(&merchant, "1"), "2026-11");
}

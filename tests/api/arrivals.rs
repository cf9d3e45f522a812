//! The time at which a fact arrives decides where the shop's own date of it does not.

use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use crate::webhooks::{Shop, paid_shopify_order, sample_json};
use crate::{merchant, merchant_without_campaigns};

const DATED_AHEAD: &str = "2030-01-01T00:00:00Z";

fn dated(id: &str, updated_at: &str) -> Value {
    let mut sale = two_mugs(id);
    sale["updated_at"] = json!(updated_at);
    sale
}

/// Reports a sale with the secret key at this time.
fn tell_at(merchant: &Merchant, now: &str, sale: &Value) {
    let told = merchant.call_at(now, "POST", "/api/orders/", &json!({"sale": sale})).unwrap();
    assert!([200, 201].contains(&told.status), "{}", told.body);
}

fn trees(merchant: &Merchant, sale: &str) -> Value {
    let path = format!("/api/orders/?sale={sale}");
    merchant.call("GET", &path, &Value::Null).unwrap().json()[0]["trees"].clone()
}

#[test]
fn a_fact_that_is_dated_ahead_hides_no_later_one_whoever_reports_it() {
    let merchant = merchant();
    let mut cancelled = dated("1", "2026-11-23T09:00:00Z");
    cancelled["status"] = json!("cancelled");
    tell_at(&merchant, "2026-11-22T09:00:00Z", &dated("1", DATED_AHEAD));
    tell_at(&merchant, "2026-11-23T09:00:01Z", &cancelled);
    assert_eq!(trees(&merchant, "1"), 0, "the shop's own server");

    let shop = Shop::woocommerce();
    let mut order = sample_json("woocommerce-order-created.http");
    order["id"] = json!(2);
    order["date_modified_gmt"] = json!("2030-01-01T00:00:00");
    shop.deliver_topic("order.updated", "2026-11-22T09:00:00Z", &order);
    (order["date_modified_gmt"], order["status"]) =
        (json!("2026-11-23T09:00:00"), json!("cancelled"));
    shop.deliver_topic("order.updated", "2026-11-23T09:00:01Z", &order);
    assert_eq!(trees(&shop.merchant, "2"), 0, "a webhook");

    let import = |merchant: &Merchant, now: &str, sale: &Value| {
        let path = format!("/api/shops/{}/imports?is_last=true", merchant.shops[0].id);
        let answer = merchant.call_at(now, "POST", &path, sale).unwrap();
        assert_eq!(answer.status, 200, "{}", answer.body);
    };
    import(&merchant, "2026-11-22T09:00:00Z", &dated("3", DATED_AHEAD));
    cancelled["id"] = json!("3");
    import(&merchant, "2026-11-23T09:00:01Z", &cancelled);
    assert_eq!(trees(&merchant, "3"), 0, "a file");
}

#[test]
fn a_claim_that_is_dated_ahead_hides_no_later_fact_once_its_owner_accepts_it() {
    let merchant = merchant();
    let mut claim = dated("1", DATED_AHEAD);
    claim["lines"][0]["quantity"] = json!(60);
    (claim["total"], claim["items_total"]) = (json!(100_000), json!(100_000));
    merchant.post_sale(&claim).unwrap();
    let sales = merchant.call("GET", "/api/sales/?sale=1", &Value::Null).unwrap().json();
    let path = format!("/api/sales/{}/accept", sales[0]["id"].as_str().unwrap());
    assert_eq!(merchant.call("POST", &path, &Value::Null).unwrap().status, 200);
    assert_eq!(trees(&merchant, "1"), 60);
    let mut cancelled = dated("1", "2027-01-01T00:00:00Z");
    cancelled["status"] = json!("cancelled");
    tell_at(&merchant, "2027-01-01T00:00:01Z", &cancelled);
    assert_eq!(trees(&merchant, "1"), 0);
}

#[test]
fn a_refund_that_is_deleted_without_a_new_date_brings_its_trees_back_whoever_reports_it() {
    let merchant = merchant_without_campaigns("UTC");
    let each = json!({"trees": [{"per_amount": {"each": 1000, "currency": "USD", "trees": 1}}]});
    merchant.add_campaign("Each ten", &each).unwrap();
    let whole = dated("1", "2026-11-22T09:00:00Z");
    let mut refunded = whole.clone();
    refunded["refunded"] = json!(2000);
    tell_at(&merchant, "2026-11-22T09:00:00Z", &refunded);
    assert_eq!(trees(&merchant, "1"), 1);
    tell_at(&merchant, "2026-11-22T09:05:00Z", &whole);
    assert_eq!(trees(&merchant, "1"), 3);

    let shop = Shop::shopify();
    let mut order = paid_shopify_order();
    let id = order["id"].to_string();
    let lines = order["line_items"].as_array().unwrap().len();
    for line in order["line_items"].as_array_mut().unwrap() {
        (line["quantity"], line["current_quantity"]) = (json!(2), json!(1));
    }
    shop.deliver_json(&order);
    assert_eq!(trees(&shop.merchant, &id), lines);
    for line in order["line_items"].as_array_mut().unwrap() {
        line["current_quantity"] = json!(2);
    }
    shop.deliver_json(&order);
    assert_eq!(trees(&shop.merchant, &id), 2 * lines);
}

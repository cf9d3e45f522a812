//! Only paid sales order trees: a placed sale waits for its payment, and the orders follow when the
//! shop deletes or restores a sale.

use std::time::{SystemTime, UNIX_EPOCH};

use order_events::Timestamp;
use play_it_green_tests::http;
use play_it_green_tests::local_worker::sql;
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use crate::webhooks::{Shop, paid_shopify_order, sample_json};
use crate::{merchant, number, stored_sales, worker};

fn placed(id: &str) -> Value {
    let mut sale = two_mugs(id);
    sale["status"] = json!("placed");
    sale
}

fn paid(id: &str) -> Value {
    let mut sale = two_mugs(id);
    sale["updated_at"] = json!("2026-11-23T09:00:00Z");
    sale
}

fn tell(merchant: &Merchant, sale: &Value) -> http::Answer {
    merchant.call("POST", "/api/orders/", &json!({ "sale": sale })).unwrap()
}

fn get(merchant: &Merchant, path: &str) -> Value {
    merchant.call("GET", path, &Value::Null).unwrap().json()
}

#[test]
fn a_placed_sale_is_stored_and_its_orders_await_the_payment_on_no_purchase_order() {
    let merchant = merchant();
    let told = tell(&merchant, &placed("1"));
    assert_eq!(told.status, 201, "{}", told.body);
    let told = told.json();
    assert_eq!((&told["trees"], &told["awaiting_payment"]), (&json!(2), &json!(true)));
    let order = &told["orders"][0];
    assert_eq!(
        (&order["state"], &order["purchase_order"]),
        (&json!("awaiting payment"), &Value::Null)
    );
    assert_eq!(get(&merchant, "/api/purchase_orders/"), json!([]));
    assert_eq!(get(&merchant, "/api/orders/?state=awaiting%20payment"), json!([order]));
    assert_eq!(get(&merchant, "/api/totals/"), json!({"trees": 0, "orders": 0}));
}

fn days_ago(days: i64) -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    i64::try_from(now).unwrap().saturating_sub(days.saturating_mul(24 * 60 * 60 * 1000))
}

fn sold_days_ago(mut sale: Value, days: i64) -> Value {
    let sold_at = Timestamp::from_milliseconds(days_ago(days)).unwrap();
    sale["sold_at"] = json!(sold_at);
    sale["updated_at"] = json!(sold_at);
    sale
}

/// Adds a merchant with a separate currency. A tree costs 100, and 900 since two days ago.
fn with_higher_price(currency: &str) -> Merchant {
    let merchant = Merchant::add(&worker(), "Example Mugs", "UTC", currency).unwrap();
    let merchant = merchant.add_shop("Mugs", "custom", "https://mugs.example.com").unwrap();
    let every_order = json!({"trees": [{"per_order": {"trees": 1}}]});
    merchant.add_campaign("Every order", &every_order).unwrap();
    let rise = "INSERT INTO tree_prices (currency, valid_from, amount) VALUES (?1, ?2, 900)";
    sql(&worker(), rise, &[currency, &days_ago(2).to_string()]).unwrap();
    merchant
}

fn unit_price(merchant: &Merchant, sale: &str) -> i64 {
    let unit_price = "SELECT unit_price FROM orders JOIN sales ON sales.id = orders.sale
        WHERE shop_id = ?1 AND sale_id = ?2";
    number(unit_price, &[&merchant.shops[0].id, sale])
}

#[test]
fn its_orders_follow_when_it_is_paid_at_the_price_of_the_day_it_was_sold() {
    let merchant = with_higher_price("CLP");
    tell(&merchant, &sold_days_ago(placed("1"), 3));
    let mut is_paid = sold_days_ago(paid("1"), 3);
    is_paid["updated_at"] = json!(Timestamp::from_milliseconds(days_ago(0)).unwrap());
    let told = tell(&merchant, &is_paid);
    assert_eq!((told.status, &told.json()["awaiting_payment"]), (200, &json!(false)));
    assert_eq!(unit_price(&merchant, "1"), 100);
    tell(&merchant, &sold_days_ago(paid("2"), 1));
    assert_eq!(unit_price(&merchant, "2"), 900);
}

#[test]
fn a_sale_that_is_reported_after_seven_days_costs_the_price_of_its_receipt() {
    let merchant = with_higher_price("PYG");
    for (id, days, price) in [("1", 3, 100), ("2", 8, 900), ("3", 300, 900), ("4", 1, 900)] {
        assert_eq!(tell(&merchant, &sold_days_ago(paid(id), days)).status, 201, "{id}");
        assert_eq!(unit_price(&merchant, id), price, "{days} days ago");
    }
}

#[test]
fn a_placed_sale_takes_nothing_of_a_cap_until_it_is_paid() {
    let merchant = crate::merchant_without_campaigns("UTC");
    let capped = json!({"trees": [{"per_order": {"trees": 4}}], "cap_per_month": 6});
    merchant.add_campaign("Up to six", &capped).unwrap();
    assert_eq!(tell(&merchant, &placed("1")).json()["trees"], 4);
    assert_eq!(tell(&merchant, &two_mugs("2")).json()["trees"], 4);
    let told = tell(&merchant, &paid("1")).json();
    assert_eq!(told["trees"], 2, "{told}");
    assert_eq!(get(&merchant, "/api/purchase_orders/open")["trees"], 6);
}

#[test]
fn a_browser_that_says_that_no_money_came_yet_is_told_when_the_trees_are_planted() {
    let merchant = merchant();
    let answer = merchant.post_sale(&placed("1")).unwrap();
    let body = answer.json();
    assert_eq!((answer.status, &body["awaiting_payment"]), (201, &json!(true)), "{body}");
    assert_eq!(body["trees"], 2);
    // The stored claim orders nothing yet, so a later claim of a paid sale replaces it.
    merchant.post_sale(&two_mugs("1")).unwrap();
    assert_eq!(get(&merchant, "/api/orders/")[0]["state"], "open");
    assert_eq!(tell(&merchant, &paid("1")).json()["awaiting_payment"], false);
}

#[test]
fn an_abandoned_checkout_and_an_order_on_hold_are_on_no_bill() {
    let shop = Shop::woocommerce();
    for (id, status) in
        [(91, "pending"), (92, "on-hold"), (93, "checkout-draft"), (94, "auto-draft")]
    {
        let mut order = sample_json("woocommerce-order-created.http");
        order["id"] = json!(id);
        order["status"] = json!(status);
        order["date_paid"] = Value::Null;
        order["date_paid_gmt"] = Value::Null;
        assert_eq!(shop.deliver_json(&order).status, 200);
    }
    assert_eq!(shop.trees(), Value::Null);
    assert_eq!(stored_sales(&shop.merchant), 2, "drafts are not even stored");
    let shopify = Shop::shopify();
    for (id, status) in
        [(81, "pending"), (82, "authorized"), (83, "partially_paid"), (84, "expired")]
    {
        let mut order = paid_shopify_order();
        order["id"] = json!(id);
        order["financial_status"] = json!(status);
        assert_eq!(shopify.deliver_json(&order).status, 200);
    }
    assert_eq!(shopify.trees(), Value::Null);
    assert_eq!(stored_sales(&shopify.merchant), 4);
}

#[test]
fn cash_on_delivery_counts_at_processing_and_stays_paid_in_a_status_of_the_shops_own() {
    let shop = Shop::woocommerce();
    let mut order = sample_json("woocommerce-order-created.http");
    order["status"] = json!("processing");
    order["date_paid"] = Value::Null;
    order["date_paid_gmt"] = Value::Null;
    shop.deliver_json(&order);
    let trees = shop.trees();
    assert_eq!(trees, 2);
    order["status"] = json!("out-for-delivery");
    order["date_modified_gmt"] = json!("2026-11-25T12:00:00");
    shop.deliver_json(&order);
    assert_eq!(shop.trees(), trees);
}

#[test]
fn a_deleted_or_trashed_order_gives_its_trees_back_and_a_restored_one_brings_them_again() {
    let shop = Shop::woocommerce();
    let order = sample_json("woocommerce-order-created.http");
    shop.deliver_json(&order);
    assert_eq!(shop.trees(), 2);
    let deleted = json!({"id": order["id"]});
    assert_eq!(shop.deliver_topic("order.deleted", "2026-11-26T10:00:00Z", &deleted).status, 200);
    assert_eq!(shop.trees(), 0);
    assert_eq!(shop.orders()[0]["state"], "void");
    assert_eq!(shop.deliver_topic("order.restored", "2026-11-26T10:20:00Z", &order).status, 200);
    assert_eq!(shop.trees(), 2);
    let mut trashed = order.clone();
    trashed["status"] = json!("trash");
    trashed["date_modified_gmt"] = json!("2026-11-26T11:00:00");
    shop.deliver_topic("order.updated", "2026-11-26T11:00:00Z", &trashed);
    assert_eq!(shop.trees(), 0);
}

#[test]
fn a_subscription_is_no_sale() {
    let shop = Shop::woocommerce();
    let mut subscription = sample_json("woocommerce-order-created.http");
    subscription["status"] = json!("active");
    subscription["billing_period"] = json!("month");
    subscription["billing_interval"] = json!("1");
    subscription["next_payment_date_gmt"] = json!("2026-12-22T08:51:49");
    let answer = shop.deliver_json(&subscription);
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(answer.body.contains("subscription"), "{}", answer.body);
    assert_eq!(stored_sales(&shop.merchant), 0);
    let listed = "SELECT count(*) FROM quarantined_sales WHERE merchant_id = ?1";
    assert_eq!(number(listed, &[&shop.merchant.id]), 0);
}

#[test]
fn after_the_close_a_sale_that_is_not_paid_any_more_becomes_a_credit_that_says_so() {
    let merchant = merchant();
    tell(&merchant, &two_mugs("1"));
    merchant.end_month().unwrap();
    let mut on_hold = placed("1");
    on_hold["updated_at"] = json!("2026-11-24T00:00:00Z");
    tell(&merchant, &on_hold);
    let items = get(&merchant, "/api/purchase_orders/open/items");
    assert_eq!(
        (&items[0]["trees"], &items[0]["reason"]),
        (
            &json!(-2),
            &json!(
                "the sale is not paid any more; 2 trees were billed before, so 2 trees are taken back"
            )
        )
    );
}

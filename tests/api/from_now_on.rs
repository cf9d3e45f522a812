//! Campaigns apply from now on: sales from before their campaign's start, or before their shop was
//! connected, order no trees, however often they change.

use play_it_green_tests::local_worker::sql;
use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use crate::webhooks::{Shop, sample_json};
use crate::{merchant, merchant_without_campaigns, worker};

fn conditions() -> Value {
    json!({"trees": [{"per_order": {"trees": 1}}]})
}

#[test]
fn a_campaign_without_a_start_starts_when_it_is_made_and_shows_that_date() {
    let merchant = merchant_without_campaigns("UTC");
    let body = json!({"name": "From now on", "conditions": conditions()});
    let now = "2026-11-23T12:00:00Z";
    let made = merchant.call_at(now, "POST", "/api/campaigns/", &body).unwrap();
    assert_eq!((made.status, &made.json()["starts_at"]), (201, &json!(now)), "{}", made.body);
    let path = format!("/api/campaigns/{}", made.json()["id"].as_str().unwrap());
    assert_eq!(merchant.call("GET", &path, &Value::Null).unwrap().json(), made.json());
    let changed = json!({"name": "Renamed", "starts_at": null, "conditions": conditions()});
    let changed = merchant.call("PUT", &path, &changed).unwrap().json();
    assert_eq!(changed["starts_at"], now, "a change without a start keeps the start");
    let explicit =
        json!({"name": "A", "starts_at": "2026-11-01T00:00:00Z", "conditions": conditions()});
    let explicit = merchant.call("POST", "/api/campaigns/", &explicit).unwrap().json();
    assert_eq!(explicit["starts_at"], "2026-11-01T00:00:00Z");
}

#[test]
fn an_old_order_that_is_touched_orders_nothing_however_often() {
    let merchant = merchant_without_campaigns("UTC");
    let body = json!({"name": "From now on", "conditions": conditions()});
    merchant.call_at("2026-11-23T12:00:00Z", "POST", "/api/campaigns/", &body).unwrap();
    for minute in 0..3 {
        let mut sale = two_mugs("1");
        sale["updated_at"] = json!(format!("2026-11-24T09:0{minute}:00Z"));
        sale["total"] = json!(4395 + minute);
        let told = merchant.call("POST", "/api/orders/", &json!({ "sale": sale })).unwrap();
        assert_eq!((told.status, &told.json()["trees"]), (200, &json!(0)), "{}", told.body);
    }
    let mut new = two_mugs("2");
    new["sold_at"] = json!("2026-11-23T12:00:00Z");
    let told = merchant.call("POST", "/api/orders/", &json!({ "sale": new })).unwrap();
    assert_eq!((told.status, &told.json()["trees"]), (201, &json!(1)), "{}", told.body);
}

#[test]
fn what_a_shop_sold_before_it_was_connected_orders_nothing() {
    let merchant = merchant();
    // 2026-11-23T00:00:00Z.
    let connect = "UPDATE shops SET created_at = ?1 WHERE id = ?2";
    sql(&worker(), connect, &["1795392000000", &merchant.shops[0].id]).unwrap();
    for minute in 0..3 {
        let mut sale = two_mugs("1");
        sale["updated_at"] = json!(format!("2026-11-24T09:0{minute}:00Z"));
        let told = merchant.call("POST", "/api/orders/", &json!({ "sale": sale })).unwrap();
        assert_eq!(told.json()["trees"], 0, "{}", told.body);
        assert_eq!(merchant.post_sale(&sale).unwrap().json()["trees"], 0);
    }
    // The shop corrects the date, so the sale was made after the connection.
    let mut corrected = two_mugs("1");
    corrected["sold_at"] = json!("2026-11-23T08:00:00Z");
    corrected["updated_at"] = json!("2026-11-25T08:00:00Z");
    let told = merchant.call("POST", "/api/orders/", &json!({ "sale": corrected })).unwrap();
    assert_eq!((told.status, &told.json()["trees"]), (201, &json!(2)), "{}", told.body);
}

#[test]
fn a_webhook_that_touches_old_orders_orders_nothing() {
    let shop = Shop::woocommerce();
    let connect = "UPDATE shops SET created_at = ?1 WHERE id = ?2";
    let now = "1795392000000";
    sql(&worker(), connect, &[now, &shop.merchant.shops[0].id]).unwrap();
    let mut old = sample_json("woocommerce-order-created.http");
    old["date_created_gmt"] = json!("2026-11-20T08:00:00");
    for minute in 0..2 {
        old["date_modified_gmt"] = json!(format!("2026-11-24T08:0{minute}:00"));
        assert_eq!(shop.deliver_json(&old).status, 200);
    }
    assert_eq!((shop.trees(), shop.orders()), (Value::Null, json!([])));
}

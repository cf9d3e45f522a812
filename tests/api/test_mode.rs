//! A shop in test mode: everything that it reports is a test, until its owner lets its orders count.

use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use crate::webhooks::{Shop, sample, sample_json};

const PAGE: &str = "/settings/api-payments";

fn shop_in_test_mode() -> Shop {
    let shop = Shop::woocommerce();
    set(&shop, true);
    shop
}

fn set(shop: &Shop, test_mode: bool) {
    let path = format!("/api/shops/{}", shop.merchant.shops[0].id);
    let mut body = shop.merchant.call("GET", &path, &Value::Null).unwrap().json();
    for field in ["id", "created_at"] {
        body.as_object_mut().unwrap().remove(field);
    }
    body["test_mode"] = json!(test_mode);
    let changed = shop.merchant.call("PUT", &path, &body).unwrap();
    assert_eq!((changed.status, &changed.json()["test_mode"]), (200, &json!(test_mode)));
}

/// Returns the state of every order of the shop.
fn states(shop: &Shop) -> Vec<String> {
    let orders = shop.orders();
    let orders = orders.as_array().unwrap().iter();
    orders.map(|order| order["state"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn nothing_that_a_shop_in_test_mode_reports_is_billed() {
    let shop = shop_in_test_mode();
    assert_eq!(shop.merchant.post_sale(&two_mugs("19")).unwrap().json()["trees"], 2);
    assert_eq!(shop.deliver(&sample("woocommerce-order-created.http")).status, 200);
    let sale = json!({"sale": two_mugs("20")});
    assert_eq!(shop.merchant.call("POST", "/api/orders/", &sale).unwrap().status, 201);
    assert_eq!(shop.trees(), Value::Null);
    let states = states(&shop);
    assert!(states.len() >= 3 && states.iter().all(|state| state == "test"), "{states:?}");
}

#[test]
fn what_was_sold_in_test_mode_is_never_billed_and_later_sales_are() {
    let shop = shop_in_test_mode();
    assert_eq!(shop.deliver(&sample("woocommerce-order-created.http")).status, 200);
    set(&shop, false);
    // The shop touches the order of the trial, and sells another one.
    assert_eq!(shop.deliver(&sample("woocommerce-order-created.http")).status, 200);
    assert_eq!(shop.trees(), Value::Null);
    let later = play_it_green_tests::sales::sold_now(two_mugs("20"));
    let later = shop.merchant.call("POST", "/api/orders/", &json!({"sale": later})).unwrap();
    assert_eq!((later.status, shop.trees()), (201, json!(2)), "{}", later.body);
}

#[test]
fn a_change_that_does_not_name_the_test_mode_keeps_it() {
    let shop = shop_in_test_mode();
    let path = format!("/api/shops/{}", shop.merchant.shops[0].id);
    let body = json!({"name": "Cups", "platform": "woocommerce", "origin": crate::SHOP_ORIGIN});
    let changed = shop.merchant.call("PUT", &path, &body).unwrap();
    assert_eq!((changed.status, &changed.json()["test_mode"]), (200, &json!(true)));
}

#[test]
fn the_owner_begins_and_ends_the_test_mode_in_the_settings() {
    let shop = Shop::woocommerce();
    let mut browser = shop.merchant.signed_in().unwrap();
    let form = format!("{PAGE}/shops/{}/test-mode", shop.merchant.shops[0].id);
    assert_eq!(browser.send(&form, "test_mode=on").unwrap().status, 303);
    let page = browser.open(PAGE).unwrap().body;
    assert!(page.contains("nothing of it is billed"), "{page}");
    shop.merchant.post_sale(&two_mugs("19")).unwrap();
    assert_eq!(states(&shop), ["test"]);
    assert_eq!(browser.send(&form, "").unwrap().status, 303);
    assert!(!browser.open(PAGE).unwrap().body.contains("nothing of it is billed"));
}

/// Otherwise a minute of test mode would take paid sales off the bill, and keep refunded ones on it.
#[test]
fn a_trial_changes_nothing_about_what_was_sold_before_it() {
    let shop = Shop::woocommerce();
    let order = |id: u64, status: &str| {
        let mut order = sample_json("woocommerce-order-created.http");
        order["id"] = json!(id);
        order["status"] = json!(status);
        // Each report is newer than the one before.
        let minute = if status == "processing" { 0 } else { 30 };
        order["date_modified_gmt"] = json!(format!("2026-11-23T09:{minute:02}:00"));
        assert_eq!(shop.deliver_json(&order).status, 200);
    };
    for id in [1, 2, 3] {
        order(id, "processing");
    }
    assert_eq!(shop.trees(), 6);
    set(&shop, true);
    order(2, "refunded");
    assert_eq!(shop.trees(), 4, "a refund during the trial");
    set(&shop, false);
    order(1, "completed");
    assert_eq!(shop.trees(), 4, "an update after the trial");
    order(3, "cancelled");
    assert_eq!(shop.trees(), 2);
}

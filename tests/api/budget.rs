//! The monthly budget: an owner lets ordering pause at it, or carries on with a warning.

use order_events::Timestamp;
use play_it_green_tests::http::Answer;
use play_it_green_tests::local_worker::{fire_cron, sql};
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::{sold_now, two_mugs};
use serde_json::{Value, json};

use crate::{merchant, worker};

/// Sets the budget as the owner does.
fn set(merchant: &Merchant, form: &str) {
    let answer = merchant.signed_in().unwrap().send("/settings/payments/budget", form).unwrap();
    assert_eq!(answer.status, 303, "{}", answer.body);
}

/// Reports a sale of two trees, for 2.00, as the shop's server does.
fn sell(merchant: &Merchant, id: &str) -> Answer {
    let event = json!({ "sale": sold_now(two_mugs(id)) });
    merchant.call("POST", "/api/orders/", &event).unwrap()
}

fn trees(merchant: &Merchant, id: &str) -> Value {
    sell(merchant, id).json()["trees"].clone()
}

fn trees_of_month(merchant: &Merchant) -> Value {
    merchant.call("GET", "/api/purchase_orders/open", &Value::Null).unwrap().json()["trees"].clone()
}

#[test]
fn ordering_pauses_at_the_budget_and_goes_on_when_it_is_raised() {
    let merchant = merchant();
    set(&merchant, "budget=3&at_budget=pause");
    assert_eq!((trees(&merchant, "1"), trees(&merchant, "2")), (json!(2), json!(2)));
    let paused = sell(&merchant, "3");
    assert_eq!(paused.json()["trees"], 0, "{}", paused.body);
    assert!(paused.json()["message"].as_str().unwrap().contains("is paused"), "{}", paused.body);
    let pack = json!({"quantity": 1, "productCode": "PLAY1TREEAPI", "referenceNo": "a"});
    let refused = merchant.call("POST", "/api/buy_trees", &pack).unwrap();
    assert_eq!(refused.status, 409, "{}", refused.body);
    assert!(refused.body.contains("budget"), "{}", refused.body);
    let key = &merchant.shops[0].publishable_key;
    let campaigns = merchant.call_with(key, "GET", "/api/campaigns/", &Value::Null).unwrap();
    assert_eq!(campaigns.json(), json!([]), "a storefront promises no trees");
    let browser = merchant.signed_in().unwrap();
    for page in ["/settings", "/settings/payments"] {
        let page = browser.open(page).unwrap().body;
        assert!(page.contains("Your monthly budget is reached"), "{page}");
    }
    set(&merchant, "budget=10&at_budget=pause");
    assert_eq!(trees(&merchant, "4"), 2);
    assert_eq!(trees(&merchant, "3"), 0, "a sale of the pause orders nothing later either");
    assert_eq!(trees_of_month(&merchant), 6);
    assert!(!browser.open("/settings").unwrap().body.contains("Your monthly budget is reached"));
}

#[test]
fn without_the_pause_ordering_carries_on_and_the_choice_takes_effect_at_once() {
    let merchant = merchant();
    set(&merchant, "budget=3&at_budget=warn");
    for id in ["1", "2", "3"] {
        assert_eq!(trees(&merchant, id), 2);
    }
    set(&merchant, "budget=3&at_budget=pause");
    assert_eq!(trees(&merchant, "4"), 0);
    set(&merchant, "budget=3&at_budget=warn");
    assert_eq!(trees(&merchant, "5"), 2);
    set(&merchant, "budget=3&at_budget=pause");
    assert_eq!(trees(&merchant, "6"), 0);
    set(&merchant, "budget=&at_budget=pause");
    assert_eq!(trees(&merchant, "7"), 2, "without a budget there is nothing to reach");
}

#[test]
fn a_refund_that_brings_the_month_below_the_budget_ends_the_pause() {
    let merchant = merchant();
    set(&merchant, "budget=4&at_budget=pause");
    let mut first = sold_now(two_mugs("1"));
    merchant.call("POST", "/api/orders/", &json!({ "sale": first })).unwrap();
    assert_eq!((trees(&merchant, "2"), trees(&merchant, "3")), (json!(2), json!(0)));
    first["status"] = json!("cancelled");
    first["updated_at"] = json!("2100-01-01T00:00:00Z");
    merchant.call("POST", "/api/orders/", &json!({ "sale": first })).unwrap();
    assert_eq!(trees(&merchant, "4"), 2);
}

#[test]
fn a_pause_at_the_budget_ends_with_its_month_before_the_month_is_closed() {
    let merchant = merchant();
    set(&merchant, "budget=2&at_budget=pause");
    assert_eq!((trees(&merchant, "1"), trees(&merchant, "2")), (json!(2), json!(0)));
    let end = merchant.month_end().unwrap();
    let at = |instant: i64| Timestamp::from_milliseconds(instant).unwrap().to_rfc3339();
    let sell_at = |id: &str, sold_at: i64| {
        let mut sale = two_mugs(id);
        sale["sold_at"] = json!(at(sold_at));
        sale["updated_at"] = json!(at(sold_at));
        let now = at(end + 60_000);
        let event = json!({ "sale": sale });
        merchant.call_at(&now, "POST", "/api/orders/", &event).unwrap().json()["trees"].clone()
    };
    assert_eq!(sell_at("3", end - 1), 0, "sold in the pause, and reported after it");
    assert_eq!(sell_at("4", end), 2);
}

#[test]
fn each_share_is_kept_once_for_each_month() {
    let merchant = merchant();
    set(&merchant, "budget=10");
    for id in ["1", "2", "3"] {
        sell(&merchant, id);
    }
    let now = merchant.month_end().unwrap() - 1;
    let shares = || {
        fire_cron(&worker(), now).unwrap();
        let shares = "SELECT percent FROM budget_alerts a JOIN purchase_orders p
            ON p.id = a.purchase_order_id WHERE p.merchant_id = ?1 ORDER BY percent";
        let rows = sql(&worker(), shares, &[&merchant.id]).unwrap();
        rows.into_iter().map(|row| row[0].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(shares(), [50]);
    assert_eq!(shares(), [50]);
    set(&merchant, "budget=7.50");
    assert_eq!(shares(), [50, 80]);
    set(&merchant, "budget=100");
    set(&merchant, "budget=6");
    assert_eq!(shares(), [50, 80, 100]);
}

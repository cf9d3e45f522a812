//! Orders are pulled from the shop's own API, so that a lost delivery is found, and a hostile shop
//! harms only itself.

#![allow(clippy::arithmetic_side_effects, reason = "a test that overflows may panic")]

use std::time::{Duration, Instant};

use play_it_green_tests::local_worker::{LocalWorker, fire_cron, repository, sql};
use play_it_green_tests::shop_api::ShopApi;
use serde_json::{Value, json};

use crate::webhooks::{Shop, sample_json};
use crate::worker;

/// The latest order of the sample shop, sold now.
fn order(id: u64, sold_at: &str) -> Value {
    let mut order = sample_json("woocommerce-order-created.http");
    (order["id"], order["number"]) = (json!(id), json!(id.to_string()));
    (order["date_created_gmt"], order["date_modified_gmt"]) = (json!(sold_at), json!(sold_at));
    order
}

fn set(shop: &Shop, site: &str, key: &Value) {
    let path = shop.path();
    let site = shop.merchant.call("PUT", &format!("{path}/site"), &json!({"site": site})).unwrap();
    assert_eq!(site.status, 200, "{}", site.body);
    let pull = path.replace("/webhook", "/pull");
    let set = shop.merchant.call("PUT", &pull, key).unwrap();
    assert_eq!(set.status, 200, "{}", set.body);
}

fn key() -> Value {
    json!({"key": "ck_read", "secret": "cs_read"})
}

/// Sends the request until the pull is complete, and returns the sums of new and unchanged orders.
fn pull(shop: &Shop) -> (u64, Value) {
    let path = shop.path().replace("/webhook", "/pull");
    let mut new = 0;
    let ended = (0..100).find_map(|_| {
        let answer = shop.merchant.call("POST", &path, &Value::Null).unwrap();
        assert_eq!(answer.status, 200, "{}", answer.body);
        let pulled = answer.json();
        new += pulled["new"].as_u64().unwrap();
        let has_ended = pulled["is_complete"] == true || pulled["problem"] != Value::Null;
        has_ended.then(|| pulled["problem"].clone())
    });
    (new, ended.expect("the pull does not end"))
}

fn sales(shop: &Shop) -> i64 {
    let count = "SELECT count(*) FROM sales WHERE shop_id = ?1";
    sql(&worker(), count, &[&shop.merchant.shops[0].id]).unwrap()[0][0].as_i64().unwrap()
}

#[test]
fn five_lost_confirmations_are_on_the_bill_once_after_a_pull() {
    let shop = Shop::woocommerce();
    shop.deliver_json(&order(1, "2026-11-22T08:50:40"));
    let mut orders = vec![order(1, "2026-11-22T08:50:40")];
    for id in 11..=15 {
        let claimed = shop.claim(&id.to_string());
        assert_eq!(claimed["orders"][0]["state"], "unconfirmed");
        let sold_at = claimed["orders"][0]["sold_at"].as_str().unwrap().trim_end_matches('Z');
        orders.push(order(id, sold_at));
    }
    orders.extend((101..=122).map(|id| order(id, "2026-11-22T09:00:00")));
    let api = ShopApi::start(orders).unwrap();
    assert_eq!(shop.trees(), 2);
    set(&shop, &api.site, &key());
    assert_eq!(pull(&shop), (27, Value::Null), "5 lost ones, and 22 that nothing reported");
    assert_eq!((sales(&shop), shop.trees()), (28, json!(56)));
    assert_eq!(pull(&shop), (0, Value::Null));
    assert_eq!((sales(&shop), shop.trees()), (28, json!(56)));
    let report = format!("/api/shops/{}/reconciliation", shop.merchant.shops[0].id);
    let report = shop.merchant.call("GET", &report, &Value::Null).unwrap().json();
    assert_eq!(
        (&report[0]["in_shop"], &report[0]["counted"]),
        (&json!(28), &json!(28)),
        "{report}"
    );
}

#[test]
fn the_cron_event_pulls_what_is_due_and_stores_the_key_encrypted() {
    let shop = Shop::woocommerce();
    let api = ShopApi::start(vec![order(7, "2026-11-22T09:00:00")]).unwrap();
    set(&shop, &api.site, &key());
    let stored = "SELECT pull_credentials_encrypted FROM shops WHERE id = ?1";
    let stored = sql(&worker(), stored, &[&shop.merchant.shops[0].id]).unwrap();
    assert!(!stored[0][0].as_str().unwrap().contains("read"));
    let now = "SELECT max(pull_next_at) FROM shops WHERE id = ?1";
    let due = sql(&worker(), now, &[&shop.merchant.shops[0].id]).unwrap()[0][0].as_i64().unwrap();
    for event in 0..20 {
        fire_cron(&worker(), due + event * 60_000).unwrap();
        if sales(&shop) > 0 {
            break;
        }
    }
    assert_eq!((sales(&shop), shop.trees()), (1, json!(2)));
}

#[test]
fn a_shop_whose_api_is_hostile_gets_a_note_and_is_tried_again_later() {
    let shop = Shop::woocommerce();
    let api = ShopApi::start(vec![order(7, "2026-11-22T09:00:00")]).unwrap();
    set(&shop, &api.site, &json!({"key": "ck_read", "secret": "wrong"}));
    let problem = pull(&shop).1;
    assert!(problem.as_str().unwrap().contains("rejected the key"), "{problem}");
    set(&shop, &api.site, &key());
    let http = |head: &str, body: &str| {
        let length = body.len();
        format!("HTTP/1.1 {head}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
    };
    let large = format!("[{}]", " ".repeat(5 * 1024 * 1024));
    for (response, reason) in [
        (http("302 Found\r\nlocation: http://127.0.0.1:1/", ""), "redirects to another address"),
        (http("200 OK", "<html>maintenance</html>"), "did not return orders"),
        (http("500 Error", ""), "status 500"),
        (http("200 OK", &large), "sent more than"),
        (String::new(), "could not be reached"),
    ] {
        api.respond_with(Some(response.into_bytes()));
        let problem = pull(&shop).1;
        assert!(problem.as_str().unwrap().contains(reason), "{problem}");
    }
    let problems = shop.webhook()["problems"].to_string();
    assert!(problems.contains("The orders could not be pulled"), "{problems}");
    let page = format!("/settings/shops/{}/import", shop.merchant.shops[0].id);
    let page = shop.merchant.signed_in().unwrap().open(&page).unwrap().body;
    assert!(page.contains("The orders could not be pulled"), "{page}");
    assert_eq!(sales(&shop), 0);
    api.respond_with(None);
    assert_eq!((pull(&shop), sales(&shop)), ((1, Value::Null), 1));
}

#[test]
fn a_slow_shop_ends_the_request_in_time_and_the_next_one_goes_on() {
    // On a Worker of its own, so that no event of another test waits for this shop.
    let state = repository().join("target/tests/slow-pull");
    let many = [("ENVIRONMENT", "development"), ("D1_QUERIES_MAX", "1000")];
    let running = LocalWorker::start_with(&state, 0, &many).unwrap();
    let shop = Shop::woocommerce_at(&running.url);
    let api = ShopApi::start(vec![order(7, "2026-11-22T09:00:00"); 1_000]).unwrap();
    set(&shop, &api.site, &key());
    api.respond_after(Duration::from_secs(4));
    let path = shop.path().replace("/webhook", "/pull");
    let started = Instant::now();
    let pulled = shop.merchant.call("POST", &path, &Value::Null).unwrap().json();
    assert!(started.elapsed() < Duration::from_secs(28), "{:?}", started.elapsed());
    assert_eq!((&pulled["new"], &pulled["problem"]), (&json!(1), &Value::Null), "{pulled}");
    assert_eq!(pulled["is_complete"], false, "{pulled}");
    let place = "SELECT pull_page FROM shops WHERE id = ?1";
    let place = sql(&running.url, place, &[&shop.merchant.shops[0].id]).unwrap();
    let page: u32 = place[0][0].as_str().unwrap().parse().unwrap();
    assert!((3..=6).contains(&page), "the next request begins at page {page}");
}

#[test]
fn shopifys_orders_are_pulled_page_by_page_with_products() {
    let money = |amount: &str| json!({"shopMoney": {"amount": amount, "currencyCode": "USD"}});
    let order = |id: u64| {
        json!({"id": format!("gid://shopify/Order/{id}"), "name": format!("#{id}"), "test": false,
            "createdAt": "2026-11-22T09:00:00Z", "processedAt": "2026-11-22T09:00:00Z",
            "updatedAt": "2026-11-22T09:00:00Z", "displayFinancialStatus": "PAID",
            "currencyCode": "USD", "totalPriceSet": money("20.0"), "subtotalPriceSet": money("20.0"),
            "lineItems": {"nodes": [{"id": "gid://shopify/LineItem/1", "title": "Blue mug",
                "quantity": 1, "product": {"id": "gid://shopify/Product/11"},
                "originalUnitPriceSet": money("20.0")}]}})
    };
    let shop = Shop::shopify();
    let api = ShopApi::start((1..=30).map(|id| order(5_000 + id)).collect()).unwrap();
    set(&shop, &api.site, &json!({"secret": "shpat_read"}));
    assert_eq!((pull(&shop), sales(&shop)), ((30, Value::Null), 30));
    assert_eq!(shop.trees(), 30);
    let facts = "SELECT facts FROM sales WHERE shop_id = ?1 LIMIT 1";
    let facts = sql(&worker(), facts, &[&shop.merchant.shops[0].id]).unwrap();
    assert!(facts[0][0].as_str().unwrap().contains("\"product\":\"11\""), "{facts:?}");
}

#[test]
fn the_settings_set_fetch_and_remove_a_pull() {
    let shop = Shop::woocommerce();
    let api = ShopApi::start(vec![order(7, "2026-11-22T09:00:00")]).unwrap();
    set(&shop, &api.site, &json!({"key": "ck_read", "secret": "wrong"}));
    let mut browser = shop.merchant.signed_in().unwrap();
    let id = &shop.merchant.shops[0].id;
    let path = format!("/settings/shops/{id}/pull");
    let page = |shop: &Shop| {
        let page = format!("/settings/shops/{id}/import");
        shop.merchant.signed_in().unwrap().open(&page).unwrap().body
    };
    let saved = browser.send(&path, "action=set&key=ck_read&secret=cs_read").unwrap();
    assert_eq!(saved.status, 303);
    assert!(page(&shop).contains("within 15 minutes"));
    assert_eq!(browser.send(&path, "action=fetch").unwrap().status, 303);
    let fetched = page(&shop);
    assert!(fetched.contains("All orders were fetched on"), "{fetched}");
    assert!(!fetched.contains("within 15 minutes"), "{fetched}");
    assert_eq!(browser.send(&path, "action=remove").unwrap().status, 303);
    let removed = page(&shop);
    assert!(removed.contains("Consumer key") && !removed.contains("Fetch now"), "{removed}");
}

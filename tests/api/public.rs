//! Endpoints that need no key: totals, health, the description of the API and its page.

use std::fs;

use play_it_green_tests::http;
use play_it_green_tests::local_worker::repository;
use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use crate::{merchant, worker};

fn get(path: &str) -> http::Answer {
    http::call("GET", &format!("{}{path}", worker()), &[], b"").unwrap()
}

#[test]
fn totals_count_a_shop_a_merchant_and_everybody_before_and_after_the_month_ends() {
    let merchant = merchant();
    let everybody = get("/api/totals/").json()["trees"].as_i64().unwrap();
    merchant.post_sale(&two_mugs("1")).unwrap();
    let mut test_sale = two_mugs("2");
    test_sale["test"] = json!(true);
    merchant.post_sale(&test_sale).unwrap();
    let bought = json!({"quantity": 1, "productCode": "PLAY5TREEAPI", "referenceNo": "a"});
    merchant.call("POST", "/api/buy_trees", &bought).unwrap();
    let counted = || {
        let of_shop = get(&format!("/api/totals/?shop={}", merchant.shops[0].id)).json();
        let of_merchant = merchant.call("GET", "/api/totals/", &Value::Null).unwrap().json();
        let of_all = get("/api/totals").json()["trees"].as_i64().unwrap() - everybody;
        (of_shop, of_merchant, of_all)
    };
    let expected = (json!({"trees": 2, "orders": 1}), json!({"trees": 7, "orders": 2}), 7);
    assert_eq!(counted(), expected);
    merchant.end_month().unwrap();
    assert_eq!(counted(), expected);
}

#[test]
fn public_totals_may_be_kept_by_caches_and_those_of_a_key_may_not() {
    let merchant = merchant();
    let public = get("/api/totals/");
    assert_eq!(public.header("cache-control"), Some("public, max-age=300"));
    assert_eq!(public.header("access-control-allow-origin"), Some("*"));
    let own = merchant.call("GET", "/api/totals/", &Value::Null).unwrap();
    assert_eq!(own.header("cache-control"), Some("private, max-age=60"));
    assert_eq!(get("/api/totals/?shop=shop_none").status, 404);
    assert_eq!(get("/api/totals/?api_key=wrong").status, 401);
}

#[test]
fn health_names_the_last_migration() {
    let health = crate::operators_health(&worker());
    assert_eq!((health.status, &health.json()["status"]), (200, &json!("ok")));
    let latest = fs::read_dir(repository().join("worker/migrations")).unwrap();
    let latest = latest.map(|file| file.unwrap().file_name()).max().unwrap();
    assert_eq!(health.json()["migration"], latest.to_str().unwrap());
}

#[test]
fn the_api_describes_itself() {
    let description = get("/api/openapi.json");
    assert_eq!((description.status, &description.json()["openapi"]), (200, &json!("3.1.0")));
    let page = get("/docs");
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert!(page.body.contains(&format!("{}/api/buy_trees", worker())), "the Worker's own address");
}

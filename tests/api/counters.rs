//! The counters of a deployment: shown to an operator's key only, and read without a scan.

use play_it_green_tests::http;
use play_it_green_tests::local_worker::{operators_key, repository, sql};
use play_it_green_tests::merchant::hash;
use play_it_green_tests::sales::two_mugs;
use serde_json::Value;

use crate::{merchant, worker};

fn counters(key: &str) -> http::Answer {
    let authorization = format!("Bearer {key}");
    let headers = [("authorization", authorization.as_str())];
    http::call("GET", &format!("{}/operator/counters", worker()), &headers, b"").unwrap()
}

fn of_operator() -> Value {
    let answer = counters(&operators_key(&worker()).unwrap());
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

#[test]
fn only_an_operators_key_reads_the_counters() {
    let merchant = merchant();
    let url = format!("{}/operator/counters", worker());
    assert_eq!(http::call("GET", &url, &[], b"").unwrap().status, 401);
    assert_eq!(counters(&merchant.secret_key).status, 401);
    assert_eq!(counters(&merchant.shops[0].publishable_key).status, 401);
    let key = operators_key(&worker()).unwrap();
    assert_eq!(counters(&key).status, 200);
    let expire = "UPDATE operator_keys SET expires_at = unixepoch() * 1000 WHERE hash = ?1";
    sql(&worker(), expire, &[&hash(&key)]).unwrap();
    assert_eq!(counters(&key).status, 401);
}

#[test]
fn the_counters_follow_what_is_ordered_and_what_waits() {
    let merchant = merchant();
    let before = of_operator();
    merchant.post_sale(&two_mugs("31")).unwrap();
    merchant.add_due_purchase_order().unwrap();
    let set_aside = "UPDATE purchase_orders SET set_aside_at = 1, set_aside_reason = 'a fault'
        WHERE merchant_id = ?1 AND state = 'payment due'";
    sql(&worker(), set_aside, &[&merchant.id]).unwrap();
    let after = of_operator();
    let grown = |name: &str| after[name].as_i64().unwrap() > before[name].as_i64().unwrap();
    assert!(grown("orders") && grown("trees"), "{before} {after}");
    assert!(after["set_aside_purchase_orders"].as_i64().unwrap() > 0, "{after}");
    let release = "UPDATE purchase_orders SET set_aside_at = NULL, set_aside_reason = NULL
        WHERE merchant_id = ?1";
    sql(&worker(), release, &[&merchant.id]).unwrap();
}

#[test]
fn a_count_reads_rows_that_wait_and_no_table_that_grows() {
    let source =
        std::fs::read_to_string(repository().join("worker/src/store/counters.rs")).unwrap();
    let read = source.split_once("const READ: &str = \"").unwrap().1.split_once("\";").unwrap().0;
    let plan = sql(&worker(), &format!("EXPLAIN QUERY PLAN {read}"), &["1", "1000"]).unwrap();
    let steps: Vec<&str> = plan.iter().filter_map(|row| row[3].as_str()).collect();
    assert!(steps.len() > 10, "{steps:?}");
    for step in steps.iter().filter(|step| step.starts_with("SCAN")) {
        let is_bounded = step.contains("INDEX") || step.contains("subquery");
        assert!(is_bounded, "{step}: {steps:?}");
    }
}

//! Order events become orders: once each, with a number of trees and a reason.

use std::thread;

use play_it_green_tests::http;
use play_it_green_tests::sales::{sold_now, two_mugs};
use serde_json::{Value, json};

use crate::{SHOP_ORIGIN, merchant, number, stored_sales, worker};

#[test]
fn a_sale_orders_trees_with_the_reason() {
    let merchant = merchant();
    let answer = merchant.post_sale(&two_mugs("19")).unwrap();
    assert_eq!(answer.status, 201, "{}", answer.body);
    let json = answer.json();
    assert_eq!(
        (&json["sale"], &json["proof"], &json["trees"]),
        (&json!("19"), &json!("claimed"), &json!(2))
    );
    let list = merchant.call("GET", "/api/orders/", &Value::Null).unwrap().json();
    assert_eq!((&list[0]["sale"], &list[0]["trees"]), (&json!("19"), &json!(2)));
    assert_eq!(list[0]["reason"], "2 × SKU MUG-BLUE: 2 trees");
    let event = json!({"sale": two_mugs("19")});
    let told = merchant.call("POST", "/api/orders/", &event).unwrap().json();
    let list = merchant.call("GET", "/api/orders/", &Value::Null).unwrap().json();
    assert_eq!(list, told["orders"], "a secret key gets the orders");
}

#[test]
fn the_same_sale_posted_twice_orders_once() {
    let merchant = merchant();
    let first = merchant.post_sale(&two_mugs("19")).unwrap();
    let second = merchant.post_sale(&two_mugs("19")).unwrap();
    assert_eq!(first, second, "a claim learns nothing of what is known");
    assert_eq!(stored_sales(&merchant), 1);
    let orders = number("SELECT count(*) FROM orders WHERE merchant_id = ?1", &[&merchant.id]);
    assert_eq!(orders, 1);
}

#[test]
fn the_same_sale_posted_by_many_at_once_orders_once() {
    let merchant = merchant();
    let posts: Vec<_> = (0..30)
        .map(|_| {
            let merchant = merchant.clone();
            let event = json!({"sale": two_mugs("19")});
            thread::spawn(move || merchant.call("POST", "/api/orders/", &event).unwrap().status)
        })
        .collect();
    let mut statuses: Vec<u16> = posts.into_iter().map(|post| post.join().unwrap()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 201].contains(status)), "{statuses:?}");
    let orders = number("SELECT count(*) FROM orders WHERE merchant_id = ?1", &[&merchant.id]);
    assert_eq!(orders, 1);
}

#[test]
fn a_campaign_added_later_does_not_reach_a_sale_already_told() {
    let merchant = merchant();
    merchant.post_sale(&two_mugs("19")).unwrap();
    let always = json!({"trees": [{"per_order": {"trees": 5}}]});
    merchant.add_campaign("Five for everyone", &always).unwrap();
    merchant.post_sale(&two_mugs("19")).unwrap();
    let first = merchant.call("GET", "/api/orders/?sale=19", &Value::Null).unwrap().json();
    assert_eq!((first.as_array().map(Vec::len), &first[0]["trees"]), (Some(1), &json!(2)));
    assert_eq!(merchant.post_sale(&two_mugs("20")).unwrap().json()["trees"], 7);
}

#[test]
fn a_sale_that_qualifies_for_nothing_is_answered_and_not_stored() {
    let merchant = merchant();
    let mut sale = two_mugs("19");
    sale["lines"][0]["sku"] = json!("MUG-RED");
    let answer = merchant.post_sale(&sale).unwrap();
    assert_eq!((answer.status, &answer.json()["trees"]), (200, &json!(0)));
    assert_eq!(stored_sales(&merchant), 0);
}

#[test]
fn a_test_sale_and_a_test_key_order_and_are_on_no_purchase_order() {
    let merchant = merchant();
    let mut test_sale = two_mugs("19");
    test_sale["test"] = json!(true);
    assert_eq!(merchant.post_sale(&test_sale).unwrap().json()["trees"], 2);
    let order = |sale: &str| {
        let path = format!("/api/orders/?sale={sale}");
        merchant.call("GET", &path, &Value::Null).unwrap().json()[0].clone()
    };
    assert_eq!((&order("19")["trees"], &order("19")["purchase_order"]), (&json!(2), &Value::Null));

    let key = merchant.add_key("publishable", "test", Some(&merchant.shops[0].id)).unwrap();
    let event = json!({"key": key, "sale": sold_now(two_mugs("20"))}).to_string();
    let url = format!("{}/api/orders/", worker());
    assert_eq!(http::call("POST", &url, &[], event.as_bytes()).unwrap().status, 201);
    assert_eq!(
        (&order("20")["test"], &order("20")["purchase_order"]),
        (&json!(true), &Value::Null)
    );
    let purchase_orders = merchant.call("GET", "/api/purchase_orders/", &Value::Null).unwrap();
    assert_eq!(purchase_orders.json(), json!([]));
}

#[test]
fn a_claim_becomes_verified_when_the_secret_key_tells_the_same_sale() {
    let merchant = merchant();
    assert_eq!(merchant.post_sale(&two_mugs("19")).unwrap().json()["proof"], "claimed");
    let event = json!({"sale": two_mugs("19")});
    let answer = merchant.call("POST", "/api/orders/", &event).unwrap();
    assert_eq!((answer.status, &answer.json()["proof"]), (200, &json!("verified")));
    merchant.post_sale(&two_mugs("19")).unwrap();
    let orders = merchant.call("GET", "/api/orders/", &Value::Null).unwrap().json();
    assert_eq!(orders[0]["proof"], "verified");
}

#[test]
fn a_secret_key_of_several_shops_has_to_say_which() {
    let merchant = merchant().add_shop("Second", "shopify", "https://second.example.com").unwrap();
    let event = json!({"sale": two_mugs("19")});
    let unnamed = merchant.call("POST", "/api/orders/", &event).unwrap();
    assert_eq!(unnamed.status, 422);
    assert!(unnamed.json()["message"].as_str().unwrap().contains("?shop=ID"), "{}", unnamed.body);
    let path = format!("/api/orders/?shop={}", merchant.shops[1].id);
    let named = merchant.call("POST", &path, &event).unwrap();
    assert_eq!(named.json()["orders"][0]["shop"], json!(merchant.shops[1].id));
}

#[test]
fn the_list_is_paged_and_holds_no_foreign_order() {
    let foreign = merchant();
    foreign.post_sale(&two_mugs("foreign")).unwrap();
    let merchant = merchant();
    for id in ["1", "2", "3"] {
        merchant.post_sale(&two_mugs(id)).unwrap();
    }
    let page = |path: &str| merchant.call("GET", path, &Value::Null).unwrap().json();
    let first = page("/api/orders/?limit=2");
    let after = first[1]["id"].as_str().unwrap();
    let second = page(&format!("/api/orders/?limit=2&after={after}"));
    let mut sales: Vec<&str> = first
        .as_array()
        .unwrap()
        .iter()
        .chain(second.as_array().unwrap())
        .map(|order| order["sale"].as_str().unwrap())
        .collect();
    sales.sort_unstable();
    assert_eq!(sales, ["1", "2", "3"]);
}

#[test]
fn a_publishable_key_does_not_work_on_a_foreign_page() {
    let merchant = merchant();
    let event = json!({"key": merchant.shops[0].publishable_key, "sale": sold_now(two_mugs("19"))});
    let event = event.to_string();
    let url = format!("{}/api/orders/", worker());
    let from = |origin: &str| {
        http::call("POST", &url, &[("origin", origin)], event.as_bytes()).unwrap().status
    };
    assert_eq!(from("https://thief.example.com"), 403);
    assert_eq!(stored_sales(&merchant), 0);
    // Shopify's sandboxed frame sends the origin `null`.
    assert_eq!((from("null"), from(SHOP_ORIGIN)), (403, 201));
    assert_eq!(stored_sales(&merchant), 1);
}

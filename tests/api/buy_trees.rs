//! `buy_trees`: the published call, which takes effect once per reference.

use std::thread;

use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use crate::{merchant, number};

fn body(quantity: u32, product_code: &str, reference: &str) -> Value {
    json!({"quantity": quantity, "productCode": product_code, "referenceNo": reference})
}

/// Returns true if a client that reads ids as 64-bit floating-point numbers reads this one exactly.
fn is_number(id: &Value) -> bool {
    id.as_u64().is_some_and(|number| number < 1 << 53)
}

#[test]
fn both_ids_are_exact_json_numbers_and_the_order_is_the_same_for_a_billing_month() {
    let merchant = merchant();
    let buy = |reference: &str| {
        let body = body(1, "PLAY1TREEAPI", reference);
        let answer = merchant.call("POST", "/api/buy_trees", &body).unwrap();
        assert_eq!(answer.status, 200, "{}", answer.body);
        let ids = answer.json();
        assert!(is_number(&ids["orderId"]) && is_number(&ids["productInOrderId"]), "{ids}");
        ids
    };
    let november = [buy("a"), buy("b"), buy("c")];
    assert!(november.iter().all(|ids| ids["orderId"] == november[0]["orderId"]), "{november:?}");
    merchant.end_month().unwrap();
    let next = buy("d");
    assert_ne!(next["orderId"], november[0]["orderId"]);
    assert_eq!(buy("a"), november[0], "a call that is sent again after the close");
    let products: std::collections::BTreeSet<_> =
        november.iter().chain([&next]).map(|ids| ids["productInOrderId"].as_u64()).collect();
    assert_eq!(products.len(), 4);
}

#[test]
fn trees_are_ordered_on_the_purchase_order_of_the_month() {
    let merchant = merchant();
    let first = merchant.call("POST", "/api/buy_trees", &body(2, "PLAY10TREEAPI", "a")).unwrap();
    assert_eq!(first.status, 200, "{}", first.body);
    let second = merchant.call("POST", "/api/buy_trees/", &body(1, "PLAY1TREEAPI", "b")).unwrap();
    merchant.post_sale(&two_mugs("1")).unwrap();
    let (first, second) = (first.json(), second.json());
    assert_eq!(first["orderId"], second["orderId"]);
    assert_ne!(first["productInOrderId"], second["productInOrderId"]);
    let open = merchant.call("GET", "/api/purchase_orders/open", &Value::Null).unwrap().json();
    assert_eq!((&open["trees"], &open["total"]), (&json!(23), &json!(2300)));
    let path = format!("/api/purchase_orders/{}", first["orderId"]);
    assert_eq!(merchant.call("GET", &path, &Value::Null).unwrap().json(), open);
    let path = format!("/api/orders/{}", first["productInOrderId"]);
    let order = merchant.call("GET", &path, &Value::Null).unwrap().json();
    assert_eq!((&order["reference"], &order["sale"]), (&json!("a"), &Value::Null));
    assert_eq!(order["reason"], "2 × PLAY10TREEAPI: 20 trees");
}

#[test]
fn bought_trees_are_a_line_of_the_closed_purchase_order() {
    let merchant = merchant();
    let bought = merchant.call("POST", "/api/buy_trees", &body(1, "PLAY500TREEAPI", "a")).unwrap();
    let id = bought.json()["orderId"].clone();
    merchant.post_sale(&two_mugs("1")).unwrap();
    let path = format!("/api/purchase_orders/{id}");
    merchant.end_month().unwrap();
    let closed = merchant.call("GET", &path, &Value::Null).unwrap().json();
    assert_eq!((&closed["trees"], &closed["total"]), (&json!(502), &json!(50_200)));
    let lines = merchant.call("GET", &format!("{path}/lines"), &Value::Null).unwrap().json();
    let by_name =
        |name: &str| lines.as_array().unwrap().iter().find(|l| l["campaign_name"] == name);
    let bought = by_name("Ordered by API").unwrap();
    assert_eq!(
        (&bought["trees"], &bought["campaign"], &bought["shop"]),
        (&json!(500), &Value::Null, &Value::Null)
    );
    assert_eq!(by_name("A tree for every mug").unwrap()["trees"], 2);
}

#[test]
fn the_same_reference_and_body_order_once_and_another_body_is_a_conflict() {
    let merchant = merchant();
    let wanted = body(3, "PLAY5TREEAPI", "2026-000123");
    let first = merchant.call("POST", "/api/buy_trees", &wanted).unwrap();
    let again = merchant.call("POST", "/api/buy_trees", &wanted).unwrap();
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    for other in [body(4, "PLAY5TREEAPI", "2026-000123"), body(3, "PLAY6TREEAPI", "2026-000123")] {
        let answer = merchant.call("POST", "/api/buy_trees", &other).unwrap();
        assert_eq!(answer.status, 409, "{}", answer.body);
    }
    let trees = "SELECT sum(trees) FROM orders WHERE merchant_id = ?1";
    assert_eq!(number(trees, &[&merchant.id]), 15);
    let foreign = crate::merchant();
    assert_eq!(
        foreign
            .call("POST", "/api/buy_trees", &body(9, "PLAY1TREEAPI", "2026-000123"))
            .unwrap()
            .status,
        200
    );
}

#[test]
fn fifty_posts_at_once_order_once() {
    let merchant = merchant();
    let posts: Vec<_> = (0..50)
        .map(|_| {
            let merchant = merchant.clone();
            thread::spawn(move || {
                merchant.call("POST", "/api/buy_trees", &body(1, "PLAY50TREEAPI", "once")).unwrap()
            })
        })
        .collect();
    let mut answers: Vec<String> =
        posts.into_iter().map(|post| post.join().unwrap().body).collect();
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(number("SELECT count(*) FROM orders WHERE merchant_id = ?1", &[&merchant.id]), 1);
}

#[test]
fn trees_bought_with_a_test_key_are_on_no_purchase_order() {
    let mut merchant = merchant();
    merchant.secret_key = merchant.add_key("secret", "test", None).unwrap();
    let bought =
        merchant.call("POST", "/api/buy_trees", &body(1, "PLAY2TREEAPI", "a")).unwrap().json();
    assert!(is_number(&bought["orderId"]) && is_number(&bought["productInOrderId"]), "{bought}");
    let again =
        merchant.call("POST", "/api/buy_trees", &body(1, "PLAY2TREEAPI", "b")).unwrap().json();
    assert_eq!(bought["orderId"], again["orderId"]);
    let orders = merchant.call("GET", "/api/orders/?state=test", &Value::Null).unwrap().json();
    assert_eq!(orders.as_array().unwrap().len(), 2);
    assert_eq!(
        number("SELECT count(*) FROM purchase_orders WHERE merchant_id = ?1", &[&merchant.id]),
        0
    );
}

#[test]
fn what_cannot_be_bought_is_refused_with_the_field() {
    let merchant = merchant();
    for (status, field, wanted) in [
        (400, "productCode", body(1, "PLAY11TREEAPI", "a")),
        (400, "productCode", body(1, "PLAY550TREEAPI", "a")),
        (400, "productCode", body(1, "", "a")),
        (400, "productCode", json!({"quantity": 1, "productCode": 1, "referenceNo": "a"})),
        (400, "productCode", json!({"quantity": 1, "productCode": null, "referenceNo": "a"})),
        (400, "productCode", json!({"quantity": 1, "referenceNo": "a"})),
        (422, "quantity", json!({"productCode": "PLAY1TREEAPI", "referenceNo": "a"})),
        (422, "quantity", body(0, "PLAY1TREEAPI", "a")),
        (422, "quantity", body(u32::MAX, "PLAY500TREEAPI", "a")),
        (422, "quantity", body(2001, "PLAY500TREEAPI", "a")),
        (422, "referenceNo", body(1, "PLAY1TREEAPI", "")),
    ] {
        let answer = merchant.call("POST", "/api/buy_trees", &wanted).unwrap();
        assert_eq!(answer.status, status, "{wanted}: {}", answer.body);
        assert!(answer.json()["message"].as_str().unwrap().contains(field), "{}", answer.body);
    }
    assert_eq!(number("SELECT count(*) FROM orders WHERE merchant_id = ?1", &[&merchant.id]), 0);
}

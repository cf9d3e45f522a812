//! Shops: added, changed and deleted, with the effects on their keys.

use play_it_green_tests::http;
use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use crate::{merchant, merchant_without_campaigns, worker};

#[test]
fn a_shop_is_added_read_changed_and_deleted() {
    let merchant = merchant_without_campaigns("UTC");
    let body =
        json!({"name": "Cups", "platform": "shopify", "origin": "HTTPS://Cups.example.com/"});
    let added = merchant.call("POST", "/api/shops/", &body).unwrap();
    assert_eq!(added.status, 201, "{}", added.body);
    let shop = added.json();
    assert_eq!(shop["origin"], "https://cups.example.com");
    let path = format!("/api/shops/{}", shop["id"].as_str().unwrap());
    assert_eq!(merchant.call("GET", &path, &Value::Null).unwrap().json(), shop);
    let body =
        json!({"name": "Bowls", "platform": "custom", "origin": "https://bowls.example.com"});
    let changed = merchant.call("PUT", &path, &body).unwrap().json();
    assert_eq!((&changed["name"], &changed["platform"]), (&json!("Bowls"), &json!("custom")));
    assert_eq!(merchant.call("GET", &path, &Value::Null).unwrap().json(), changed);
    let deleted = merchant.call("DELETE", &path, &Value::Null).unwrap();
    assert_eq!((deleted.status, &deleted.json()["success"]), (200, &json!(true)));
    for method in ["GET", "DELETE"] {
        assert_eq!(merchant.call(method, &path, &Value::Null).unwrap().status, 404, "{method}");
    }
    assert_eq!(merchant.call("PUT", &path, &body).unwrap().status, 404);
}

#[test]
fn an_origin_with_letters_beyond_ascii_is_stored_as_browsers_send_it() {
    let merchant = merchant_without_campaigns("UTC");
    for (typed, stored) in [
        ("https://bäume.example", "https://xn--bume-loa.example"),
        ("https://BÄUME.example:443/", "https://xn--bume-loa.example"),
        // This domain uses the full stop of Chinese and Japanese.
        ("https://木。example", "https://xn--4pv.example"),
    ] {
        let body = json!({"name": "Trees", "platform": "shopify", "origin": typed});
        let added = merchant.call("POST", "/api/shops/", &body).unwrap();
        assert_eq!(added.json()["origin"], stored, "{typed}: {}", added.body);
    }
    let body = json!({"name": "Trees", "platform": "shopify", "origin": "https://ä.example/ä"});
    assert_eq!(merchant.call("POST", "/api/shops/", &body).unwrap().status, 422);
}

#[test]
fn a_deleted_shop_takes_its_keys_along_and_leaves_its_orders() {
    let merchant = merchant();
    merchant.post_sale(&two_mugs("1")).unwrap();
    let path = format!("/api/shops/{}", merchant.shops[0].id);
    assert_eq!(merchant.call("DELETE", &path, &Value::Null).unwrap().status, 200);
    assert_eq!(merchant.post_sale(&two_mugs("2")).unwrap().status, 401);
    let orders = merchant.call("GET", "/api/orders/", &Value::Null).unwrap().json();
    assert_eq!(orders[0]["shop"], json!(merchant.shops[0].id));
}

#[test]
fn a_key_follows_the_origin_of_its_shop() {
    let merchant = merchant();
    let shop = &merchant.shops[0];
    let from = |origin: &str| {
        let url = format!("{}/api/campaigns/?api_key={}", worker(), shop.publishable_key);
        http::call("GET", &url, &[("origin", origin)], b"").unwrap().status
    };
    assert_eq!((from("https://mugs.example.com"), from("https://moved.example.com")), (200, 403));
    let body =
        json!({"name": "Mugs", "platform": "woocommerce", "origin": "https://moved.example.com"});
    merchant.call("PUT", &format!("/api/shops/{}", shop.id), &body).unwrap();
    assert_eq!((from("https://mugs.example.com"), from("https://moved.example.com")), (403, 200));
}

#[test]
fn what_is_no_shop_is_refused_with_the_field() {
    let merchant = merchant_without_campaigns("UTC");
    let good = json!({"name": "Cups", "platform": "shopify", "origin": "https://cups.example.com"});
    for (field, value) in [
        ("name", json!(" ")),
        ("name", json!("a\nb")),
        ("platform", json!("myspace")),
        ("origin", json!("http://cups.example.com")),
        ("origin", json!("https://cups.example.com/shop")),
        ("colour", json!("green")),
    ] {
        let mut body = good.clone();
        body[field] = value;
        let answer = merchant.call("POST", "/api/shops/", &body).unwrap();
        assert_eq!(answer.status, 422, "{body}");
        assert!(answer.json()["message"].as_str().unwrap().contains(field), "{}", answer.body);
    }
}

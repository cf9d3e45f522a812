//! The permissions of each kind of key. Another merchant's resources look as if they did not exist.

use play_it_green_tests::http;
use serde_json::Value;

use crate::{merchant, worker};

#[test]
fn every_spelling_of_the_key_is_accepted_and_the_query_wins() {
    let merchant = merchant();
    let key = &merchant.secret_key;
    let url = format!("{}/api/campaigns", worker());
    for spelling in
        [format!("Bearer {key}"), format!("Bearer : {key}"), format!("Bearer: {key}"), key.clone()]
    {
        let answer = http::call("GET", &url, &[("authorization", &spelling)], b"").unwrap();
        assert_eq!(answer.status, 200, "{spelling}");
    }
    let in_query = format!("{url}/?api_key={key}");
    let wrong = [("authorization", "Bearer wrong")];
    assert_eq!(http::call("GET", &in_query, &wrong, b"").unwrap().status, 200);
}

#[test]
fn a_publishable_key_reads_campaigns_and_nothing_else() {
    let merchant = merchant();
    let shop = &merchant.shops[0];
    let get = |path: &str| {
        let url = format!("{}{path}?api_key={}", worker(), shop.publishable_key);
        http::call("GET", &url, &[], b"").unwrap()
    };
    let campaigns = get("/api/campaigns/");
    assert_eq!(campaigns.status, 200);
    assert_eq!(campaigns.header("x-shop"), Some(shop.id.as_str()));
    assert_eq!(campaigns.header("access-control-allow-origin"), Some("*"));
    for path in ["/api/orders/", "/api/purchase_orders/"] {
        assert_eq!(get(path).status, 403, "{path}");
    }
}

#[test]
fn a_revoked_key_is_refused_at_once() {
    let merchant = merchant();
    let hash_of_all = "UPDATE api_keys SET revoked_at = 1 WHERE merchant_id = ?1";
    play_it_green_tests::local_worker::sql(&worker(), hash_of_all, &[&merchant.id]).unwrap();
    assert_eq!(merchant.call("GET", "/api/orders/", &Value::Null).unwrap().status, 401);
}

#[test]
fn a_foreign_campaign_looks_like_none() {
    let foreign = merchant();
    let list = foreign.call("GET", "/api/campaigns/", &Value::Null).unwrap().json();
    let path = format!("/api/campaigns/{}", list[0]["id"].as_str().unwrap());
    let merchant = merchant();
    let nonexistent = merchant.call("GET", "/api/campaigns/camp_none", &Value::Null).unwrap();
    for method in ["GET", "DELETE"] {
        let answer = merchant.call(method, &path, &Value::Null).unwrap();
        assert_eq!((answer.status, &answer.body), (404, &nonexistent.body), "{method}");
    }
    assert_eq!(foreign.call("GET", &path, &Value::Null).unwrap().status, 200);
}

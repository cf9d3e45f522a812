//! Keys: created with scopes and origins, rotated with an overlap, reset, and revoked at once.

use play_it_green_tests::http::{self, Answer};
use play_it_green_tests::local_worker::sql;
use play_it_green_tests::merchant::Merchant;
use serde_json::{Value, json};

use crate::{merchant, number, worker};

fn get(path: &str, key: &str) -> Answer {
    let authorization = format!("Bearer {key}");
    let url = format!("{}{path}", worker());
    http::call("GET", &url, &[("authorization", &authorization)], b"").unwrap()
}

fn make(merchant: &Merchant, body: &Value) -> (String, Value) {
    let answer = merchant.call("POST", "/api/keys/", body).unwrap();
    assert_eq!(answer.status, 201, "{}", answer.body);
    let answer = answer.json();
    (answer["api_key"].as_str().unwrap().to_owned(), answer["key"].clone())
}

#[test]
fn a_new_key_works_and_its_text_is_in_no_later_answer_and_not_in_the_database() {
    let merchant = merchant();
    let (text, key) = make(&merchant, &json!({"name": "Stock system", "kind": "secret"}));
    assert!(text.starts_with("pig_sk_live_") && text.len() >= "pig_sk_live_".len() + 32, "{text}");
    assert!(
        text.ends_with(key["hint"].as_str().unwrap()) && key["hint"].as_str().unwrap().len() == 4
    );
    assert_eq!(get("/api/orders/", &text).status, 200);
    let list = merchant.call("GET", "/api/keys/", &Value::Null).unwrap();
    assert!(list.body.contains("Stock system") && !list.body.contains(&text));
    let stored = "SELECT count(*) FROM api_keys WHERE hash = ?1 OR hint = ?1 OR name = ?1";
    assert_eq!(number(stored, &[&text]), 0);
}

#[test]
fn a_key_does_what_its_scopes_say_and_no_more() {
    let merchant = merchant();
    let body = json!({"name": "Books", "kind": "secret", "scopes": ["purchase_orders:read"]});
    let (text, key) = make(&merchant, &body);
    assert_eq!(key["scopes"], json!(["purchase_orders:read"]));
    assert_eq!(get("/api/purchase_orders/", &text).status, 200);
    for path in ["/api/orders/", "/api/campaigns/", "/api/shops/", "/api/keys/"] {
        let answer = get(path, &text);
        assert_eq!(answer.status, 403, "{path}");
        assert!(answer.json()["message"].as_str().unwrap().contains(":read"), "{}", answer.body);
    }
}

#[test]
fn a_key_cannot_make_one_that_may_do_more_than_itself() {
    let merchant = merchant();
    let scopes = json!(["keys:read", "keys:write"]);
    let (text, _) = make(&merchant, &json!({"name": "Keys", "kind": "secret", "scopes": scopes}));
    let post = |body: Value| {
        let authorization = format!("Bearer {text}");
        let url = format!("{}/api/keys/", worker());
        let headers = [("authorization", authorization.as_str())];
        http::call("POST", &url, &headers, body.to_string().as_bytes()).unwrap()
    };
    let more = post(json!({"name": "More", "kind": "secret", "scopes": ["orders:read"]}));
    assert_eq!(more.status, 403, "{}", more.body);
    let same = post(json!({"name": "Same", "kind": "secret"})).json();
    assert_eq!(same["key"]["scopes"], scopes);
}

#[test]
fn a_publishable_key_works_on_the_origins_it_names() {
    let merchant = merchant();
    let origins = json!(["https://a.example.com", "https://b.example.com"]);
    let shop = &merchant.shops[0].id;
    let body = json!({"name": "Two", "kind": "publishable", "shop": shop, "origins": origins});
    let (text, key) = make(&merchant, &body);
    assert!(text.starts_with("pig_pk_live_"));
    assert_eq!(key["origins"], origins);
    let from = |origin: &str| {
        let url = format!("{}/api/campaigns/?api_key={text}", worker());
        http::call("GET", &url, &[("origin", origin)], b"").unwrap().status
    };
    assert_eq!((from("https://a.example.com"), from("https://b.example.com")), (200, 200));
    assert_eq!((from("https://mugs.example.com"), from("null")), (403, 403));
}

#[test]
fn a_key_that_cannot_be_is_refused_with_the_field() {
    let merchant = merchant();
    let shop = &merchant.shops[0].id;
    for (field, body) in [
        ("name", json!({"name": "", "kind": "secret"})),
        ("kind", json!({"name": "A", "kind": "public"})),
        ("shop", json!({"name": "A", "kind": "publishable"})),
        ("shop", json!({"name": "A", "kind": "publishable", "shop": "shop_none"})),
        ("shop", json!({"name": "A", "kind": "secret", "shop": shop})),
        ("scopes", json!({"name": "A", "kind": "publishable", "shop": shop, "scopes": []})),
        ("scopes", json!({"name": "A", "kind": "secret", "scopes": ["everything"]})),
        ("origins", json!({"name": "A", "kind": "secret", "origins": ["https://a.example.com"]})),
        ("origins", json!({"name": "A", "kind": "publishable", "shop": shop, "origins": []})),
    ] {
        let answer = merchant.call("POST", "/api/keys/", &body).unwrap();
        assert_eq!(answer.status, 422, "{body}");
        assert!(answer.json()["message"].as_str().unwrap().contains(field), "{}", answer.body);
    }
}

#[test]
fn a_rotated_key_works_for_the_overlap_and_no_longer() {
    let merchant = merchant();
    let (old_text, old) =
        make(&merchant, &json!({"name": "Stock", "kind": "secret", "mode": "test"}));
    let path = format!("/api/keys/{}", old["id"].as_str().unwrap());
    let rotated = merchant.call("POST", &format!("{path}/rotate"), &json!({"overlap_hours": 1}));
    let rotated = rotated.unwrap();
    assert_eq!(rotated.status, 201, "{}", rotated.body);
    let new = rotated.json();
    assert_eq!((&new["key"]["name"], &new["key"]["mode"]), (&json!("Stock"), &json!("test")));
    let new_text = new["api_key"].as_str().unwrap();
    assert_eq!(
        (get("/api/orders", &old_text).status, get("/api/orders", new_text).status),
        (200, 200)
    );
    let expires_at =
        merchant.call("GET", &path, &Value::Null).unwrap().json()["expires_at"].clone();
    assert!(expires_at.is_string());
    // An hour passes.
    let hour_later = "UPDATE api_keys SET expires_at = expires_at - 3600000 WHERE id = ?1";
    sql(&worker(), hour_later, &[old["id"].as_str().unwrap()]).unwrap();
    assert_eq!(
        (get("/api/orders", &old_text).status, get("/api/orders", new_text).status),
        (401, 200)
    );
}

#[test]
fn a_revoked_key_is_refused_at_once_and_cannot_come_back() {
    let merchant = merchant();
    let (text, key) = make(&merchant, &json!({"name": "Lost", "kind": "secret"}));
    let path = format!("/api/keys/{}", key["id"].as_str().unwrap());
    assert_eq!(merchant.call("DELETE", &path, &Value::Null).unwrap().status, 200);
    assert_eq!(get("/api/orders/", &text).status, 401);
    let change = merchant.call("PUT", &path, &json!({"name": "Found"})).unwrap();
    let rotate = merchant.call("POST", &format!("{path}/rotate"), &json!({})).unwrap();
    assert_eq!((change.status, rotate.status), (409, 409));
    let read = merchant.call("GET", &path, &Value::Null).unwrap().json();
    assert!(read["revoked_at"].is_string() && read["name"] == "Lost");
}

#[test]
fn a_reset_replaces_the_key_that_asks() {
    let mut merchant = merchant();
    let reset = merchant.call("POST", "/api/reset", &Value::Null).unwrap();
    assert_eq!((reset.status, &reset.json()["success"]), (200, &json!(true)));
    let data: Value = serde_json::from_str(reset.json()["data"].as_str().unwrap()).unwrap();
    assert_eq!(merchant.call("GET", "/api/orders/", &Value::Null).unwrap().status, 401);
    merchant.secret_key = data["api_key"].as_str().unwrap().to_owned();
    assert_eq!(merchant.call("GET", "/api/orders/", &Value::Null).unwrap().status, 200);
}

#[test]
fn the_last_use_of_a_key_is_noted() {
    let merchant = merchant();
    let (text, key) = make(&merchant, &json!({"name": "Used", "kind": "secret"}));
    let path = format!("/api/keys/{}", key["id"].as_str().unwrap());
    let last_used =
        || merchant.call("GET", &path, &Value::Null).unwrap().json()["last_used_at"].clone();
    assert_eq!(last_used(), Value::Null);
    get("/api/orders/", &text);
    assert!(last_used().is_string());
}

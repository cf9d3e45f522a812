//! `Idempotency-Key`: a repeated request returns the same response and creates one resource.

use std::thread;

use play_it_green_tests::http::{self, Answer};
use play_it_green_tests::local_worker::sql;
use play_it_green_tests::merchant::Merchant;
use serde_json::{Value, json};

use crate::{merchant_without_campaigns, number, worker};

fn post(merchant: &Merchant, path: &str, name: &str, body: &Value) -> Answer {
    let authorization = format!("Bearer {}", merchant.secret_key);
    let headers = [("authorization", authorization.as_str()), ("idempotency-key", name)];
    let url = format!("{}{path}", worker());
    http::call("POST", &url, &headers, body.to_string().as_bytes()).unwrap()
}

fn a_shop(name: &str) -> Value {
    json!({"name": name, "platform": "custom", "origin": "https://cups.example.com"})
}

#[test]
fn the_same_request_makes_one_thing_and_gets_the_same_answer() {
    let merchant = merchant_without_campaigns("UTC");
    let every_sale = json!({"name": "One", "conditions": {"trees": [{"per_order": {"trees": 1}}]}});
    for (path, table, body) in [
        ("/api/shops/", "shops", a_shop("Cups")),
        ("/api/campaigns/", "campaigns", every_sale),
        ("/api/keys/", "api_keys", json!({"name": "Stock", "kind": "secret"})),
    ] {
        let count = || {
            let all = format!("SELECT count(*) FROM {table} WHERE merchant_id = ?1");
            number(&all, &[&merchant.id])
        };
        let before = count();
        let first = post(&merchant, path, &format!("name of {path}"), &body);
        assert_eq!(first.status, 201, "{}", first.body);
        let again = post(&merchant, path, &format!("name of {path}"), &body);
        assert_eq!((again.status, &again.body), (201, &first.body), "{path}");
        assert_eq!(count(), before + 1, "{path}");
    }
}

#[test]
fn another_request_of_the_same_name_is_a_conflict() {
    let merchant = merchant_without_campaigns("UTC");
    assert_eq!(post(&merchant, "/api/shops/", "one", &a_shop("Cups")).status, 201);
    assert_eq!(post(&merchant, "/api/shops/", "one", &a_shop("Bowls")).status, 409);
    let key = json!({"name": "Stock", "kind": "secret"});
    assert_eq!(post(&merchant, "/api/keys/", "one", &key).status, 409);
    assert_eq!(post(&merchant_without_campaigns("UTC"), "/api/keys/", "one", &key).status, 201);
}

#[test]
fn a_request_that_was_refused_may_be_mended_under_the_same_name() {
    let merchant = merchant_without_campaigns("UTC");
    assert_eq!(post(&merchant, "/api/shops/", "one", &a_shop("")).status, 422);
    assert_eq!(post(&merchant, "/api/shops/", "one", &a_shop("Cups")).status, 201);
}

#[test]
fn twenty_requests_at_once_make_one_thing() {
    let merchant = merchant_without_campaigns("UTC");
    let posts: Vec<_> = (0..20)
        .map(|_| {
            let merchant = merchant.clone();
            thread::spawn(move || post(&merchant, "/api/shops/", "crowd", &a_shop("Cups")))
        })
        .collect();
    let answers: Vec<Answer> = posts.into_iter().map(|post| post.join().unwrap()).collect();
    assert!(answers.iter().all(|answer| answer.status == 201 && answer.body == answers[0].body));
    let shops = "SELECT count(*) FROM shops WHERE merchant_id = ?1 AND name = 'Cups'";
    assert_eq!(number(shops, &[&merchant.id]), 1);
}

#[test]
fn a_stored_response_is_encrypted_and_expires_after_a_day() {
    let merchant = merchant_without_campaigns("UTC");
    let body = json!({"name": "Stock", "kind": "secret"});
    let made = post(&merchant, "/api/keys/", "sealed", &body).json();
    let of_merchant = "key_id IN (SELECT id FROM api_keys WHERE merchant_id = ?1)";
    let stored = format!("SELECT body_encrypted FROM idempotency_records WHERE {of_merchant}");
    let stored = sql(&worker(), &stored, &[&merchant.id]).unwrap();
    let encrypted = stored[0][0].as_str().unwrap();
    assert!(!encrypted.contains(made["api_key"].as_str().unwrap()) && !encrypted.contains("Stock"));
    let a_day_later = format!(
        "UPDATE idempotency_records SET created_at = created_at - 86400000 WHERE {of_merchant}"
    );
    let a_day_later = a_day_later.as_str();
    sql(&worker(), a_day_later, &[&merchant.id]).unwrap();
    let later = post(&merchant, "/api/keys/", "sealed", &body);
    assert_eq!(later.status, 201, "{}", later.body);
    assert_ne!(later.json()["api_key"], made["api_key"]);
}

#[test]
fn a_name_that_cannot_be_kept_is_refused() {
    let merchant = merchant_without_campaigns("UTC");
    let answer = post(&merchant, "/api/shops/", &"n".repeat(256), &a_shop("Cups"));
    assert_eq!(answer.status, 400, "{}", answer.body);
    assert!(answer.json()["message"].as_str().unwrap().contains("Idempotency-Key"));
}

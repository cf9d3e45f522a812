//! Floods, in production: one source is told to wait, and nobody else notices.

use play_it_green_tests::http::{self, Answer};
use play_it_green_tests::local_worker::{LocalWorker, repository, sql};
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use crate::webhooks::{sample, signature};

/// Requests that one source may make in a minute.
const LIMIT: u32 = 20;

/// So many are refused in any case: the counter begins anew with the minute, and once at most while
/// they are sent.
const FLOOD: u32 = LIMIT * 2 + 1;

fn production() -> LocalWorker {
    LocalWorker::start_limited(&repository().join("target/tests/flood-state"), LIMIT).unwrap()
}

fn get(worker: &str, path: &str, key: &str) -> Answer {
    let authorization = format!("Bearer {key}");
    let headers: &[(&str, &str)] =
        if key.is_empty() { &[] } else { &[("authorization", &authorization)] };
    http::call("GET", &format!("{worker}{path}"), headers, b"").unwrap()
}

/// Sends until the first refusal for being too many, and answers that; all before it are
/// `otherwise`.
fn flood(otherwise: u16, mut send: impl FnMut() -> Answer) -> Answer {
    let refused = (0..FLOOD).map(|_| send()).find(|answer| {
        assert!([429, otherwise].contains(&answer.status), "{}", answer.body);
        answer.status == 429
    });
    refused.expect("so many requests and no refusal")
}

fn assert_told_to_wait(answer: &Answer) {
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("retry-after"), Some("60"));
    let envelope = answer.json();
    assert_eq!(envelope["success"], json!(false));
    assert!(envelope["message"].as_str().unwrap().contains("send it again in a minute"));
    let data: Value = serde_json::from_str(envelope["data"].as_str().unwrap()).unwrap();
    assert_eq!(data, json!({"retry_after": 60}));
}

#[test]
fn a_flood_is_told_to_wait_and_another_key_is_not() {
    let worker = production();
    let merchant = |name| {
        let merchant = Merchant::add(&worker.url, name, "UTC", "USD").unwrap();
        merchant.add_shop("Mugs online", "woocommerce", "https://mugs.example.com").unwrap()
    };
    let (flooding, other) = (merchant("Flooding"), merchant("Other"));

    flooding.add_campaign("Every order", &json!({"trees": [{"per_order": {"trees": 1}}]})).unwrap();

    let mut told = 0;
    let refused = flood(201, || {
        told += 1;
        flooding.post_sale(&two_mugs(&told.to_string())).unwrap()
    });
    assert_told_to_wait(&refused);
    assert!(told > 1, "one alone is no flood");
    let stored = sql(&worker.url, "SELECT count(*) FROM sales", &[]).unwrap();
    assert_eq!(stored[0][0], json!(told - 1), "what is refused is not stored");
    assert_eq!(get(&worker.url, "/api/orders/", &other.secret_key).status, 200);

    // Without a valid key it is the address that is counted, whatever the key.
    let mut guess = 0_u32;
    let guessing = flood(401, || {
        guess += 1;
        get(&worker.url, "/api/orders/", &format!("pig_sk_live_{guess}"))
    });
    assert_told_to_wait(&guessing);
    assert!(guess > 1, "one alone is no flood");
    // That address has had its share, with and without a key.
    let nobody = flood(401, || get(&worker.url, "/api/orders/", ""));
    assert_told_to_wait(&nobody);
    assert_eq!(get(&worker.url, "/api/orders/", &other.secret_key).status, 200);
}

#[test]
fn a_flood_in_the_name_of_a_shop_does_not_keep_its_own_webhook_out() {
    let worker =
        LocalWorker::start_limited(&repository().join("target/tests/forged-flood-state"), LIMIT)
            .unwrap();
    let merchant = Merchant::add(&worker.url, "Example Mugs", "UTC", "USD").unwrap();
    let merchant =
        merchant.add_shop("Mugs online", "woocommerce", "https://mugs.example.com").unwrap();
    let path = format!("/api/shops/{}/webhook", merchant.shops[0].id);
    let set = merchant.call("PUT", &path, &json!({})).unwrap().json();
    let (address, secret) = (set["address"].as_str().unwrap(), set["secret"].as_str().unwrap());
    let body = sample("woocommerce-order-created.http");
    let send = |signature: &str| {
        http::call("POST", address, &[("x-wc-webhook-signature", signature)], &body).unwrap()
    };
    assert_told_to_wait(&flood(401, || send("Zm9yZ2Vk")));
    let signed = send(&signature(secret, &body));
    assert_eq!(signed.status, 200, "{}", signed.body);
}

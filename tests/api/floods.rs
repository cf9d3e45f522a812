//! Rate limits, in production: a flooding address is rejected, and no other address is affected.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use play_it_green_tests::http::{self, Answer};
use play_it_green_tests::local_worker::{LocalWorker, repository, sql};
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::{sold_now, two_mugs};
use serde_json::{Value, json};

use crate::webhooks::{sample, signature};

/// Requests per minute from one address; half of them with one publishable key.
const LIMIT: u32 = 10;

/// More requests than two windows allow. The counter restarts every minute, so at most once during
/// a flood.
const FLOOD: u32 = LIMIT * 2 + 1;

/// A buyer's address and a flooding one. Both are reserved for documentation.
const BUYER: &str = "192.0.2.1";
const FLOODER: &str = "198.51.100.7";

fn production(state: &str) -> LocalWorker {
    LocalWorker::start_limited(&repository().join("target/tests").join(state), LIMIT).unwrap()
}

fn merchant_at(worker: &LocalWorker, name: &str) -> Merchant {
    let merchant = Merchant::add(&worker.url, name, "UTC", "USD").unwrap();
    merchant.add_shop("Mugs online", "woocommerce", "https://mugs.example.com").unwrap()
}

/// Sends a request from an address, with a key unless it is empty.
fn call(
    worker: &LocalWorker,
    from: &str,
    method: &str,
    path: &str,
    key: &str,
    body: &str,
) -> Answer {
    let authorization = format!("Bearer {key}");
    let mut headers = vec![("cf-connecting-ip", from)];
    if !key.is_empty() {
        headers.push(("authorization", &authorization));
    }
    http::call(method, &format!("{}{path}", worker.url), &headers, body.as_bytes()).unwrap()
}

fn post_sale(worker: &LocalWorker, from: &str, key: &str, id: u32) -> Answer {
    let event = json!({"key": key, "sale": sold_now(two_mugs(&id.to_string()))}).to_string();
    call(worker, from, "POST", "/api/orders/", "", &event)
}

/// Sends until the first response 429, and returns it. All responses before have one of these
/// statuses.
fn flood(otherwise: &[u16], mut send: impl FnMut() -> Answer) -> Answer {
    let refused = (0..FLOOD).map(|_| send()).find(|answer| {
        let is_expected = answer.status == 429 || otherwise.contains(&answer.status);
        assert!(is_expected, "{}: {}", answer.status, answer.body);
        answer.status == 429
    });
    refused.expect("so many requests and no refusal")
}

/// The limit of deliveries per minute from one address.
const DELIVERIES: u32 = LIMIT * 5;

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
fn a_flood_with_the_public_key_of_a_shop_keeps_no_buyer_of_it_out() {
    let worker = production("flood-state");
    let shop = merchant_at(&worker, "Example Mugs");
    shop.add_campaign("Every order", &json!({"trees": [{"per_order": {"trees": 1}}]})).unwrap();
    let key = shop.shops[0].publishable_key.as_str();

    let mut told = 0;
    let rejected = flood(&[201], || {
        told += 1;
        post_sale(&worker, FLOODER, key, told)
    });
    assert_told_to_wait(&rejected);
    assert!(told > 1, "one alone is no flood");
    let stored = sql(&worker.url, "SELECT count(*) FROM sales", &[]).unwrap();
    assert_eq!(stored[0][0], json!(told - 1), "what is rejected is not stored");
    // The flood continues up to twenty times the limit, with a buyer's request now and then.
    for number in 0..LIMIT * 20 {
        post_sale(&worker, FLOODER, key, told + number);
        if number % (LIMIT * 4) == 0 {
            assert_eq!(post_sale(&worker, BUYER, key, 1_000_000 + number).status, 201);
        }
    }
}

#[test]
fn every_path_counts_the_address_before_anything_is_read() {
    let worker = production("flood-of-paths-state");
    let shop = merchant_at(&worker, "Example Mugs");
    let paths = [
        ("GET", "/api/totals/", ""),
        ("GET", "/docs", ""),
        ("GET", "/pay/none", ""),
        ("GET", "/sign-in/none", ""),
        ("GET", "/nothing/here", ""),
        ("POST", "/api/orders/", "{"),
        ("GET", "/api/orders/?api_key=pig_sk_live_{address}", ""),
        ("GET", "/api/orders/", ""),
    ];
    for (number, (method, path, body)) in paths.into_iter().enumerate() {
        let flooder = format!("198.51.100.{number}");
        let buyer = format!("192.0.2.{number}");
        let send =
            |from: &str| call(&worker, from, method, &path.replace("{address}", from), "", body);
        let served = send(&buyer).status;
        assert_ne!(served, 429, "{method} {path}");
        assert_told_to_wait(&flood(&[served], || send(&flooder)));
        assert_eq!(send(&buyer).status, served, "{method} {path}");
    }
    // A valid key does not exempt a flooding address; the same key works from the buyer's address.
    let rejected = call(&worker, "198.51.100.0", "GET", "/api/orders/", &shop.secret_key, "");
    assert_told_to_wait(&rejected);
    let served = call(&worker, BUYER, "GET", "/api/orders/", &shop.secret_key, "");
    assert_eq!(served.status, 200, "{}", served.body);
}

#[test]
fn no_path_of_a_webhook_has_a_counter_of_its_own() {
    let worker = production("flood-of-webhook-paths-state");
    let merchant = merchant_at(&worker, "Example Mugs");
    let shop = merchant.shops[0].id.clone();
    let large = " ".repeat(600_000);
    let paths: [&dyn Fn(u32) -> String; 4] = [
        &|number| format!("/webhooks/x{number}"),
        &|number| format!("/webhooks/shopify/none{number}"),
        &|number| format!("/webhooks/shopify/shop_{number:032x}"),
        &|number| respelled(&shop, number),
    ];
    for (number, path) in paths.into_iter().enumerate() {
        let flooder = format!("198.51.100.{number}");
        let mut sent = 0;
        let rejected = flood(&[404], || {
            sent += 1;
            call(&worker, &flooder, "POST", &path(sent), "", "{}")
        });
        assert_told_to_wait(&rejected);
        // No body is read for it, however large.
        let rejected = call(&worker, &flooder, "POST", &path(sent + 1), "", &large);
        assert_eq!(rejected.status, 429, "{}", path(sent));
    }
}

/// Another spelling of the address of a shop's webhook for each number.
fn respelled(shop: &str, number: u32) -> String {
    let spelled = shop.bytes().enumerate().map(|(place, byte)| {
        if number >> (place % 32) & 1 == 1 {
            format!("%{byte:02x}")
        } else {
            char::from(byte).into()
        }
    });
    format!("/webhooks/shopify/{}", spelled.collect::<String>())
}

#[test]
fn deliveries_with_forged_signatures_are_counted_by_their_address_whatever_the_shop() {
    let worker = production("flood-of-forged-shops-state");
    merchant_at(&worker, "Example Mugs");
    let send = |from: &str, number: u32| {
        let url = format!("{}/webhooks/woocommerce/shop_{number:032x}", worker.url);
        let headers = [("cf-connecting-ip", from), ("x-wc-webhook-signature", "Zm9yZ2Vk")];
        http::call("POST", &url, &headers, b"{}").unwrap()
    };
    // The first refusals are those of forged deliveries, after the database was read.
    let refused: Vec<u16> =
        (0..=DELIVERIES * 2).map(|number| send(FLOODER, number).status).collect();
    assert!(refused.iter().all(|status| [404, 429].contains(status)), "{refused:?}");
    let served = refused.iter().filter(|status| **status != 429).count();
    assert!(served < usize::try_from(FLOOD).unwrap(), "{served} of {}", refused.len());
    assert_eq!(send(BUYER, 1).status, 404);
}

#[test]
fn all_addresses_of_one_ipv6_network_are_counted_together() {
    let worker = production("flood-of-network-state");
    let shop = merchant_at(&worker, "Example Mugs");
    let key = shop.shops[0].publishable_key.as_str();
    let forged = format!("/webhooks/shopify/{}", shop.shops[0].id);
    let sign_in = format!("/sign-in/{}", "0".repeat(64));
    for (network, method, path, key, status) in [
        (1, "GET", "/nothing/here", "", 404),
        (2, "GET", "/api/campaigns/", key, 200),
        (3, "POST", forged.as_str(), "", 404),
        (4, "GET", sign_in.as_str(), "", 200),
    ] {
        let mut sent = 0;
        let rejected = flood(&[status], || {
            sent += 1;
            let address = format!("2001:db8:1:{network}:{sent:x}::{sent:x}");
            call(&worker, &address, method, path, key, "")
        });
        assert_told_to_wait(&rejected);
        let served = call(&worker, "2001:db8:1:99::1", method, path, key, "");
        assert_eq!(served.status, status, "{path} from another network");
    }
}

#[test]
fn a_secret_key_has_one_limit_whatever_the_addresses() {
    let worker = production("flood-of-key-state");
    let [flooding, other] = ["Flooding", "Other"].map(|name| merchant_at(&worker, name));
    let mut from = 0;
    let rejected = flood(&[200], || {
        from += 1;
        let address = format!("198.51.100.{from}");
        call(&worker, &address, "GET", "/api/orders/", &flooding.secret_key, "")
    });
    assert_told_to_wait(&rejected);
    let served = call(&worker, BUYER, "GET", "/api/orders/", &other.secret_key, "");
    assert_eq!(served.status, 200, "{}", served.body);
}

#[test]
fn a_flood_in_the_name_of_a_shop_does_not_keep_its_own_webhook_out() {
    let worker = production("forged-flood-state");
    let merchant = merchant_at(&worker, "Example Mugs");
    let path = format!("/api/shops/{}/webhook", merchant.shops[0].id);
    let set = merchant.call("PUT", &path, &json!({})).unwrap().json();
    let (address, secret) = (set["address"].as_str().unwrap(), set["secret"].as_str().unwrap());
    let body = sample("woocommerce-order-created.http");
    let send = |from: &str, signature: &str| {
        let headers = [("cf-connecting-ip", from), ("x-wc-webhook-signature", signature)];
        http::call("POST", address, &headers, &body).unwrap()
    };
    assert_told_to_wait(&flood(&[401], || send(FLOODER, "Zm9yZ2Vk")));
    let signed = send(BUYER, &signature(secret, &body));
    assert_eq!(signed.status, 200, "{}", signed.body);
}

/// Begins a delivery from this address, with this header and nothing but the beginning of its body.
fn begun_delivery(worker: &LocalWorker, from: &str, header: &str, body: &[u8]) -> TcpStream {
    let head = format!(
        "POST /webhooks/stripe HTTP/1.1\r\nHost: localhost\r\nStripe-Signature: forged\r\n\
         CF-Connecting-IP: {from}\r\n{header}\r\n\r\n"
    );
    let mut stream = TcpStream::connect(worker.url.trim_start_matches("http://")).unwrap();
    stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
    stream
}

#[test]
fn few_large_bodies_are_read_at_once_and_usual_deliveries_are_not_affected() {
    let worker =
        LocalWorker::start(&repository().join("target/tests/large-bodies-state"), 0).unwrap();
    let deliver = |bytes| deliver(&worker, BUYER, bytes);
    let (usual, large) = (500_000, 1_000_000);
    let status = deliver(usual).status;
    assert_eq!(deliver(large).status, status, "one large body is read");
    let length = format!("Content-Length: {large}");
    let begin = |from: &str| begun_delivery(&worker, from, &length, b"");
    let of_flooder: Vec<TcpStream> = (0..4).map(|_| begin(FLOODER)).collect();
    wait_for(|| Some(self::deliver(&worker, FLOODER, large)).filter(|answer| answer.status == 503));
    assert_eq!(deliver(large).status, status, "one address leaves the other places to others");
    let others = (1..4).map(|number| begin(&format!("203.0.113.{number}")));
    let held: Vec<TcpStream> = of_flooder.into_iter().chain(others).collect();
    let refused = wait_for(|| Some(deliver(large)).filter(|answer| answer.status == 503));
    assert_eq!(refused.header("retry-after"), Some("5"), "{}", refused.body);
    assert_eq!(deliver(usual).status, status);
    drop(held);
    wait_for(|| Some(deliver(large)).filter(|answer| answer.status == status));
}

/// Sends a delivery of this length with a forged signature.
fn deliver(worker: &LocalWorker, from: &str, bytes: usize) -> Answer {
    let headers = [("cf-connecting-ip", from), ("stripe-signature", "forged")];
    let url = format!("{}/webhooks/stripe", worker.url);
    http::call("POST", &url, &headers, &vec![b' '; bytes]).unwrap()
}

#[test]
fn unfinished_bodies_of_one_address_are_bounded_together_and_end_after_their_time() {
    let worker =
        LocalWorker::start(&repository().join("target/tests/unfinished-bodies-state"), 0).unwrap();
    let (small, usual) = (60_000, 500_000);
    let status = deliver(&worker, BUYER, usual).status;
    let chunk = [format!("{usual:x}\r\n").into_bytes(), vec![b' '; usual]].concat();
    let begin = || begun_delivery(&worker, FLOODER, "Transfer-Encoding: chunked", &chunk);
    let mut held: Vec<TcpStream> = (0..34).map(|_| begin()).collect();
    wait_for(|| {
        // The last delivery may have had the room that one of these needed.
        held.push(begin());
        Some(deliver(&worker, FLOODER, usual)).filter(|answer| answer.status == 503)
    });
    assert_eq!(deliver(&worker, FLOODER, small).status, status, "a small one needs no room");
    assert_eq!(deliver(&worker, BUYER, usual).status, status, "there is room for others");
    let first = held.first_mut().unwrap();
    first.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    let mut answered = [0; 12];
    first.read_exact(&mut answered).unwrap();
    assert_eq!(str::from_utf8(&answered), Ok("HTTP/1.1 408"));
    wait_for(|| Some(deliver(&worker, FLOODER, usual)).filter(|answer| answer.status == status));
}

/// Repeats until there is a result.
fn wait_for<T>(mut attempt: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(result) = attempt() {
            return result;
        }
        assert!(started.elapsed() < Duration::from_secs(30), "this does not happen");
        thread::sleep(Duration::from_millis(20));
    }
}

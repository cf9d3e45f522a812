//! Bodies: at the size limit, too long, of unknown length, too deep, truncated, and with any
//! `Content-Type`.

use std::time::{Duration, Instant};

use play_it_green_tests::http;
use play_it_green_tests::sales::two_mugs;
use serde_json::json;

use super::{assert_envelope, assert_nothing_stored, post};
use crate::{merchant, stored_sales, worker};

const BODY_BYTES_MAX: usize = 524_288;
const DELIVERY_BYTES_MAX: usize = 8_388_608;

/// Returns an order event that trailing spaces extend to this number of bytes.
fn event_of(bytes: usize) -> Vec<u8> {
    let mut body = json!({"sale": two_mugs("19")}).to_string().into_bytes();
    body.resize(bytes, b' ');
    body
}

#[test]
fn a_body_at_the_limit_is_taken_and_one_byte_more_is_not() {
    let merchant = merchant();
    assert_nothing_stored(|| {
        let answer = post(&merchant, &[], &event_of(BODY_BYTES_MAX + 1));
        assert_envelope(&answer, 413, "one byte over");
    });
    let answer = post(&merchant, &[], &event_of(BODY_BYTES_MAX));
    assert_eq!((answer.status, stored_sales(&merchant)), (201, 1), "{}", answer.body);
}

#[test]
fn a_body_of_unknown_length_keeps_to_the_same_limit() {
    let merchant = merchant();
    let send = |body: &[u8]| {
        let head = format!(
            "POST /api/orders/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             Authorization: Bearer {}\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n",
            merchant.secret_key,
            body.len()
        );
        http::raw(&worker(), &[head.as_bytes(), body, b"\r\n0\r\n\r\n"].concat()).unwrap()
    };
    assert_nothing_stored(|| {
        assert_envelope(&send(&event_of(BODY_BYTES_MAX + 1)), 413, "one byte over, in chunks");
    });
    assert_eq!(send(&event_of(BODY_BYTES_MAX)).status, 201);
}

#[test]
fn a_body_without_end_is_rejected_at_its_limit_on_every_path() {
    let shop = merchant().shops[0].id.clone();
    let [shopify, woocommerce] =
        ["shopify", "woocommerce"].map(|platform| format!("/webhooks/{platform}/{shop}"));
    let paths = [
        ("/api/orders/", "", BODY_BYTES_MAX),
        ("/api/keys", "", BODY_BYTES_MAX),
        ("/storefront/sales", "", BODY_BYTES_MAX),
        ("/pay/none", "", BODY_BYTES_MAX),
        ("/settings/payments/email", "", BODY_BYTES_MAX),
        ("/nowhere", "X-Shopify-Hmac-Sha256: Zm9y\r\n", BODY_BYTES_MAX),
        ("/webhooks/shopify/none", "X-Shopify-Hmac-Sha256: Zm9y\r\n", BODY_BYTES_MAX),
        (&shopify, "", BODY_BYTES_MAX),
        (&shopify, "X-Shopify-Hmac-Sha256: Zm9y\r\n", DELIVERY_BYTES_MAX),
        (&woocommerce, "X-WC-Webhook-Signature: Zm9y\r\n", DELIVERY_BYTES_MAX),
        ("/webhooks/stripe", "", BODY_BYTES_MAX),
        ("/webhooks/stripe", "Stripe-Signature: Zm9y\r\n", DELIVERY_BYTES_MAX),
    ];
    for (number, (path, signature, limit)) in paths.into_iter().enumerate() {
        // One address sends one large body at a time.
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             CF-Connecting-IP: 203.0.113.{number}\r\n{signature}Transfer-Encoding: chunked\r\n\r\n"
        );
        // The last chunk is missing: a Worker that waits for the end never responds.
        let chunk = [b"10000\r\n".to_vec(), vec![b' '; 0x10000], b"\r\n".to_vec()].concat();
        let chunks = chunk.repeat(limit / 0x10000 + 2);
        let started = Instant::now();
        let answer = http::raw(&worker(), &[head.into_bytes(), chunks].concat()).unwrap();
        assert_envelope(&answer, 413, path);
        assert!(answer.body.contains(&limit.to_string()), "{path}: {}", answer.body);
        assert!(started.elapsed() < Duration::from_secs(20), "{path}");
    }
}

#[test]
fn what_is_nested_ten_thousand_deep_is_refused() {
    let merchant = merchant();
    let depth = 10_000;
    let bodies = [
        ("[".repeat(depth), 422),
        ("{\"sale\":".repeat(depth), 422),
        (format!("{{\"sale\":{}{}}}", "[".repeat(depth), "]".repeat(depth)), 422),
        (format!("{{\"key\":{}{}}}", "[".repeat(depth), "]".repeat(depth)), 422),
    ];
    let conditions = format!(
        "{{\"name\":\"Deep\",\"conditions\":{{\"trees\":[],\"when\":{}\"opted_in\"{}}}}}",
        "{\"not\":".repeat(depth),
        "}".repeat(depth)
    );
    assert_nothing_stored(|| {
        for (body, status) in &bodies {
            assert_envelope(&post(&merchant, &[], body.as_bytes()), *status, body);
        }
        let authorization = format!("Bearer {}", merchant.secret_key);
        let url = format!("{}/api/campaigns/", worker());
        let headers = [("authorization", authorization.as_str())];
        let answer = http::call("POST", &url, &headers, conditions.as_bytes()).unwrap();
        assert_envelope(&answer, 400, "conditions");
    });
}

#[test]
fn a_body_that_is_cut_off_anywhere_is_refused() {
    let merchant = merchant();
    let event = json!({"sale": two_mugs("19")}).to_string();
    assert_nothing_stored(|| {
        for end in (0..event.len()).step_by(7) {
            let answer = post(&merchant, &[], &event.as_bytes()[..end]);
            assert_envelope(&answer, 400, &format!("cut off at {end}"));
        }
    });
}

#[test]
fn a_field_given_twice_is_refused_wherever_it_is() {
    let merchant = merchant();
    let event = json!({"sale": two_mugs("19")}).to_string();
    let fields = event.strip_prefix('{').unwrap();
    let twice = [
        event.replacen("\"id\":", "\"id\":\"20\",\"id\":", 1),
        event.replacen("\"total\":4395", "\"total\":1,\"total\":4395", 1),
        event.replacen("\"quantity\":2", "\"quantity\":1,\"quantity\":2", 1),
        format!("{{{},{fields}", fields.strip_suffix('}').unwrap()),
        format!("{{\"key\":\"a\",\"key\":\"b\",{fields}"),
    ];
    assert_nothing_stored(|| {
        for body in &twice {
            assert_ne!(body, &event);
            assert_envelope(&post(&merchant, &[], body.as_bytes()), 422, body);
        }
    });
}

#[test]
fn json_is_taken_whatever_the_body_is_announced_as() {
    let merchant = merchant();
    let types = [
        "application/json",
        "application/json; charset=utf-8",
        "application/json; charset=iso-8859-1",
        "application/x-www-form-urlencoded",
        "text/plain",
        "multipart/form-data",
        "image/png",
        ";;;",
        "x",
    ];
    for (index, content_type) in types.into_iter().enumerate() {
        let body = json!({"sale": two_mugs(&format!("type {index}"))}).to_string();
        let answer = post(&merchant, &[("content-type", content_type)], body.as_bytes());
        assert_eq!(answer.status, 201, "{content_type}: {}", answer.body);
    }
    let body = json!({"sale": two_mugs("no type")}).to_string();
    assert_eq!(post(&merchant, &[], body.as_bytes()).status, 201);
}

//! Addresses: very long ones, and invalid ids.

use play_it_green_tests::http;
use serde_json::Value;

use super::{assert_envelope, assert_nothing_stored};
use crate::{merchant, worker};

/// Invalid ids, as bytes of the path.
const GARBAGE: [&[u8]; 14] = [
    b"%",
    b"%zz",
    b"%ff%fe",
    b"%00",
    b"%0d%0aSet-Cookie:%20a=b",
    b"%ed%a0%80",
    b"%2e%2e%2forders",
    b"%2f",
    b"camp_none%20",
    b"'%20OR%20'1'='1",
    b"%F0%9F%8C%B3",
    "é".as_bytes(),
    b"null",
    b"-1",
];

#[test]
fn an_id_that_is_garbage_is_no_id_of_anything() {
    let merchant = merchant();
    let send = |method: &str, path: &[u8]| {
        let rest = format!(
            " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\
             Authorization: Bearer {}\r\n\r\n",
            merchant.secret_key
        );
        let request = [method.as_bytes(), b" ", path, rest.as_bytes()].concat();
        http::raw(&worker(), &request).unwrap()
    };
    assert_nothing_stored(|| {
        for id in GARBAGE {
            for (method, before, after) in [
                ("GET", "/api/campaigns/", ""),
                ("DELETE", "/api/campaigns/", "/"),
                ("GET", "/api/purchase_orders/", ""),
                ("GET", "/api/purchase_orders/", "/lines"),
            ] {
                let path = [before.as_bytes(), id, after.as_bytes()].concat();
                let what = format!("{method} {}", String::from_utf8_lossy(&path));
                assert_envelope(&send(method, &path), 404, &what);
            }
        }
    });
}

#[test]
fn a_very_long_address_is_answered_in_the_envelope() {
    let merchant = merchant();
    let long = "a".repeat(15_000);
    let path = format!("/api/campaigns/{long}");
    assert_envelope(&merchant.call("GET", &path, &Value::Null).unwrap(), 404, "a long id");
    let path = format!("/api/{}", "a/".repeat(5_000));
    assert_envelope(&merchant.call("GET", &path, &Value::Null).unwrap(), 404, "many segments");
    let wrong_key = format!("{}/api/orders/?api_key={long}", worker());
    assert_envelope(&http::call("GET", &wrong_key, &[], b"").unwrap(), 401, "a long key");
    let header = [("authorization", long.as_str())];
    let answer = http::call("GET", &format!("{}/api/orders/", worker()), &header, b"").unwrap();
    assert_envelope(&answer, 401, "a long header");
}

#[test]
fn a_query_that_cannot_be_read_is_refused_in_the_envelope() {
    let merchant = merchant();
    for query in ["limit=1&limit=2", "limit=%zz", "after=%ff", "limit", "=&=&=", "after=a&after=b"]
    {
        let path = format!("/api/orders/?{query}");
        let answer = merchant.call("GET", &path, &Value::Null).unwrap();
        if answer.status != 200 {
            assert_envelope(&answer, 400, query);
        }
    }
    let twice = merchant.call("GET", "/api/orders/?limit=1&limit=2", &Value::Null).unwrap();
    assert_envelope(&twice, 400, "a parameter given twice");
}

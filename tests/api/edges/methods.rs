//! HTTP methods that the Worker does not support.

use play_it_green_tests::http;

use super::{assert_envelope, assert_nothing_stored};
use crate::{merchant, worker};

/// Methods that workerd passes to the Worker. It rejects all others, and CONNECT, itself.
const UNUSUAL: [&str; 16] = [
    "TRACE",
    "PATCH",
    "PROPFIND",
    "PROPPATCH",
    "MKCOL",
    "COPY",
    "MOVE",
    "LOCK",
    "UNLOCK",
    "SEARCH",
    "REPORT",
    "MERGE",
    "PURGE",
    "NOTIFY",
    "SUBSCRIBE",
    "MKACTIVITY",
];

#[test]
fn an_unusual_method_is_refused_and_not_taken_for_another() {
    let merchant = merchant();
    assert_nothing_stored(|| {
        for method in UNUSUAL {
            for path in ["/api/orders/", "/api/orders", "/api/campaigns/"] {
                let request = format!(
                    "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
                     Authorization: Bearer {}\r\n\r\n",
                    merchant.secret_key
                );
                let answer = http::raw(&worker(), request.as_bytes()).unwrap();
                assert_envelope(&answer, 405, &format!("{method} {path}"));
                let allowed = answer.header("allow").unwrap();
                assert!(allowed.contains("GET") && allowed.contains("POST"), "{allowed}");
                assert!(!answer.body.contains(&merchant.secret_key), "TRACE repeats nothing");
            }
        }
    });
}

#[test]
fn head_answers_as_get_does_without_the_body() {
    let merchant = merchant();
    let authorization = format!("Bearer {}", merchant.secret_key);
    let url = format!("{}/api/orders/", worker());
    let headers = [("authorization", authorization.as_str())];
    let answer = http::call("HEAD", &url, &headers, b"").unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (200, ""));
    assert_eq!(http::call("HEAD", &url, &[], b"").unwrap().status, 401);
}

//! Input at the limits of the protocol is rejected with the error envelope, and no data is stored
//! or lost.

mod addresses;
mod bodies;
mod crowd;
mod methods;
mod numbers;
mod texts;

use play_it_green_tests::database::dump;
use play_it_green_tests::http::{self, Answer};
use play_it_green_tests::merchant::Merchant;
use serde_json::Value;

use crate::worker;

/// Checks the status, and that the body is an error envelope and nothing else.
pub(crate) fn assert_envelope(answer: &Answer, status: u16, what: &str) {
    let what: String = what.chars().take(100).collect();
    assert_eq!(answer.status, status, "{what}: {}", answer.body);
    assert_eq!(answer.header("content-type"), Some("application/json"), "{what}");
    let json = answer.json();
    let envelope = json.as_object().expect("an object");
    let mut names: Vec<&str> = envelope.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["data", "message", "success"], "{what}");
    assert!(envelope["message"].as_str().is_some_and(|message| !message.is_empty()), "{what}");
    assert_eq!(envelope["success"], Value::Bool(false), "{what}");
    let data: Value = serde_json::from_str(envelope["data"].as_str().unwrap()).unwrap();
    assert!(data.is_object(), "{what}: {data}");
}

/// Checks that the closure leaves the database unchanged.
fn assert_nothing_stored(what: impl FnOnce()) {
    let before = dump(&worker()).unwrap();
    what();
    assert_eq!(dump(&worker()).unwrap(), before);
}

/// Posts bytes as an order event, with the secret key and additional headers.
fn post(merchant: &Merchant, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let authorization = format!("Bearer {}", merchant.secret_key);
    let headers = [&[("authorization", authorization.as_str())], headers].concat();
    http::call("POST", &format!("{}/api/orders/", worker()), &headers, body).unwrap()
}

//! Authorization: the key, and every way to send it.

use play_it_green_tests::http::{self, Answer};
use serde_json::{Value, json};

use super::{Line, tests};
use crate::{merchant, worker};

pub(super) const LINES: &[Line] = &[
    Line {
        says: "All requests need a generated API key",
        does: "Without one, or with one that is not known, 401. Only what is public needs none: \
            totals, health and the description of the API.",
        shown_by: tests![requests_need_a_key, what_is_public_needs_none],
    },
    Line {
        says: "The key is sent as `Authorization: Bearer : KEY`",
        does: "So it is accepted, and as `Bearer: KEY`, as `Bearer KEY`, which is the standard's \
            own form, and bare.",
        shown_by: tests![the_printed_form_of_the_header_is_accepted, other_forms_are_accepted],
    },
    Line {
        says: "`GET /api/campaigns/?api_key=12345678901234567890123456789012`",
        does: "The key is accepted in the query of every address, and wins over the header. \
            Addresses are written to logs: prefer the header.",
        shown_by: tests![a_key_in_the_query_is_accepted, a_key_in_the_query_wins],
    },
    Line {
        says: "`api_key` is a string, and required",
        does: "An empty or wrong one is refused with 401, also where nothing else is wrong.",
        shown_by: tests![an_empty_or_wrong_key_is_refused],
    },
];

fn get(path: &str, headers: &[(&str, &str)]) -> Answer {
    http::call("GET", &format!("{}{path}", worker()), headers, b"").unwrap()
}

fn with_header(form: &str) -> u16 {
    get("/api/campaigns/", &[("authorization", form)]).status
}

#[test]
fn requests_need_a_key() {
    for path in ["/api/campaigns/", "/api/orders/", "/api/purchase_orders/", "/api/shops/"] {
        let answer = get(path, &[]);
        assert_eq!((answer.status, &answer.json()["success"]), (401, &json!(false)), "{path}");
    }
}

#[test]
fn what_is_public_needs_none() {
    for path in ["/api/totals/", "/health", "/api/openapi.json", "/docs"] {
        assert_eq!(get(path, &[]).status, 200, "{path}");
    }
}

#[test]
fn the_printed_form_of_the_header_is_accepted() {
    assert_eq!(with_header(&format!("Bearer : {}", merchant().secret_key)), 200);
}

#[test]
fn other_forms_are_accepted() {
    let key = merchant().secret_key;
    for form in [format!("Bearer {key}"), format!("Bearer: {key}"), key] {
        assert_eq!(with_header(&form), 200, "{form}");
    }
}

#[test]
fn a_key_in_the_query_is_accepted() {
    let merchant = merchant();
    let answer = get(&format!("/api/campaigns/?api_key={}", merchant.secret_key), &[]);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json(), merchant.call("GET", "/api/campaigns", &Value::Null).unwrap().json());
}

#[test]
fn a_key_in_the_query_wins() {
    let (one, other) = (merchant(), merchant());
    let header = format!("Bearer {}", other.secret_key);
    let path = format!("/api/campaigns/?api_key={}", one.secret_key);
    let answer = get(&path, &[("authorization", &header)]).json();
    assert_eq!(answer, one.call("GET", "/api/campaigns/", &Value::Null).unwrap().json());
    assert_ne!(answer, other.call("GET", "/api/campaigns/", &Value::Null).unwrap().json());
}

#[test]
fn an_empty_or_wrong_key_is_refused() {
    for key in ["", "12345678901234567890123456789012"] {
        assert_eq!(get(&format!("/api/campaigns/?api_key={key}"), &[]).status, 401, "{key}");
    }
}

//! Reads a JSON body, and says which field is wrong.

mod place;

use serde::de::{DeserializeOwned, IgnoredAny};

use crate::platform::problem::Problem;

/// Reads a value; 400 when the body is not JSON, 422 with the field's name when it is not this
/// value.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // serde also reads a struct from an array, by the undocumented order of its fields.
    match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => return Err(Problem::bad_request("The body is empty: send JSON.")),
        Some(b'[') => {
            return Err(Problem::unprocessable("", "The body is an array: send a JSON object."));
        }
        Some(_) => {}
    }
    // Everything is read from text, so that each type is compiled for one reader only.
    let text = std::str::from_utf8(bytes)
        .map_err(|_| Problem::bad_request("The body is not valid JSON: it is not UTF-8."))?;
    serde_json::from_str(text).map_err(|error| {
        if error.is_data() || is_wrong_value(&error, text) {
            let field = place::of(&error, text);
            let name = if field.is_empty() { String::new() } else { format!("{field}: ") };
            Problem::unprocessable(&field, format!("{name}{}.", without_position(&error)))
        } else {
            not_json(&error)
        }
    })
}

/// Returns true if the body is JSON nevertheless: `serde_json` reports `1e400`, and a list in place
/// of one of several words, as bad syntax.
fn is_wrong_value(error: &serde_json::Error, text: &str) -> bool {
    ["number out of range", "expected value"].contains(&without_position(error).as_str())
        && serde_json::from_str::<IgnoredAny>(text).is_ok()
}

fn not_json(error: &serde_json::Error) -> Problem {
    if without_position(error) == "recursion limit exceeded" {
        return Problem::bad_request("The body is nested too deep.");
    }
    Problem::bad_request(format!(
        "The body is not valid JSON (line {}, column {}).",
        error.line(),
        error.column()
    ))
}

/// A field's name says more than a position in a body that a program wrote.
fn without_position(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" at line ") {
        Some((message, _)) => message.to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use order_events::{Line, OrderEvent, Sale};

    use super::*;

    #[test]
    fn a_wrong_field_is_named_with_its_place() {
        let sale = r#"{"sale":{"platform":"custom","id":"1","sold_at":"2026-11-22T08:51:49Z",
            "updated_at":"2026-11-22T08:51:49Z","status":"paid","test":false,"currency":"EUR",
            "total":1,"items_total":1,"refunded":0,"coupons":[],"opted_in":null,
            "lines":[{"product":null,"variant":null,"sku":null,"title":"a","quantity":-1,
            "refunded":0,"total":1,"collections":[]}]}}"#;
        let problem = read::<OrderEvent>(sale.as_bytes()).unwrap_err();
        assert_eq!(problem.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(problem.message().starts_with("sale.lines[0].quantity: "), "{problem}");
    }

    #[test]
    fn json_of_a_wrong_kind_is_named_and_not_called_bad_syntax() {
        let array = read::<Line>(b" [null, null, null, \"a\", 1, 0, 1, []]").unwrap_err();
        assert_eq!(array.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let huge = read::<Line>(b"{\"quantity\": 1e400}").unwrap_err();
        assert_eq!(huge.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(huge.message(), "quantity: number out of range.");
        let list = read::<Sale>(b"{\"platform\": []}").unwrap_err();
        assert_eq!(list.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(list.message().starts_with("platform: "), "{list}");
    }

    #[test]
    fn what_is_nested_too_deep_is_told_so() {
        let text = format!("{}{}", "{\"not\":".repeat(200), "}".repeat(200));
        let problem = read::<order_events::Condition>(text.as_bytes()).unwrap_err();
        assert_eq!(problem.message(), "The body is nested too deep.");
    }

    #[test]
    fn what_is_not_json_is_a_bad_request_with_its_position() {
        for text in ["{", "{} {}", "nul", "\u{0}", ""] {
            let problem = read::<Line>(text.as_bytes()).unwrap_err();
            assert_ne!(problem.message(), "", "{text}");
        }
        let problem = read::<OrderEvent>(b"{\"sale\": ").unwrap_err();
        assert_eq!(problem.status(), StatusCode::BAD_REQUEST);
    }
}

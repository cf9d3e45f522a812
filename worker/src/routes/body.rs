//! Reads a JSON body, and says which field is wrong.

use serde::de::DeserializeOwned;

use crate::problem::Problem;

/// Reads a value; 400 when the body is not JSON, 422 with the field's name when it is not this value.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Problem::bad_request("The body is empty: send JSON."));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let field = error.path().to_string();
        let error = error.into_inner();
        if error.is_data() {
            let field = if field == "." { String::new() } else { field };
            let name = if field.is_empty() { String::new() } else { format!("{field}: ") };
            Problem::unprocessable(&field, format!("{name}{}.", without_position(&error)))
        } else {
            not_json(&error)
        }
    })?;
    deserializer.end().map_err(|error| not_json(&error))?;
    Ok(value)
}

fn not_json(error: &serde_json::Error) -> Problem {
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
    use order_events::{Line, OrderEvent};

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
    fn what_is_not_json_is_a_bad_request_with_its_position() {
        for text in ["{", "{} {}", "nul", "\u{0}", ""] {
            let problem = read::<Line>(text.as_bytes()).unwrap_err();
            assert_ne!(problem.message(), "", "{text}");
        }
        let problem = read::<OrderEvent>(b"{\"sale\": ").unwrap_err();
        assert_eq!(problem.status(), StatusCode::BAD_REQUEST);
    }
}

//! Finds the field of an error of `serde_json`, from the position that the error reports.

use serde_json::Error;

/// An object or array that is open at a position.
enum Open {
    /// With the name of the field whose value comes, once it was read.
    Object(Option<String>),
    /// With the index of the element that comes.
    Array(usize),
}

/// The path of the field, such as `sale.lines[0].quantity`; empty where the error is about the
/// whole.
pub(super) fn of(error: &Error, text: &str) -> String {
    let line_starts = text.split_inclusive('\n').take(error.line().saturating_sub(1));
    let start: usize = line_starts.map(str::len).sum();
    // Errors of syntax report the position after the bad character, so that one is excluded.
    let column = error.column().saturating_sub(usize::from(!error.is_data()));
    let end = start.saturating_add(column).min(text.len());
    path(&open_at(text.as_bytes().get(..end).unwrap_or_default()))
}

/// The open brackets at the end of this text, which may be a part of some JSON.
fn open_at(text: &[u8]) -> Vec<Open> {
    let mut open = Vec::new();
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match (byte, open.last_mut()) {
            (b'"', top) => {
                let (string, after) = split_string(after);
                rest = after;
                if let Some(Open::Object(field @ None)) = top {
                    *field = read_string(string);
                }
            }
            (b'{', _) => open.push(Open::Object(None)),
            (b'[', _) => open.push(Open::Array(0)),
            (b'}' | b']', _) => drop(open.pop()),
            (b',', Some(Open::Object(field))) => *field = None,
            (b',', Some(Open::Array(index))) => *index = index.saturating_add(1),
            _ => {}
        }
    }
    open
}

/// The string that begins here, still escaped, and what follows its closing quote.
fn split_string(text: &[u8]) -> (&[u8], &[u8]) {
    let mut escaped = false;
    let end = text.iter().position(|byte| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    });
    let (string, rest) = text.split_at(end.unwrap_or(text.len()));
    (string, rest.split_first().map_or(&[], |(_, rest)| rest))
}

fn read_string(escaped: &[u8]) -> Option<String> {
    serde_json::from_str(&format!("\"{}\"", std::str::from_utf8(escaped).ok()?)).ok()
}

fn path(open: &[Open]) -> String {
    let parts = open.iter().enumerate().map(|(depth, part)| match part {
        Open::Object(Some(field)) if depth == 0 => field.clone(),
        Open::Object(Some(field)) => format!(".{field}"),
        Open::Object(None) => String::new(),
        Open::Array(index) => format!("[{index}]"),
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use order_events::{Campaign, OrderEvent};
    use proptest::prelude::*;
    use proptest::sample::Index;
    use serde::de::DeserializeOwned;
    use serde_json::{Value, json};

    use super::*;

    const SALE: &str = include_str!("../../../../order-events/examples/sale.json");
    const CAMPAIGN: &str = include_str!("../../../../order-events/examples/campaign.json");

    /// The pointers of a value and of everything in it.
    fn pointers(value: &Value, pointer: &str, all: &mut Vec<String>) {
        all.push(pointer.to_owned());
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    pointers(value, &format!("{pointer}/{name}"), all);
                }
            }
            Value::Array(values) => {
                for (index, value) in values.iter().enumerate() {
                    pointers(value, &format!("{pointer}/{index}"), all);
                }
            }
            _ => {}
        }
    }

    /// The same value with one thing in it replaced, left out or added.
    fn broken(mut value: Value, place: Index, how: &Value) -> Value {
        let mut all = Vec::new();
        pointers(&value, "", &mut all);
        let target = value.pointer_mut(place.get::<String>(&all)).unwrap();
        match (target, how.as_str()) {
            (Value::Object(fields), Some("drop")) => {
                let first = fields.keys().next().cloned();
                first.map(|name| fields.remove(&name));
            }
            (Value::Object(fields), Some("add")) => drop(fields.insert("a\"b\\".into(), json!(1))),
            (target, _) => *target = how.clone(),
        }
        value
    }

    fn assert_same_place<T: DeserializeOwned>(text: &str) {
        let mut json = serde_json::Deserializer::from_str(text);
        let expected = serde_path_to_error::deserialize::<_, T>(&mut json);
        match (serde_json::from_str::<T>(text), expected) {
            (Err(error), Err(expected)) => {
                let expected = expected.path().to_string();
                let expected = if expected == "." { "" } else { expected.as_str() };
                let found = of(&error, text);
                // Of `{"variant": …}`, this says `variant` too where there is no such variant.
                let is_variant = error.to_string().starts_with("unknown variant")
                    && found.rsplit_once('.').is_some_and(|(parent, _)| parent == expected);
                assert!(found == expected || is_variant, "{found}, {expected}: {error} in {text}");
            }
            (told, expected) => assert_eq!(told.is_ok(), expected.is_ok(), "{text}"),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn a_wrong_field_is_found_where_serde_path_to_error_finds_it(
            place: Index,
            how in prop::sample::select(vec![
                json!("drop"), json!("add"), json!(null), json!(true), json!(-1), json!("\\\"{["),
                json!([]), json!([[]]), json!({}), json!({"a": {"b": 1}}), json!([1, {"c": 2}]),
            ]),
            pretty: bool,
        ) {
            let write =
                |value: &Value| if pretty { format!("{value:#}") } else { value.to_string() };
            let sale: Value = serde_json::from_str(SALE).unwrap();
            let event = broken(json!({"sale": sale}), place, &how);
            assert_same_place::<OrderEvent>(&write(&event));
            let campaign = broken(serde_json::from_str(CAMPAIGN).unwrap(), place, &how);
            assert_same_place::<Campaign>(&write(&campaign));
        }
    }

    #[test]
    fn numbers_out_of_range_are_found() {
        for text in
            ["{\"sale\": {\"total\": 1e400}}", "{\"sale\":\n {\"id\": \"é\", \"total\":1.5}}"]
        {
            let error = serde_json::from_str::<OrderEvent>(text).unwrap_err();
            assert_eq!(of(&error, text), "sale.total", "{error}");
        }
    }
}

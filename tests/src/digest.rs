//! The digest of a purchase order, computed by its published recipe from the API's responses.

use serde_json::Value;

use crate::merchant::hash;

const HEAD: &str = "number period currency trees total";
const LINE: &str = "kind campaign campaign_name shop shop_name orders trees unit_price total";
const ITEM: &str =
    "kind id order shop sale reference campaign campaign_version trees unit_price total reason";

/// Returns the digest of a purchase order with these lines and items.
#[must_use]
pub fn digest(order: &Value, lines: &[Value], items: &[Value]) -> String {
    let digest = add(String::new(), order, HEAD);
    let digest = lines.iter().fold(digest, |digest, line| add(digest, line, LINE));
    items.iter().fold(digest, |digest, item| add(digest, item, ITEM))
}

fn add(digest: String, record: &Value, names: &str) -> String {
    let fields = names.split(' ').map(|name| match record.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => String::new(),
        Some(number) => number.to_string(),
    });
    hash(&[digest].into_iter().chain(fields).collect::<Vec<_>>().join("\n"))
}

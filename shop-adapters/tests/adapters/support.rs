//! Helpers that the tests of all adapters share: samples, and payloads that differ in a few fields.

use std::path::Path;

use order_events::{Campaign, Sale, Timestamp, qualify};
use serde::de::DeserializeOwned;
use serde_json::Value;
use shop_adapters::{AdapterError, json};

/// Returns the bytes of a file in `tests/samples`.
pub(crate) fn sample(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns the head and the body of a raw request in `tests/samples`.
pub(crate) fn request(name: &str) -> (String, Vec<u8>) {
    let text = String::from_utf8(sample(name)).expect("the bodies are ASCII");
    let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
    (head.to_owned(), body.as_bytes().to_vec())
}

/// Returns the value of a header in the head of a request.
pub(crate) fn header(head: &str, name: &str) -> String {
    head.lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
        .unwrap_or_else(|| panic!("no header {name}"))
        .to_owned()
}

/// Reads a payload and converts it.
pub(crate) fn convert<P: DeserializeOwned>(
    body: &[u8],
    sale: impl FnOnce(P) -> Result<Sale, AdapterError>,
) -> Result<Sale, String> {
    let payload = json::read(body).map_err(|error| format!("the body {error}"))?;
    sale(payload).map_err(|error| error.to_string())
}

/// Returns the time at which payloads without a time were received.
pub(crate) fn received_at() -> Timestamp {
    "2026-11-22T10:00:00Z".parse().expect("an instant")
}

/// Returns a payload with other values at some pointers (RFC 6901). A value is JSON text, which
/// preserves the notation of numbers; an empty one removes the field.
pub(crate) fn patched(base: &str, patches: &[(&str, &str)]) -> Vec<u8> {
    let mut payload: Value = serde_json::from_str(base).expect("the base is JSON");
    for (pointer, text) in patches {
        let (parent, field) = pointer.rsplit_once('/').expect("a pointer");
        let parent = payload.pointer_mut(parent).unwrap_or_else(|| panic!("no {parent}"));
        if text.is_empty() {
            parent.as_object_mut().expect("an object").remove(field).expect("a field to remove");
        } else {
            let value = serde_json::from_str(text).unwrap_or_else(|_| panic!("not JSON: {text}"));
            match parent {
                Value::Array(list) => list[field.parse::<usize>().expect("an index")] = value,
                parent => parent[field] = value,
            }
        }
    }
    payload.to_string().into_bytes()
}

/// Returns a JSON list of `count` copies of an item.
pub(crate) fn copies(item: &str, count: usize) -> String {
    format!("[{}]", vec![item; count].join(","))
}

/// Returns the trees that a sale orders by one rule.
pub(crate) fn trees(sale: &Sale, rule: &Value) -> u32 {
    let campaign = serde_json::json!({
        "id": "campaign_1", "version": 1, "name": "Trees", "conditions": {"trees": [rule]},
    });
    let campaign: Campaign = serde_json::from_value(campaign).expect("a campaign");
    qualify("shop_1", sale, &[campaign]).first().map_or(0, |order| order.trees)
}

/// Returns the trees of a sale at one per unit of any item.
pub(crate) fn units(sale: &Sale) -> u32 {
    trees(sale, &serde_json::json!({"per_item": {"items": "every", "trees": 1}}))
}

/// Returns the trees of a sale at one per 10.00 of a currency with two digits.
pub(crate) fn tens(sale: &Sale) -> u32 {
    let each = serde_json::json!({"each": 1000, "currency": sale.currency, "trees": 1});
    trees(sale, &serde_json::json!({"per_amount": each}))
}

/// Returns the signature of a text by a shop: base64 of HMAC-SHA256.
pub(crate) fn sign(secret: &str, text: &str) -> String {
    use base64::Engine as _;
    use hmac::{Hmac, KeyInit as _, Mac as _};
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes())
}

//! An example of what a schema describes.

use serde_json::{Map, Value, json};

/// Levels of schemas within one another; conditions may hold conditions without end.
const DEPTH_MAX: usize = 12;

/// An example of this schema: the one it names, or one put together from its parts.
pub(super) fn of(document: &Value, schema: &Value) -> Value {
    build(document, schema, DEPTH_MAX)
}

/// The schema that a reference leads to, or the schema itself.
pub(super) fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let target = schema.get("$ref").and_then(Value::as_str).and_then(|name| name.strip_prefix('#'));
    target.and_then(|pointer| document.pointer(pointer)).unwrap_or(schema)
}

fn build(document: &Value, schema: &Value, depth: usize) -> Value {
    let Some(depth) = depth.checked_sub(1) else { return Value::Null };
    for name in ["example", "default", "const"] {
        if let Some(example) = schema.get(name) {
            return example.clone();
        }
    }
    for list in ["examples", "enum"] {
        if let Some(first) = schema.get(list).and_then(|list| list.get(0)) {
            return first.clone();
        }
    }
    if schema.get("$ref").is_some() {
        return build(document, resolved(document, schema), depth);
    }
    // Of several forms, the last: what is not null comes after null.
    for name in ["oneOf", "anyOf"] {
        if let Some(last) = schema.get(name).and_then(Value::as_array).and_then(|all| all.last()) {
            return build(document, last, depth);
        }
    }
    match kind(schema) {
        "object" => {
            let properties = schema.get("properties").and_then(Value::as_object);
            let object: Map<String, Value> = properties
                .into_iter()
                .flatten()
                .map(|(name, schema)| (name.clone(), build(document, schema, depth)))
                .collect();
            Value::Object(object)
        }
        "array" => {
            schema.get("items").map_or(json!([]), |items| json!([build(document, items, depth)]))
        }
        "integer" | "number" => schema.get("minimum").cloned().unwrap_or_else(|| json!(1)),
        "boolean" => json!(false),
        "string" => json!("…"),
        _ => Value::Null,
    }
}

/// The type of a schema; of several, the first that is not null.
pub(super) fn kind(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::String(kind)) => kind,
        Some(Value::Array(kinds)) => {
            kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or_default()
        }
        _ => "",
    }
}

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
    if let Some(form) = fullest_form(schema) {
        return build(document, form, depth);
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

/// The last of several forms, unless that one is null.
pub(super) fn fullest_form(schema: &Value) -> Option<&Value> {
    let forms = schema.get("oneOf").or_else(|| schema.get("anyOf")).and_then(Value::as_array)?;
    forms.iter().rfind(|form| kind(form) != "null")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_optional_field_shows_a_value_wherever_null_stands() {
        let (null, text) = (json!({"type": "null"}), json!({"type": "string", "example": "tea"}));
        for forms in [[&null, &text], [&text, &null]] {
            for name in ["oneOf", "anyOf"] {
                assert_eq!(of(&json!({}), &json!({name: forms})), "tea", "{name}: {forms:?}");
            }
        }
    }
}

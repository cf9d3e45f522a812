//! Parameters and fields of a body, as rows of a table.

use serde_json::Value;

use crate::web::docs::view::example::{fullest_form, kind, resolved};
use crate::web::docs::view::{marked_up, text};

/// One parameter or field.
pub(super) struct Field {
    pub(super) name: String,
    /// `text`, `whole number from 1 to 100`, `list of Sale`.
    pub(super) kind: String,
    pub(super) required: bool,
    /// HTML.
    pub(super) description: String,
}

/// The parameters in the path, the query and the headers.
pub(super) fn parameters(document: &Value, operation: &Value) -> Vec<Field> {
    let parameters = operation.get("parameters").and_then(Value::as_array);
    parameters
        .into_iter()
        .flatten()
        .map(|parameter| {
            let schema = parameter.get("schema").unwrap_or(&Value::Null);
            let place = text(parameter, "/in");
            Field {
                name: text(parameter, "/name"),
                kind: format!("{}, in the {place}", words(document, schema)),
                required: parameter.get("required").and_then(Value::as_bool).unwrap_or_default(),
                description: marked_up(&text(parameter, "/description")),
            }
        })
        .collect()
}

/// The fields of a body.
pub(super) fn fields(document: &Value, schema: &Value) -> Vec<Field> {
    let schema = resolved(document, schema);
    let required = schema.get("required").and_then(Value::as_array);
    let is_required = |name: &str| {
        required.is_some_and(|required| required.iter().any(|field| field.as_str() == Some(name)))
    };
    let properties = schema.get("properties").and_then(Value::as_object);
    properties
        .into_iter()
        .flatten()
        .map(|(name, schema)| {
            let own = text(schema, "/description");
            let description =
                if own.is_empty() { text(resolved(document, schema), "/description") } else { own };
            Field {
                name: name.clone(),
                kind: words(document, schema),
                required: is_required(name),
                description: marked_up(&description),
            }
        })
        .collect()
}

/// A schema in words.
fn words(document: &Value, schema: &Value) -> String {
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        let target = resolved(document, schema);
        return match target.get("enum") {
            Some(_) => words(document, target),
            None => name.rsplit('/').next().unwrap_or_default().to_owned(),
        };
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        let values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
        return match values.as_slice() {
            few if few.len() <= 12 => few.join(" · "),
            many => format!("one of {} codes", many.len()),
        };
    }
    if let Some(form) = fullest_form(schema) {
        return words(document, form);
    }
    let number = |name: &str| schema.get(name).map(Value::to_string);
    match kind(schema) {
        "string" => "text".to_owned(),
        "boolean" => "true or false".to_owned(),
        "array" => {
            let items = schema.get("items").map(|items| words(document, items));
            format!("list of {}", items.unwrap_or_default())
        }
        "integer" => match (number("minimum"), number("maximum")) {
            (Some(least), Some(most)) => format!("whole number from {least} to {most}"),
            (Some(least), None) => format!("whole number from {least}"),
            _ => "whole number".to_owned(),
        },
        other => other.to_owned(),
    }
}

//! Operations as the running Worker describes them.

use play_it_green_tests::http;
use serde_json::Value;

use crate::worker;

/// One method of one path.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) id: String,
    /// In capital letters.
    pub(super) method: String,
    /// The path, with `{id}` as the place of the id.
    pub(super) path: String,
    /// The names of the accepted credentials: `secret_key`, `publishable_key`, and the empty name
    /// for none.
    pub(super) schemes: Vec<String>,
    /// The scopes that a secret key needs.
    pub(super) scopes: Vec<String>,
    /// `true` if it rejects every test key.
    pub(super) is_live_only: bool,
    /// The names of its parameters.
    parameters: Vec<String>,
}

impl Operation {
    pub(super) fn has_id(&self) -> bool {
        self.path.contains('{')
    }

    pub(super) fn takes(&self, parameter: &str) -> bool {
        self.parameters.iter().any(|name| name == parameter)
    }
}

/// Returns every operation of `/api/openapi.json`, sorted by id.
pub(super) fn operations() -> Vec<Operation> {
    let url = format!("{}/api/openapi.json", worker());
    let description = http::call("GET", &url, &[], b"").unwrap().json();
    let mut operations = Vec::new();
    for (path, methods) in description["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            operations.push(read(path, method, operation));
        }
    }
    operations.sort_by(|one, other| one.id.cmp(&other.id));
    operations
}

fn read(path: &str, method: &str, operation: &Value) -> Operation {
    let texts = |values: &Value, name: &str| -> Vec<String> {
        let values = values.as_array().into_iter().flatten();
        values.map(|value| value[name].as_str().unwrap().to_owned()).collect()
    };
    let security = operation["security"].as_array().expect("every operation says who may call it");
    let mut schemes = Vec::new();
    let mut scopes = Vec::new();
    for way in security {
        let way = way.as_object().unwrap();
        schemes.extend(way.keys().cloned());
        if way.is_empty() {
            schemes.push(String::new());
        }
        let wanted = way.get("secret_key").and_then(Value::as_array).into_iter().flatten();
        scopes.extend(wanted.map(|scope| scope.as_str().unwrap().to_owned()));
    }
    Operation {
        id: operation["operationId"].as_str().unwrap().to_owned(),
        method: method.to_uppercase(),
        path: path.to_owned(),
        schemes,
        scopes,
        is_live_only: operation["x-live-keys-only"] == true,
        parameters: texts(&operation["parameters"], "name"),
    }
}

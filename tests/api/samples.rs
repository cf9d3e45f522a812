//! Every code sample on `/docs` runs against the Worker, with a key and ids filled in.

pub(crate) mod languages;
mod page;

use play_it_green_tests::http;
use play_it_green_tests::local_worker::sql;
use play_it_green_tests::merchant::{Merchant, hash};
use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use self::languages::commands;
use self::page::{Sample, samples};
use crate::{merchant, worker};

/// A merchant with one resource of each kind, and the values for the samples' placeholders.
struct World {
    merchant: Merchant,
    operators_key: String,
    /// A part of an address, and the same part with an id instead of `ID`.
    addresses: [(&'static str, String); 9],
}

impl World {
    fn new() -> Self {
        let merchant = merchant();
        merchant.post_sale(&two_mugs("20")).unwrap();
        let told = merchant.call("GET", "/api/orders/", &Value::Null).unwrap().json();
        merchant.post_sale(&two_mugs("21")).unwrap();
        let text = |field: &str| told[0][field].as_str().unwrap().to_owned();
        let spare = merchant.add_key("secret", "live", None).unwrap();
        let by_hash = "SELECT id FROM api_keys WHERE hash = ?1";
        let key = sql(&worker(), by_hash, &[&hash(&spare)]).unwrap();
        let due = merchant.add_due_purchase_order().unwrap();
        merchant.post_sale(&json!({"id": "no sale"})).unwrap();
        let first_id = |path: &str| {
            let list = merchant.call("GET", path, &Value::Null).unwrap().json();
            list[0]["id"].as_str().expect(path).to_owned()
        };
        let addresses = [
            // Only a closed month can be paid.
            ("/api/purchase_orders/ID/payments", due),
            ("/api/purchase_orders/ID", text("purchase_order")),
            ("/api/campaigns/ID", text("campaign")),
            ("/api/keys/ID", key[0][0].as_str().unwrap().to_owned()),
            ("/api/orders/ID", text("id")),
            ("/api/quarantine/ID", first_id("/api/quarantine/")),
            // An accepted sale cannot be rejected, so this is another one.
            ("/api/sales/ID/reject", first_id("/api/sales/?sale=21")),
            ("/api/sales/ID", first_id("/api/sales/?sale=20")),
            ("/api/shops/ID", text("shop")),
        ];
        let addresses = addresses.map(|(path, id)| (path, path.replace("ID", &id)));
        let operators_key = merchant.add_operators_key().unwrap();
        Self { merchant, operators_key, addresses }
    }

    /// Returns the sample as a reader would complete it.
    fn complete(&self, code: &str) -> String {
        let key = if code.contains("/ID/payments") {
            &self.operators_key
        } else {
            &self.merchant.secret_key
        };
        let code = code.replace("YOUR_API_KEY", key);
        let code = if code.contains("YOUR_CODE") {
            code.replace("YOUR_CODE", &self.merchant.connection_code().unwrap())
        } else {
            code
        };
        let code =
            self.addresses.iter().fold(code, |code, (path, with_id)| code.replace(path, with_id));
        assert!(!code.contains("/ID") && !code.contains("YOUR_"), "what stands for it? {code}");
        code
    }
}

/// Returns the required fields of a successful response.
fn fields(description: &Value, operation: &str) -> Vec<String> {
    let paths = description["paths"].as_object().unwrap().values();
    let mut operations = paths.flat_map(|path| path.as_object().unwrap().values());
    let found = operations.find(|found| found["operationId"] == operation).unwrap();
    let responses = found["responses"].as_object().unwrap();
    let (_, success) = responses.iter().find(|(status, _)| status.starts_with('2')).unwrap();
    let mut schema = &success["content"]["application/json"]["schema"];
    if let Some(items) = schema.get("items") {
        schema = items;
    }
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        schema = description.pointer(reference.strip_prefix('#').unwrap()).unwrap();
    }
    let required = schema["required"].as_array().into_iter().flatten();
    required.map(|name| name.as_str().unwrap().to_owned()).collect()
}

/// Returns the position of a sample. Deletions run last: a shop after its resources, and the key at
/// the very end.
fn turn(operation: &str) -> u8 {
    match operation {
        "reset-key" => 3,
        "delete-shop" => 2,
        name if name.starts_with("delete-") || name.starts_with("revoke-") => 1,
        _ => 0,
    }
}

fn run_all(language: &str) {
    let url = |path: &str| format!("{}{path}", worker());
    let page = http::call("GET", &url("/docs"), &[], b"").unwrap().body;
    let description = http::call("GET", &url("/api/openapi.json"), &[], b"").unwrap().json();
    let mut samples: Vec<Sample> =
        samples(&page).into_iter().filter(|sample| sample.language == language).collect();
    assert!(samples.len() > 25, "{language}: {}", samples.len());
    samples.sort_by_key(|sample| turn(&sample.operation));
    let world = World::new();
    let codes: Vec<String> = samples.iter().map(|sample| world.complete(&sample.code)).collect();
    for (sample, mut command) in samples.iter().zip(commands(language, &codes)) {
        let what = format!("{} in {language}", sample.operation);
        let output = command.output().expect(&what);
        let said = String::from_utf8_lossy(&output.stdout);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{what} failed: {said}{errors}");
        assert!(!said.is_empty(), "{what} prints the answer");
        let fields = fields(&description, &sample.operation.replace('-', "_"));
        for field in &fields {
            assert!(said.contains(field.as_str()), "{what} has no {field}: {said}");
        }
        if fields.iter().any(|field| field == "success") {
            assert!(said.to_lowercase().contains("true"), "{what}: {said}");
        }
    }
}

#[test]
fn the_samples_in_curl_run() {
    run_all("curl");
}

#[test]
fn the_samples_in_javascript_run() {
    run_all("JavaScript");
}

#[test]
fn the_samples_in_python_run() {
    run_all("Python");
}

#[test]
fn the_samples_in_php_run() {
    run_all("PHP");
}

#[test]
fn the_samples_in_rust_run() {
    run_all("Rust");
}

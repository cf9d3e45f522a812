//! Generates the description of the API, and holds it against the router and the file.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use order_events::campaign::CONDITIONS_SCHEMA;
use serde_json::{Map, Value, json};
use tower::ServiceExt;
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;

use crate::api::openapi::DESCRIPTION;
use crate::api::orders::order_list::OrderProof;
use crate::domain::states::{OrderState, PurchaseOrderState};
use crate::domain::{names, origin};
use crate::http::csv::Format;
use crate::http::router::{Operations, api, router};

/// The types that only the parameters of a query name.
#[derive(utoipa::OpenApi)]
#[openapi(components(schemas(Format, OrderState, OrderProof, PurchaseOrderState)))]
struct TypesOfQueries;

/// The introduction for readers, before the first call.
const INTRODUCTION: &str = "Report sales, and read the trees and purchase orders that follow.\n\n\
    **Authorization.** Send an API key with every request, as `Authorization: Bearer KEY`. Find \
    yours, or create a new one, in Settings > API Payments. `?api_key=KEY` works too, and wins if \
    both are sent. Addresses are written to logs, so prefer the header.\n\n\
    **Responses.** A success returns the resource or an array of resources. Every error, and every \
    response without a resource, is `{\"message\": string, \"success\": bool, \"data\": string}`; \
    `data` is an escaped string of JSON.\n\n\
    **Lists** return one page. If there is a next one, the header `Link` has its address.\n\n\
    **Retries.** A sale orders trees once, however often it is reported. Everything else is created \
    once for each `Idempotency-Key`, which is stored for a day.\n\n\
    **Amounts** are whole numbers in minor units of their currency: 1999 is 19.99 USD. Instants are \
    RFC 3339. Every address works with and without a slash at the end.";

/// The description of these operations, as JSON.
fn describe(operations: &OpenApi) -> Value {
    let mut document = serde_json::to_value(operations).unwrap();
    let conditions: Value = serde_json::from_str(CONDITIONS_SCHEMA).unwrap();
    if let Some(document) = document.as_object_mut() {
        document.insert(
            "info".to_owned(),
            json!({
                "title": "Play It Green",
                "version": env!("CARGO_PKG_VERSION"),
                "description": INTRODUCTION,
                "license": {"name": "MIT", "identifier": "MIT"},
            }),
        );
        document.insert("servers".to_owned(), json!([{"url": "/"}]));
        let components = document.entry("components").or_insert_with(|| json!({}));
        if let Some(components) = components.as_object_mut() {
            components.insert("securitySchemes".to_owned(), security_schemes());
            let schemas = components.entry("schemas").or_insert_with(|| json!({}));
            if let Some(schemas) = schemas.as_object_mut() {
                add_conditions(schemas, conditions);
                add_examples(schemas);
                add_texts(schemas);
            }
        }
        if let Some(paths) = document.get_mut("paths") {
            add_names_of_requests(paths);
        }
    }
    document
}

fn security_schemes() -> Value {
    json!({
        "secret_key": {
            "type": "http",
            "scheme": "bearer",
            "description": "A secret key, `pig_sk_live_…` or `pig_sk_test_…`: for servers only. \
                An operation names the scope that the key must have.",
        },
        "publishable_key": {
            "type": "http",
            "scheme": "bearer",
            "description": "A publishable key, `pig_pk_live_…` or `pig_pk_test_…`: may stand in a \
                storefront. What it tells is a claim.",
        },
    })
}

/// Conditions have a JSON Schema of their own, which becomes components of this document.
fn add_conditions(schemas: &mut Map<String, Value>, mut conditions: Value) {
    let Some(definitions) = conditions.get_mut("$defs").map(Value::take) else { return };
    let Value::Object(definitions) = definitions else { return };
    for (name, mut schema) in definitions {
        // The instants and currencies of conditions are those of everything else.
        if ["Currency", "Timestamp"].contains(&name.as_str()) {
            continue;
        }
        refer_to_components(&mut schema);
        let other = schemas.insert(name.clone(), schema);
        assert!(other.is_none() || name == "Conditions", "two schemas are called {name}");
    }
}

/// The examples of the contract, which its own tests hold against its types.
fn add_examples(schemas: &mut Map<String, Value>) {
    let sale: Value =
        serde_json::from_str(include_str!("../../../../order-events/examples/sale.json")).unwrap();
    let campaign: Value =
        serde_json::from_str(include_str!("../../../../order-events/examples/campaign.json"))
            .unwrap();
    let examples = [
        ("OrderEvent", json!({"sale": sale})),
        ("SimulationBody", json!({"sales": [sale]})),
        ("Sale", sale),
        (
            "CampaignBody",
            json!({
                "name": campaign["name"],
                "starts_at": campaign["starts_at"],
                "ends_at": campaign["ends_at"],
                "conditions": campaign["conditions"],
            }),
        ),
        ("Conditions", campaign["conditions"].clone()),
        ("Campaign", campaign),
        ("NewKey", json!({"name": "Stock system", "kind": "secret", "scopes": ["orders:write"]})),
        ("KeyChange", json!({"name": "Stock system", "scopes": ["orders:write"]})),
    ];
    for (name, example) in examples {
        schemas[name]["example"] = example;
    }
}

/// Says which characters a text may hold, and that the texts of a list are as long as others.
fn add_texts(schemas: &mut Map<String, Value>) {
    let value = schemas["Value"].clone();
    for (name, field) in [("Sale", "id"), ("Line", "product"), ("Line", "variant"), ("Line", "sku")]
    {
        schemas[name]["properties"][field]["pattern"] = value["pattern"].clone();
    }
    for (name, field) in [("Sale", "coupons"), ("Line", "collections")] {
        schemas[name]["properties"][field]["items"] = value.clone();
    }
    for (name, field) in [
        ("BuyTrees", "referenceNo"),
        ("CampaignBody", "name"),
        ("KeyChange", "name"),
        ("NewKey", "name"),
        ("ShopBody", "name"),
    ] {
        schemas[name]["properties"][field]["pattern"] = json!(names::PATTERN);
    }
    for name in ["KeyChange", "NewKey"] {
        let origin = json!({"type": "string", "maxLength": origin::LENGTH_MAX});
        schemas[name]["properties"]["origins"]["items"] = origin;
    }
}

/// Says which characters the name of a request may hold, wherever a request may have one.
fn add_names_of_requests(paths: &mut Value) {
    let operations = paths.as_object_mut().unwrap().values_mut();
    for operation in operations.flat_map(|path| path.as_object_mut().unwrap().values_mut()) {
        let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            if parameter["name"] == "Idempotency-Key" {
                parameter["schema"]["pattern"] = json!("^[!-~]([ -~]*[!-~])?$");
            }
        }
    }
}

fn refer_to_components(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            for (name, value) in object {
                match value {
                    Value::String(target) if name == "$ref" => {
                        *target = target.replace("#/$defs/", "#/components/schemas/");
                    }
                    value => refer_to_components(value),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(refer_to_components),
        _ => {}
    }
}

#[test]
fn the_description_in_the_file_is_the_one_of_the_handlers() {
    let generated =
        format!("{:#}\n", describe(&Operations::openapi().merge_from(TypesOfQueries::openapi())));
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/description/openapi.json");
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(file, &generated).unwrap();
    }
    let written = std::fs::read_to_string(file).unwrap();
    assert!(
        written == generated,
        "worker/description/openapi.json is not what the handlers say. Write it anew, and read what changed: \
         UPDATE_OPENAPI=1 cargo nextest run -p play-it-green-worker"
    );
}

#[test]
fn a_condition_on_the_shop_is_not_described_as_a_shop() {
    let description: Value = serde_json::from_str(DESCRIPTION).unwrap();
    let forms = description["components"]["schemas"]["Condition"]["oneOf"].as_array().unwrap();
    let properties = forms.iter().map(|form| {
        let pointer = form["$ref"].as_str().unwrap().strip_prefix('#').unwrap();
        description.pointer(pointer).unwrap()
    });
    let required: Vec<&Value> = properties.map(|schema| &schema["required"]).collect();
    assert!(required.contains(&&json!(["shop"])), "{required:?}");
}

#[test]
fn every_reference_in_the_description_leads_somewhere() {
    let description: Value = serde_json::from_str(DESCRIPTION).unwrap();
    let mut references = Vec::new();
    collect(&description, &mut references);
    assert!(references.len() > 50);
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(description.pointer(pointer).is_some(), "{reference}");
    }
}

fn collect(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            references.extend(object.get("$ref").and_then(Value::as_str).map(str::to_owned));
            object.values().for_each(|value| collect(value, references));
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, references)),
        _ => {}
    }
}

/// A reached handler returns 500 here, because a request without its context cannot be served. The
/// test only checks that the router reaches it.
#[tokio::test]
async fn the_description_and_the_router_have_the_same_operations() {
    let description: Value = serde_json::from_str(DESCRIPTION).unwrap();
    let mut described = BTreeSet::new();
    for (path, methods) in description["paths"].as_object().unwrap() {
        described.extend(methods.as_object().unwrap().keys().map(|m| (path.clone(), m.clone())));
    }
    let mut routed = BTreeSet::new();
    for (path, _) in api() {
        for method in ["get", "post", "put", "patch", "delete"] {
            let uri = path.replace("{id}", "some_id");
            let request = Request::builder().method(method.to_uppercase().as_str()).uri(uri);
            let answer = router().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
            if answer.status() != StatusCode::METHOD_NOT_ALLOWED {
                assert_ne!(answer.status(), StatusCode::NOT_FOUND, "{method} {path}");
                routed.insert((path.to_owned(), method.to_owned()));
            }
        }
    }
    assert_eq!(described, routed);
}

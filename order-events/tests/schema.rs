//! Compares the JSON Schema of conditions with the crate's own reading and checks.

use jsonschema::Validator;
use order_events::campaign::CONDITIONS_SCHEMA;
use order_events::{Conditions, limits};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::arbitrary::conditions;

/// An entry of `examples/accepted-conditions.json` or `examples/refused-conditions.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    about: String,
    conditions: Value,
    /// The beginning of the error; absent if the example is accepted.
    error: Option<String>,
    /// True if the schema rejects it too.
    by_schema: Option<bool>,
}

fn schema() -> Value {
    serde_json::from_str(CONDITIONS_SCHEMA).unwrap()
}

fn validator() -> Validator {
    jsonschema::draft202012::new(&schema()).unwrap()
}

/// Reads and checks conditions.
fn check(conditions: &Value) -> Result<(), String> {
    let text = conditions.to_string();
    let mut reader = serde_json::Deserializer::from_str(&text);
    let conditions: Conditions =
        serde_path_to_error::deserialize(&mut reader).map_err(|error| error.to_string())?;
    conditions.check().map_err(|error| error.to_string())
}

#[test]
fn the_schema_is_a_valid_schema() {
    assert!(jsonschema::draft202012::meta::is_valid(&schema()));
}

#[test]
fn every_accepted_example_is_accepted() {
    let examples: Vec<Example> =
        serde_json::from_str(include_str!("../examples/accepted-conditions.json")).unwrap();
    for Example { about, conditions, .. } in examples {
        assert_eq!(check(&conditions), Ok(()), "{about}");
        let error = validator().validate(&conditions).err().map(|error| error.to_string());
        assert_eq!(error, None, "{about}");
    }
}

#[test]
fn every_refused_example_is_refused_for_its_reason() {
    let examples: Vec<Example> =
        serde_json::from_str(include_str!("../examples/refused-conditions.json")).unwrap();
    for Example { about, conditions, error, by_schema } in examples {
        let refusal = check(&conditions).unwrap_err();
        assert!(refusal.starts_with(&error.unwrap()), "{about}: {refusal}");
        assert_eq!(!validator().is_valid(&conditions), by_schema.unwrap(), "{about}");
    }
}

#[test]
fn the_schema_and_the_crate_have_the_same_limits() {
    let schema = schema();
    for (pointer, limit) in [
        ("/Conditions/properties/trees/maxItems", json!(limits::TREE_RULES)),
        ("/Conditions/properties/cap_per_month/oneOf/1/maximum", json!(limits::TREES_PER_MONTH)),
        ("/ConditionList/maxItems", json!(limits::CONDITIONS - 1)),
        ("/Amount/maximum", json!(limits::AMOUNT)),
        ("/Trees/maximum", json!(limits::TREES_PER_ORDER)),
        ("/ValueList/maxItems", json!(limits::VALUES)),
        ("/Value/maxLength", json!(limits::ID_BYTES)),
        ("/ItemMatch/oneOf/1/properties/title_contains/maxItems", json!(limits::TITLE_PARTS)),
    ] {
        assert_eq!(schema["$defs"].pointer(pointer), Some(&limit), "{pointer}");
    }
    let description = schema["description"].as_str().unwrap();
    for words in [
        format!("more than {} levels deep", limits::CONDITION_DEPTH),
        format!("more than {} conditions", limits::CONDITIONS),
        format!("{} values", limits::VALUES),
        format!("{} parts of titles", limits::TITLE_PARTS),
    ] {
        assert!(description.contains(&words), "{words}");
    }
}

proptest! {
    #[test]
    fn what_the_crate_accepts_the_schema_accepts(conditions in conditions(true)) {
        let json = serde_json::to_value(&conditions).unwrap();
        if conditions.check().is_ok() {
            prop_assert!(validator().is_valid(&json), "{}", json);
        }
    }
}

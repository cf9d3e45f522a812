//! Tests of what is kept of a text.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{JsonError, VALUES_MAX, names_of, parse, payload, read};
use crate::{shopify, woocommerce};

/// A value in which fields that payloads ask for stand among others, at any level.
fn value() -> impl Strategy<Value = Value> {
    let name = prop::sample::select(vec![
        "id",
        "line_items",
        "meta_data",
        "key",
        "value",
        "total",
        "refunds",
        "product_id",
        "code",
        "coupon_lines",
        "quantity",
        "_links",
        "billing",
        "email",
        "length",
        "0",
        "12",
    ]);
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        Just(json!(1_234_567.5)),
        "[a-z0-9.]{0,6}".prop_map(Value::from),
    ];
    scalar.prop_recursive(5, 60, 5, move |inner| {
        let fields = prop::collection::vec((name.clone(), inner.clone()), 0..5);
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Value::from),
            fields.prop_map(|all| all.into_iter().collect()),
        ]
    })
}

fn order(fields: &Value) -> Vec<u8> {
    json!({"id": 5, "status": "processing", "line_items": fields, "meta_data": fields,
        "refunds": fields, "other": fields})
    .to_string()
    .into_bytes()
}

proptest! {
    #[test]
    fn what_is_left_out_changes_no_payload(fields in value()) {
        let text = order(&fields);
        let names = names_of::<woocommerce::Order>().unwrap();
        let kept: woocommerce::Order = payload(&parse(&text, Some(&names)).unwrap()).unwrap();
        let whole: woocommerce::Order = payload(&parse(&text, None).unwrap()).unwrap();
        prop_assert_eq!(format!("{kept:?}"), format!("{whole:?}"));
    }
}

#[test]
fn every_webhook_says_which_fields_it_asks_for() {
    assert!(names_of::<woocommerce::Order>().is_some_and(|names| names.has("line_items")));
    let order = names_of::<shopify::order::Order>().unwrap();
    assert!(order.has("discount_codes") && !order.has("email"));
    assert!(names_of::<shopify::refund::Refund>().unwrap().has("refund_line_items"));
}

#[test]
fn millions_of_values_in_lists_that_no_payload_asks_for_cost_nothing_of_the_order() {
    let junk = vec![0; 20 * VALUES_MAX];
    let text = json!({"id": 5, "junk": junk, "billing": {"junk": junk}}).to_string();
    assert!(read::<woocommerce::Order>(text.as_bytes()).is_ok());
}

#[test]
fn an_order_with_more_values_than_the_bound_is_refused_with_the_reason() {
    let lines = |count: usize| json!({"id": 5, "line_items": vec![1; count]}).to_string();
    assert!(read::<woocommerce::Order>(lines(VALUES_MAX - 10).as_bytes()).is_ok());
    let error = read::<woocommerce::Order>(lines(VALUES_MAX).as_bytes()).unwrap_err();
    assert_eq!(error, JsonError::TooManyValues);
    assert!(error.to_string().contains("more than 100000 values"), "{error}");
}

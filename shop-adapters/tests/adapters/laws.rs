//! The rules that hold for every adapter and any input.

use order_events::{Sale, SaleFacts};
use proptest::prelude::*;
use serde_json::Value;
use shop_adapters::{bigcommerce, ga4, json, magento, shopify, squarespace, wix, woocommerce};

use crate::support::{convert, patched, received_at, request, sample};

/// Reads a body as one fact of one platform.
type Adapter = fn(&[u8]) -> Result<Sale, String>;

/// Every adapter with a payload that it accepts.
fn adapters() -> Vec<(Adapter, Vec<u8>)> {
    let text = |text: &str| text.as_bytes().to_vec();
    vec![
        (
            |body| convert(body, shopify::checkout_completed::sale),
            text(crate::shopify_checkout_completed::EVENT),
        ),
        (|body| convert(body, shopify::order::sale), sample("shopify-order.json")),
        (|body| convert(body, shopify::refund::sale), sample("shopify-refund.json")),
        (
            |body| convert(body, woocommerce::order::sale),
            request("woocommerce-order-updated-partial-refund.http").1,
        ),
        (|body| convert(body, woocommerce::island::sale), text(crate::woocommerce_island::ISLAND)),
        (
            |body| convert(body, |entry| ga4::purchase::sale(entry, received_at())),
            text(crate::ga4::PURCHASE),
        ),
        (
            |body| convert(body, |order| bigcommerce::order::sale(order, received_at())),
            text(crate::bigcommerce::ORDER),
        ),
        (
            |body| convert(body, |purchase| magento::purchase::sale(purchase, received_at())),
            text(crate::magento::TRACKING_DATA),
        ),
        (
            |body| convert(body, |purchase| wix::purchase::sale(purchase, received_at())),
            text(crate::wix::PURCHASE),
        ),
        (
            |body| convert(body, |order| squarespace::order::sale(order, received_at())),
            text(crate::squarespace::ORDER),
        ),
    ]
}

/// Returns the place of an adapter in [`adapters`].
fn place() -> impl Strategy<Value = usize> {
    0..adapters().len()
}

/// Returns a value that a shop could put in any field.
fn any_json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|value| value.to_string()),
        any::<i64>().prop_map(|value| value.to_string()),
        any::<u64>().prop_map(|value| value.to_string()),
        r"-?(0|[1-9][0-9]{0,19})\.[0-9]{1,20}(e-?[0-9]{1,6})?",
        r"-?[0-9]{1,20}(\.[0-9]{0,6})?".prop_map(|text| format!("\"{text}\"")),
        any::<String>().prop_map(|text| Value::String(text).to_string()),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4)
                .prop_map(|list| format!("[{}]", list.join(","))),
            prop::collection::vec(inner, 0..4).prop_map(|list| {
                let fields =
                    list.iter().enumerate().map(|(name, value)| format!("\"{name}\":{value}"));
                format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
            }),
        ]
    })
}

/// Collects the pointers to every value within a value.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    let mut visit = |name: &str, child: &Value| {
        let pointer = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
        pointers(child, &pointer, found);
        found.push(pointer);
    };
    match value {
        Value::Array(list) => {
            for (index, child) in list.iter().enumerate() {
                visit(&index.to_string(), child);
            }
        }
        Value::Object(fields) => {
            for (name, child) in fields {
                visit(name, child);
            }
        }
        _ => {}
    }
}

#[test]
fn every_adapter_accepts_its_payload_and_gives_the_same_sale_again() {
    for (adapter, body) in adapters() {
        let sale = adapter(&body).unwrap();
        assert_eq!(sale.check(), Ok(()));
        assert_eq!(adapter(&body), Ok(sale));
    }
}

#[test]
fn every_field_may_be_missing_without_a_panic() {
    for (adapter, body) in adapters() {
        let base: Value = serde_json::from_slice(&body).unwrap();
        let mut found = Vec::new();
        pointers(&base, "", &mut found);
        for pointer in found {
            let changed = patched(&base.to_string(), &[(&pointer, "null")]);
            if let Err(message) = adapter(&changed) {
                assert!(!message.is_empty() && !message.contains('\n'), "{pointer}: {message}");
            }
        }
    }
}

proptest! {
    #[test]
    fn any_refund_is_a_fact_that_passes_its_check_or_an_error(
        field in any::<prop::sample::Index>(),
        value in any_json(),
    ) {
        let base: Value = serde_json::from_slice(&sample("shopify-refund.json")).unwrap();
        let mut found = Vec::new();
        pointers(&base, "", &mut found);
        let pointer = field.get(&found);
        let body = patched(&base.to_string(), &[(pointer, &value)]);
        if let Ok(payload) = json::read(&body)
            && let Ok(fact) = shopify::refund::fact(payload)
        {
            prop_assert!(!fact.order_id.is_empty());
            let facts = SaleFacts::from_refund(fact.refund_id, fact.refund);
            prop_assert_eq!(facts.check(), Ok(()));
        }
    }

    #[test]
    fn any_bytes_are_a_sale_or_an_error(
        place in place(),
        body in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let (adapter, _) = adapters().swap_remove(place);
        let _: Result<Sale, String> = adapter(&body);
    }

    #[test]
    fn any_value_in_any_field_is_a_sale_that_passes_its_check_or_an_error_of_one_line(
        place in place(),
        field in any::<prop::sample::Index>(),
        value in any_json(),
    ) {
        let (adapter, body) = adapters().swap_remove(place);
        let base: Value = serde_json::from_slice(&body).unwrap();
        let mut found = Vec::new();
        pointers(&base, "", &mut found);
        let pointer = field.get(&found);
        match adapter(&patched(&base.to_string(), &[(pointer, &value)])) {
            Ok(sale) => prop_assert_eq!(sale.check(), Ok(()), "{}: {}", pointer, value),
            Err(message) => prop_assert!(!message.contains('\n'), "{}", message),
        }
    }

    #[test]
    fn lines_add_up_to_the_items_of_a_woocommerce_order(
        amounts in prop::collection::vec(0_i64..=1_000_000_000, 1..20),
    ) {
        let lines: Vec<String> = amounts
            .iter()
            .map(|cents| {
                format!(
                    r#"{{"name": "Mug", "quantity": 1, "total": "{}.{:02}"}}"#,
                    cents / 100,
                    cents % 100
                )
            })
            .collect();
        let (adapter, body) = adapters().swap_remove(3);
        let base = String::from_utf8(body).unwrap();
        let lines = format!("[{}]", lines.join(","));
        let sale = adapter(&patched(&base, &[("/line_items", &lines)])).unwrap();
        prop_assert_eq!(sale.items_total, amounts.iter().sum::<i64>());
        prop_assert_eq!(sale.items_total, sale.lines.iter().map(|line| line.total).sum::<i64>());
    }

    #[test]
    fn pixel_and_webhook_agree_on_any_order_id(id in 1_u64..) {
        let (pixel, event) = adapters().swap_remove(0);
        let (webhook, order) = adapters().swap_remove(1);
        let gid = format!("\"gid://shopify/OrderIdentity/{id}\"");
        let event = String::from_utf8(event).unwrap();
        let order = String::from_utf8(order).unwrap();
        let seen = pixel(&patched(&event, &[("/data/checkout/order/id", &gid)])).unwrap();
        let sent = webhook(&patched(&order, &[("/id", &id.to_string())])).unwrap();
        prop_assert_eq!(seen.id, sent.id);
    }
}

//! Magento's own Google module.

use order_events::Sale;
use shop_adapters::magento::purchase;

use crate::support::{convert, patched, received_at};

pub(crate) const TRACKING_DATA: &str = include_str!("../payloads/magento-purchase.json");

fn converted(patches: &[(&str, &str)]) -> Result<Sale, String> {
    convert(&patched(TRACKING_DATA, patches), |payload| purchase::sale(payload, received_at()))
}

#[test]
fn commas_between_thousands_are_read() {
    insta::assert_json_snapshot!(converted(&[]));
    for (value, total) in [
        (r#""1,234,567.89""#, 123_456_789),
        (r#""0.00""#, 0),
        (r#""999.99""#, 99_999),
        ("1234.5", 123_450),
    ] {
        assert_eq!(converted(&[("/orders/0/value", value)]).unwrap().total, total, "{value}");
    }
}

#[test]
fn a_price_that_only_its_quantity_makes_too_large_is_unknown() {
    let patches = [
        ("/currency", r#""UYW""#),
        ("/products/0/price", r#""711111111135.2""#),
        ("/products/0/quantity", "2"),
    ];
    assert_eq!(converted(&patches).unwrap().lines[0].total, 0);
}

#[test]
fn a_yen_order_has_two_decimals_too() {
    let sale = converted(&[
        ("/currency", r#""JPY""#),
        ("/orders/0/value", r#""11,000.00""#),
        ("/orders/0/tax", r#""1,000.00""#),
        ("/orders/0/shipping", ""),
        ("/products", "[]"),
    ])
    .unwrap();
    assert_eq!((sale.total, sale.items_total), (11_000, 10_000));
}

#[test]
fn what_cannot_be_a_sale_is_refused_by_its_field() {
    let several = r#"[{"transaction_id": "1", "value": "1.00"},
                      {"transaction_id": "2", "value": "1.00"}]"#;
    insta::assert_json_snapshot!([
        converted(&[("/orders", several)]),
        converted(&[("/orders", "[]")]),
        converted(&[("/orders", "")]),
        converted(&[("/orders/0/transaction_id", "null")]),
        converted(&[("/orders/0/value", r#""free""#), ("/products", "[]")]),
    ]);
}

//! The data layer of Google Analytics 4 and of its predecessor.

use order_events::Sale;
use shop_adapters::ga4::purchase;

use crate::support::{convert, patched, received_at, sample};

pub(crate) const PURCHASE: &str = include_str!("../payloads/ga4-purchase.json");
const LEGACY: &str = include_str!("../payloads/ga4-purchase-legacy.json");

fn read(body: &[u8]) -> Result<Sale, String> {
    convert(body, |entry| purchase::sale(entry, received_at()))
}

fn converted(patches: &[(&str, &str)]) -> Result<Sale, String> {
    read(&patched(PURCHASE, patches))
}

/// Returns the parameters of the purchase, as `gtag` gets them.
fn parameters() -> String {
    let entry: serde_json::Value = serde_json::from_str(PURCHASE).unwrap();
    entry["ecommerce"].to_string()
}

#[test]
fn the_sample_becomes_a_sale() {
    insta::assert_json_snapshot!(read(&sample("ga4-purchase.json")));
}

#[test]
fn tag_manager_and_both_forms_of_gtag_tell_the_same_sale() {
    let by_tag_manager = converted(&[]);
    insta::assert_json_snapshot!(by_tag_manager);
    let object = format!(r#"{{"0": "event", "1": "purchase", "2": {}}}"#, parameters());
    let array = format!(r#"["event", "purchase", {}]"#, parameters());
    assert_eq!(read(object.as_bytes()), by_tag_manager);
    assert_eq!(read(array.as_bytes()), by_tag_manager);
}

#[test]
fn the_older_generation_is_read_whatever_its_event_is_called() {
    let legacy = read(LEGACY.as_bytes());
    insta::assert_json_snapshot!(legacy);
    assert_eq!(read(&patched(LEGACY, &[("/event", r#""orderPlaced""#)])), legacy);
    // Its revenue contains tax and shipping.
    let action = r#"{"id": "T", "revenue": "45.00", "tax": "3.00", "shipping": "5.00"}"#;
    for products in ["[]", "{}", "null", r#"[{"id": "MUG", "quantity": 2}]"#] {
        let patches = [
            ("/ecommerce/purchase/actionField", action),
            ("/ecommerce/purchase/products", products),
        ];
        let sale = read(&patched(LEGACY, &patches)).unwrap();
        assert_eq!((sale.total, sale.items_total), (4500, 3700), "{products}");
    }
}

#[test]
fn value_counts_with_or_without_tax_and_shipping() {
    let totals = |value: &str| {
        let sale = converted(&[("/ecommerce/value", value)]).unwrap();
        (sale.items_total, sale.total)
    };
    // Google's definition: the items alone.
    assert_eq!(totals("20.02"), (2002, 3001));
    // The grand total, as many shops send it.
    assert_eq!(totals("30.01"), (2002, 3001));
    // The items after a discount on the order.
    assert_eq!(totals("15.02"), (1502, 2501));
    assert_eq!(totals("null"), (2002, 3001));
    assert_eq!(totals(r#""20.02""#), (2002, 3001));
}

#[test]
fn numbers_that_a_script_computed_are_rounded_to_the_minor_unit() {
    let price = |price: &str| {
        converted(&[("/ecommerce/items/0/price", price), ("/ecommerce/value", "null")])
            .map(|sale| sale.items_total)
    };
    assert_eq!(price("0.30000000000000004"), Ok(60));
    assert_eq!(price("8.994999999999999"), Ok(1798));
    assert_eq!(price("5.551115123125783e-17"), Ok(0));
    assert_eq!(price(r#""10.01""#), Ok(2002));
}

#[test]
fn what_google_leaves_open_is_filled_as_google_says() {
    insta::assert_json_snapshot!([
        converted(&[
            ("/ecommerce/transaction_id", "9007199254740993"),
            ("/ecommerce/currency", r#""usd""#),
            ("/ecommerce/tax", ""),
            ("/ecommerce/shipping", "null"),
            ("/ecommerce/coupon", "2026"),
            (
                "/ecommerce/items",
                r#"[{"id": 9007199254740993, "name": 1984, "price": 5},
                    {"item_name": "Unknown", "price": "1", "quantity": 3}]"#
            ),
        ]),
        converted(&[("/ecommerce/items", "[]"), ("/ecommerce/value", "0")]),
    ]);
}

#[test]
fn any_other_entry_is_refused() {
    insta::assert_json_snapshot!([
        read(br#"{"ecommerce": null}"#),
        read(br#"{"event": "purchase", "ecommerce": null}"#),
        read(br#"{"event": "refund", "ecommerce": {"transaction_id": "T-1"}}"#),
        read(br#"{"event": "gtm.js", "gtm.start": 1763797909000}"#),
        read(br#"["config", "G-0000000000", {"send_page_view": true}]"#),
        read(br#"{"0": "js", "1": "2026-11-22T10:00:00.000Z"}"#),
        read(br#"["event", "add_to_cart", {"currency": "USD"}]"#),
        read(br#"["event"]"#),
        read(b"[]"),
        read(b"{}"),
        read(b"7"),
    ]);
}

#[test]
fn what_cannot_be_a_sale_is_refused_by_its_field() {
    insta::assert_json_snapshot!([
        converted(&[("/ecommerce/transaction_id", r#""""#)]),
        converted(&[("/ecommerce/transaction_id", r#""(not set)""#)]),
        read(br#"{"ecommerce": {"purchase": {"products": []}}}"#),
        read(br#"{"ecommerce": {"currencyCode": "USD", "purchase": {"actionField": {}}}}"#),
    ]);
}

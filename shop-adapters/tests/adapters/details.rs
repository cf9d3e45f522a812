//! An odd detail loses the detail, never the sale: shapes, numbers, ids, currencies and dates.

mod amounts;
mod dates;
mod numbers;
mod shop_words;
mod signs;
mod texts;

use order_events::Sale;
use serde_json::{Value, json};
use shop_adapters::{bigcommerce, ga4, magento, shopify, woocommerce};

use crate::support::{convert, patched, received_at, request, units};
use crate::woocommerce_island::ISLAND;

/// Returns the sale of an order as a shop sends it: two lines, each of two mugs for 20.00.
pub(crate) fn woocommerce_order(patches: &[(&str, &str)]) -> Result<Sale, String> {
    convert(&patched(&woocommerce_body(), patches), woocommerce::order::sale)
}

pub(crate) fn woocommerce_body() -> String {
    let line = |id: u32, sku: &str| {
        json!({"id": id, "name": "Blue mug", "product_id": 11, "variation_id": 0, "quantity": 2,
               "total": "20.00", "sku": sku, "meta_data": []})
    };
    json!({
        "id": 501, "number": "A-501", "parent_id": 0, "status": "processing", "currency": "USD",
        "total": "45.00", "total_tax": "0.00", "shipping_total": "5.00", "payment_method": "stripe",
        "date_created": "2026-11-20T10:00:00", "date_created_gmt": "2026-11-20T09:00:00",
        "date_modified_gmt": "2026-11-20T09:01:00", "date_paid_gmt": "2026-11-20T09:01:00",
        "line_items": [line(2, "MUG-BLUE"), line(3, "MUG-RED")], "fee_lines": [],
        "coupon_lines": [], "refunds": [], "meta_data": [],
    })
    .to_string()
}

pub(crate) fn island(patches: &[(&str, &str)]) -> Result<Sale, String> {
    convert(&patched(ISLAND, patches), woocommerce::island::sale)
}

pub(crate) fn ga4_purchase(ecommerce: &Value) -> Result<Sale, String> {
    let entry = json!({"event": "purchase", "ecommerce": ecommerce}).to_string();
    convert(entry.as_bytes(), |entry| ga4::purchase::sale(entry, received_at()))
}

#[test]
fn any_detail_of_any_odd_shape_leaves_a_sale() {
    let details = [
        "/number",
        "/parent_id",
        "/total_tax",
        "/shipping_total",
        "/payment_method",
        "/date_created",
        "/date_modified_gmt",
        "/line_items/0/name",
        "/line_items/0/product_id",
        "/line_items/0/variation_id",
        "/line_items/0/total",
        "/line_items/0/sku",
        "/line_items/0/meta_data",
        "/line_items/0",
        "/fee_lines",
        "/coupon_lines",
        "/refunds",
        "/meta_data",
    ];
    let shapes = [
        "[]",
        "{}",
        "\"\"",
        "false",
        "null",
        "0",
        "[[], []]",
        "[null]",
        "[\"\"]",
        "{\"3\": null}",
        "{\"1\": []}",
        "{\"a\": {\"b\": []}}",
        "[{}]",
        "\"undefined\"",
        "[false]",
    ];
    for detail in details {
        for shape in shapes {
            let sale = woocommerce_order(&[(detail, shape)])
                .unwrap_or_else(|error| panic!("{detail} = {shape}: {error}"));
            assert_eq!((sale.total, sale.check()), (4500, Ok(())), "{detail} = {shape}");
            assert!(units(&sale) >= 2, "{detail} = {shape}: {}", units(&sale));
        }
    }
}

#[test]
fn a_list_may_be_an_object_of_numbers_or_of_names_or_its_only_entry() {
    let line = r#"{"name": "Mug", "quantity": 2, "total": "20.00", "sku": "A"}"#;
    for (lines, count) in [
        (format!("[{line}, {line}]"), 2),
        (format!(r#"{{"1": {line}, "4": {line}}}"#), 2),
        (format!(r#"{{"0": {line}}}"#), 1),
        (format!(r#"{{"a": {line}, "b": {line}}}"#), 2),
        (line.to_owned(), 1),
        (format!("[{line}, [], null, false, \"\", 7]"), 1),
        (format!(r#"{{"1": {line}, "2": null, "3": []}}"#), 1),
        ("[[], []]".to_owned(), 0),
        ("[\"Mug\", 7]".to_owned(), 0),
        ("[{}]".to_owned(), 0),
    ] {
        let sale = woocommerce_order(&[("/line_items", &lines)]).unwrap();
        assert_eq!(sale.lines.len(), count, "{lines}");
    }
    for (coupons, expected) in [
        (r#"["a", 2024, null, [], " b ", "", "(not set)"]"#, vec!["a", "2024", "b"]),
        (r#"{"0": "a", "2": "b"}"#, vec!["a", "b"]),
        ("\"\"", vec![]),
        ("false", vec![]),
    ] {
        assert_eq!(island(&[("/coupons", coupons)]).unwrap().coupons, expected, "{coupons}");
    }
    let item = json!({"item_id": "MUG", "price": 20, "quantity": 2});
    for (items, count) in [
        (json!({"0": item, "1": item}), 2),
        (json!({"mug": item, "tea": item}), 2),
        (json!({"0": item, "1": item, "length": 2}), 2),
        (item.clone(), 1),
        (json!(null), 0),
        (json!("[]"), 0),
    ] {
        let sale = ga4_purchase(&json!({
            "transaction_id": "T", "value": 40, "currency": "USD", "items": items
        }));
        assert_eq!(sale.unwrap().lines.len(), count, "{items}");
    }
}

#[test]
fn a_real_order_of_a_decimal_quantity_is_one_unit() {
    let (_, body) = request("woocommerce-order-created.http");
    let body = String::from_utf8(body).unwrap();
    let sale =
        convert(&patched(&body, &[("/line_items/0/quantity", "1.5")]), woocommerce::order::sale);
    assert_eq!(sale.unwrap().lines[0].quantity, 1);
}

#[test]
fn other_platforms_read_details_alike() {
    let order = crate::bigcommerce::ORDER;
    for (detail, shape) in [
        ("/taxTotal", "\"none\""),
        ("/lineItems/physicalItems/0/quantity", "0.5"),
        ("/lineItems/physicalItems/0/sku", "123"),
        ("/coupons", "{\"0\": {\"code\": 5}}"),
        ("/lineItems/giftCertificates", "{}"),
        ("/lineItems/customItems", "null"),
    ] {
        let sale = convert(&patched(order, &[(detail, shape)]), |order| {
            bigcommerce::order::sale(order, received_at())
        });
        assert!(sale.is_ok_and(|sale| sale.lines.len() >= 3), "{detail} = {shape}");
    }
    for quantity in ["1.5", "null", "\"\""] {
        let body = patched(crate::magento::TRACKING_DATA, &[("/products/0/quantity", quantity)]);
        let sale = convert(&body, |data| magento::purchase::sale(data, received_at())).unwrap();
        assert_eq!(sale.lines[0].quantity, 1, "{quantity}");
    }
    for (detail, shape) in [
        ("/line_items/0/sku", "123"),
        ("/line_items/0/discount_allocations", "\"\""),
        ("/line_items/0/tax_lines", "{}"),
        ("/note_attributes", "null"),
        ("/refunds", "{}"),
        ("/discount_codes", "[[]]"),
        ("/line_items/0/quantity", "\"2\""),
        ("/test", "\"\""),
    ] {
        let body = patched(crate::shopify_order::ORDER, &[(detail, shape)]);
        let sale = convert(&body, shopify::order::sale).unwrap();
        assert_eq!((sale.total, units(&sale)), (6000, 2), "{detail} = {shape}");
    }
}

#[test]
fn an_object_of_objects_is_a_list_whatever_empty_values_stand_beside_them() {
    for nothing in ["null", "\"\"", "[]", "false"] {
        let lines =
            format!(r#"{{"a": {{"sku": "A", "quantity": 2, "total": "40"}}, "b": {nothing}}}"#);
        let sale = woocommerce_order(&[("/line_items", &lines)]).unwrap();
        assert_eq!((units(&sale), sale.items_total), (2, 4000), "{nothing}");
        let refunds = format!(r#"{{"a": {{"total": "-10.00"}}, "b": {nothing}}}"#);
        assert_eq!(woocommerce_order(&[("/refunds", &refunds)]).unwrap().refunded, 1000);
        let none: Value = serde_json::from_str(nothing).unwrap();
        let items = json!({"a": {"item_id": "A", "price": 20, "quantity": 2}, "b": none});
        let purchase = json!({"transaction_id": "T", "currency": "USD", "items": items});
        let sale = ga4_purchase(&purchase).unwrap();
        assert_eq!((units(&sale), sale.items_total), (2, 4000), "{nothing}");
    }
}

#[test]
fn an_object_of_objects_is_a_list_whatever_its_names() {
    for (first, second) in
        [("1679091c", "c9f0f895"), ("blue-mug", "3d-puzzle"), ("0", "b"), ("a", "1"), ("0", "2")]
    {
        let item = |sku: &str| json!({"item_id": sku, "price": 20, "quantity": 1});
        let items = json!({first: item("A"), second: item("B")});
        let purchase = json!({"transaction_id": "T", "currency": "USD", "items": items});
        let sale = ga4_purchase(&purchase).unwrap();
        assert_eq!((units(&sale), sale.items_total), (2, 4000), "{first}, {second}");
        let refunds = json!({first: {"total": "-3.00"}, second: {"total": "-4.00"}}).to_string();
        let order = woocommerce_order(&[("/refunds", &refunds)]).unwrap();
        assert_eq!(order.refunded, 700, "{first}, {second}");
    }
    // A script may count the entries.
    let items = json!({"0": {"item_id": "A", "price": 20, "quantity": 1}, "length": 1});
    let purchase = json!({"transaction_id": "T", "currency": "USD", "items": items});
    assert_eq!(units(&ga4_purchase(&purchase).unwrap()), 1);
}

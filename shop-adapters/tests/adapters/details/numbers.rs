//! Amounts and quantities in the formats of shops.

use serde_json::{Value, json};
use shop_adapters::wix;

use super::{ga4_purchase, island, woocommerce_order};
use crate::support::{convert, patched, received_at, units};

#[test]
fn an_amount_is_read_however_it_is_written() {
    for (written, cents) in [
        ("45", 4500),
        ("45.5", 4550),
        ("\"45\"", 4500),
        ("\"45.00\"", 4500),
        ("\" 45.00 \"", 4500),
        ("\"1,234.50\"", 123_450),
        ("\"1,234\"", 123_400),
        ("\"1,234,567.89\"", 123_456_789),
        ("\"1.234,50\"", 123_450),
        ("\"1.234.567\"", 123_456_700),
        ("\"45,5\"", 4550),
        ("\"45,00\"", 4500),
        ("\"0,500\"", 50),
        ("\"1 234,50\"", 123_450),
        ("\"1\u{a0}234.50\"", 123_450),
        ("\"1\u{202f}234,50 €\"", 123_450),
        ("\"1'234.50\"", 123_450),
        ("\"$45.00\"", 4500),
        ("\"USD 45.00\"", 4500),
        ("\"45.00 USD\"", 4500),
        ("\"€5\"", 500),
        ("\"Rs. 500\"", 50_000),
        ("\"45,- \"", 4500),
        ("\"&#36;45.00\"", 4500),
        ("\"&pound;45\"", 4500),
        ("\"45.00&#8364;\"", 4500),
        ("\"1&nbsp;234,50&nbsp;&euro;\"", 123_450),
        ("\"45.00 (incl. tax)\"", 4500),
        ("\"(incl. tax) 45.00\"", 4500),
        ("\".5\"", 50),
        ("\" .5\"", 50),
        ("\"5.\"", 500),
        ("4.5e1", 4500),
        ("\"1.5E+1\"", 1500),
        ("5e-3", 1),
        ("4e-3", 0),
        ("0.30000000000000004", 30),
        ("\"1.995\"", 200),
        ("\"1.994\"", 199),
        ("0e400", 0),
        ("\"0045.00\"", 4500),
    ] {
        let sale = woocommerce_order(&[("/total", written)]);
        assert_eq!(sale.map(|sale| sale.total), Ok(cents), "{written}");
    }
}

#[test]
fn a_point_before_three_digits_parts_thousands_where_a_currency_stands_beside() {
    for (currency, written, expected) in [
        ("IDR", "Rp 45.000", 4_500_000),
        ("VND", "45.000 ₫", 45_000),
        ("CLP", "$12.345", 12_345),
        ("COP", "12.345 COP", 1_234_500),
        ("EUR", "€ 1.045,—", 104_500),
        ("HUF", "10.990&nbsp;Ft", 1_099_000),
        ("CLP", "&#36;12.345", 12_345),
        ("USD", "$1045.000", 104_500),
        ("USD", "$0.500", 50),
        ("USD", "$45.00", 4500),
        ("USD", "$1,045.000", 104_500),
        // A number alone is as a program writes it, and three digits are a part of a dinar.
        ("IDR", "45.000", 4500),
        ("USD", "-5.000", 500),
        ("USD", "+12.345", 1235),
        ("USD", "12.345e1", 12_345),
        ("KWD", "KD 12.345", 12_345),
    ] {
        let refunds = json!([{"total": written}]).to_string();
        let code = json!(currency).to_string();
        let sale = woocommerce_order(&[("/currency", &code), ("/refunds", &refunds)]);
        assert_eq!(sale.unwrap().refunded, expected, "{written} {currency}");
    }
}

#[test]
fn a_text_that_is_no_number_is_no_amount() {
    for written in [
        "\"\"",
        "\"-\"",
        "\".\"",
        "\"free\"",
        "\"NaN\"",
        "\"Infinity\"",
        "\"0x10\"",
        "\"1e5e5\"",
        "\"2026-11-20\"",
        "\"1e40000\"",
        "[1]",
        "{\"a\": 1}",
        "true",
        "null",
        "1e30",
        "\"٣\"",
    ] {
        let unknown = [("/total", written), ("/line_items/0/total", "null")];
        let error = woocommerce_order(&unknown).unwrap_err();
        assert!(error.starts_with("total is "), "{written}: {error}");
        let sale = woocommerce_order(&[("/total", written)]).unwrap();
        assert_eq!((sale.total, sale.items_total), (4000, 4000), "{written}: the items show it");
        let sale = woocommerce_order(&[("/line_items/0/total", written)]).unwrap();
        assert_eq!((sale.items_total, sale.lines[0].total), (4000, 0), "{written}");
    }
}

#[test]
fn quantities_count_rounded_down_and_at_least_one() {
    for (written, expected) in [
        ("0.5", 1),
        ("1.5", 1),
        ("2.999", 2),
        ("0.001", 1),
        ("\"0,5\"", 1),
        ("\"2.0\"", 2),
        ("\"3\"", 3),
        ("null", 1),
        ("\"\"", 1),
        ("false", 1),
        ("[]", 1),
        ("\"two\"", 1),
        ("1e0", 1),
        ("12", 12),
        ("\"1,000\"", 1000),
        ("9999999", 1_000_000),
    ] {
        let lines = format!(r#"[{{"name": "Cloth", "quantity": {written}, "total": "9.00"}}]"#);
        let order = woocommerce_order(&[("/line_items", &lines)]).unwrap();
        let printed = island(&[
            ("/lines/0/quantity", written),
            ("/refunded", "0"),
            ("/lines/0/refunded", "0"),
        ]);
        let item = json!([{"item_id": "A", "price": 1, "quantity":
            serde_json::from_str::<Value>(written).unwrap()}]);
        let entry = ga4_purchase(&json!({"transaction_id": "T", "currency": "USD", "items": item}));
        for sale in [order, printed.unwrap(), entry.unwrap()] {
            assert_eq!(units(&sale), expected, "{written} of {:?}", sale.platform);
        }
    }
    for none in ["0", "-1", "\"0.0\""] {
        let sale = woocommerce_order(&[("/line_items/0/quantity", none)]).unwrap();
        assert_eq!(units(&sale), 2, "{none}");
    }
}

#[test]
fn the_price_of_a_part_of_a_unit_is_a_part_of_its_price() {
    for (quantity, cents) in [("0.5", 1000), ("1.25", 2500), ("3", 6000), ("0.333333", 666)] {
        let quantity: Value = serde_json::from_str(quantity).unwrap();
        let items = json!([{"item_id": "A", "price": 20, "quantity": quantity}]);
        let sale = ga4_purchase(&json!({"transaction_id": "T", "currency": "USD", "items": items}));
        assert_eq!(sale.unwrap().items_total, cents, "{quantity}");
    }
}

#[test]
fn a_rest_that_rounding_explains_belongs_to_the_items() {
    for (price, quantity, value, expected) in [
        (json!(13.333_333_333_333_334), 3, 4000, 4000),
        (json!("13.33"), 3, 4000, 4000),
        (json!("13.34"), 3, 4000, 4000),
        (json!("0.33"), 6, 200, 200),
        (json!("0.33"), 5, 168, 165),
        // A cent of shipping is not of the items, nor is the rest of a single unit.
        (json!("20.00"), 1, 2001, 2000),
        (json!("20.00"), 2, 4002, 4000),
        (json!("20.00"), 2, 4500, 4000),
        (json!("20.00"), 2, 3000, 3000),
    ] {
        let units = f64::from(value) / 100.0;
        let items = json!([{"item_id": "A", "price": price, "quantity": quantity}]);
        let entry =
            json!({"transaction_id": "T", "currency": "USD", "value": units, "items": items});
        let contents = json!([{"id": "A", "price": price, "quantity": quantity}]).to_string();
        let wix = [("/revenue", &*units.to_string()), ("/contents", &contents)];
        let wix = convert(&patched(crate::wix::PURCHASE, &wix), |purchase| {
            wix::purchase::sale(purchase, received_at())
        });
        for sale in [ga4_purchase(&entry), wix] {
            assert_eq!(sale.unwrap().items_total, expected, "{price} of {value}");
        }
    }
}

#[test]
fn negative_lines_and_fees_take_off_what_the_items_cost_and_are_no_lines() {
    let discount = r#"[{"name": "Mug", "quantity": 2, "total": "40.00"},
                       {"name": "Gift card", "quantity": 1, "total": "-10.00"}]"#;
    let sale = woocommerce_order(&[("/line_items", discount)]).unwrap();
    assert_eq!((sale.items_total, sale.lines.len()), (3000, 1));
    for (fees, items_total) in [
        (r#"[{"name": "Store credit", "total": "-10.00"}]"#, 3000),
        (r#"[{"total": -2.5}, {"total": "-1"}]"#, 3650),
        (r#"[{"name": "Gift wrap", "total": "10.00"}]"#, 4000),
        (r#"{"5": {"total": "-10.00"}}"#, 3000),
        (r#"[{"total": ""}, {"total": null}, []]"#, 4000),
        (r#"[{"total": "-100.00"}]"#, 0),
    ] {
        let sale = woocommerce_order(&[("/fee_lines", fees)]).unwrap();
        assert_eq!((sale.items_total, sale.lines.len()), (items_total, 2), "{fees}");
    }
    let items = json!([{"item_id": "MUG", "price": 20, "quantity": 2},
                       {"item_id": "DISCOUNT", "price": "-10.00"}]);
    let sale =
        ga4_purchase(&json!({"transaction_id": "T", "currency": "USD", "items": items})).unwrap();
    assert_eq!((sale.items_total, units(&sale)), (3000, 2));
}

#[test]
fn missing_prices_taxes_and_shipping_are_unknown() {
    let mug = json!({"item_id": "MUG", "quantity": 2});
    let priced = json!({"item_id": "TEA", "price": 20, "quantity": 1});
    for (purchase, items_total, total) in [
        (json!({"value": 40, "shipping": 5, "items": [mug]}), 4000, 4500),
        (json!({"value": 40, "shipping": 5, "items": [mug, priced]}), 4000, 4500),
        (json!({"value": 40, "tax": "", "shipping": "", "items": [mug]}), 4000, 4000),
        (json!({"value": 40, "items": []}), 4000, 4000),
        (json!({"value": 40}), 4000, 4000),
        (json!({"items": [mug, priced]}), 2000, 2000),
        (json!({"value": "", "tax": null, "items": [priced]}), 2000, 2000),
        (json!({"items": [mug]}), 0, 0),
        (json!({"value": 40, "tax": false, "shipping": {}, "items": [priced, priced]}), 4000, 4000),
    ] {
        let mut purchase = purchase;
        purchase["transaction_id"] = json!("T");
        purchase["currency"] = json!("USD");
        let sale = ga4_purchase(&purchase).unwrap();
        assert_eq!((sale.items_total, sale.total), (items_total, total), "{purchase}");
    }
    // The items cost the total less shipping and tax.
    let sale = woocommerce_order(&[("/line_items/0/total", "null"), ("/total_tax", "\"3.00\"")]);
    assert_eq!(sale.unwrap().items_total, 3700);
}

#[test]
fn without_items_an_order_costs_what_is_neither_shipping_fees_nor_tax() {
    for items in ["null", "[]", "\"\"", "[[], []]"] {
        let known = [("/line_items", items), ("/total_tax", "\"3.00\"")];
        assert_eq!(woocommerce_order(&known).unwrap().items_total, 3700, "{items}");
        let fees = r#"[{"total": "10.00"}, {"total": "(1.00)"}]"#;
        let with_fees = [known.as_slice(), &[("/fee_lines", fees)]].concat();
        assert_eq!(woocommerce_order(&with_fees).unwrap().items_total, 2700, "{items}");
    }
}

#[test]
fn a_negative_quantity_takes_off_what_the_item_costs_and_is_no_line() {
    for (quantity, price) in [("-1", "10.00"), ("-1", "-10.00"), ("1", "-10.00"), ("-2", "5.00")] {
        let items = json!([{"item_id": "A", "price": "20.00", "quantity": 2},
            {"item_id": "D", "price": price, "quantity": quantity}]);
        let purchase = json!({"transaction_id": "T", "currency": "USD", "items": items});
        let ga4 = ga4_purchase(&purchase).unwrap();
        let contents = json!([{"id": "A", "price": "20.00", "quantity": 2},
            {"id": "D", "price": price, "quantity": quantity}]);
        let wix = [("/revenue", "null"), ("/contents", &*contents.to_string())];
        let wix = convert(&patched(crate::wix::PURCHASE, &wix), |purchase| {
            wix::purchase::sale(purchase, received_at())
        });
        let total = if quantity == "-2" { "10.00" } else { price };
        let lines = json!([{"product_id": 1, "quantity": 2, "total": "40.00"},
            {"product_id": 2, "quantity": quantity, "total": total}]);
        let woocommerce = woocommerce_order(&[("/line_items", &lines.to_string())]);
        for sale in [ga4, wix.unwrap(), woocommerce.unwrap()] {
            assert_eq!((sale.items_total, sale.lines.len()), (3000, 1), "{quantity} × {price}");
        }
    }
}

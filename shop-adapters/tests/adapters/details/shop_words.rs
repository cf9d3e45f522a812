//! Statuses, kinds and counts as shops and their plugins write them.

use std::str::FromStr as _;

use order_events::{Currency, Sale, SaleStatus};
use serde_json::{Value, json};
use shop_adapters::webhook::Delivery;
use shop_adapters::woocommerce::webhook;
use shop_adapters::{bigcommerce, magento, shopify};

use super::{ga4_purchase, island, woocommerce_body, woocommerce_order};
use crate::support::{convert, patched, received_at, units};

fn shopify_order(patches: &[(&str, &str)]) -> Sale {
    convert(&patched(crate::shopify_order::ORDER, patches), shopify::order::sale).unwrap()
}

#[test]
fn words_of_a_platform_are_read_in_upper_case_and_with_any_space_around_them() {
    let written = |word: &str| {
        [format!(" {word}\u{a0}"), format!("{word}\u{200b}"), format!("\u{feff}{word}\t")]
            .into_iter()
            .flat_map(|text| [text.to_ascii_uppercase(), text])
            .map(|text| json!(text).to_string())
    };
    for status in written("paid") {
        let sale = shopify_order(&[("/financial_status", &status)]);
        assert_eq!(sale.status, SaleStatus::Paid, "{status}");
    }
    for status in written("completed") {
        let draft = [("/financial_status", "\"\u{a0}\""), ("/status", status.as_str())];
        assert_eq!(shopify_order(&draft).status, SaleStatus::Cancelled, "{status}");
        let sale = woocommerce_order(&[("/status", &status)]).unwrap();
        assert_eq!(sale.status, SaleStatus::Paid, "{status}");
        assert_eq!(island(&[("/status", &status)]).unwrap().status, SaleStatus::Paid);
    }
    for status in written("canceled").chain(written("cancelled")) {
        let sale = convert(&patched(crate::bigcommerce::ORDER, &[("/status", &status)]), |order| {
            bigcommerce::order::sale(order, received_at())
        });
        assert_eq!(sale.unwrap().status, SaleStatus::Cancelled, "{status}");
    }
    for method in written("cod") {
        let sale = woocommerce_order(&[
            ("/status", r#""awaiting-pickup""#),
            ("/date_paid_gmt", "null"),
            ("/payment_method", &method),
        ]);
        assert_eq!(sale.unwrap().status, SaleStatus::Paid, "{method}");
    }
    for via in written("wc_deposits") {
        let error = woocommerce_order(&[("/created_via", &via)]).unwrap_err();
        assert!(error.starts_with("parent_id"), "{via}: {error}");
    }
    for (kind, status) in written("refund").zip(written("success")) {
        let refunds = format!(
            r#"[{{"transactions": [{{"kind": {kind}, "status": {status}, "amount": "10.00"}}]}}]"#
        );
        assert_eq!(shopify_order(&[("/refunds", &refunds)]).refunded, 1000, "{kind}");
    }
}

#[test]
fn a_draft_of_woocommerce_is_none_of_the_sales_with_any_space_around_its_status() {
    for status in ["\u{a0}checkout-draft", "auto-draft\u{200b}", " WC-Checkout-Draft "] {
        let body = patched(&woocommerce_body(), &[("/status", &json!(status).to_string())]);
        let delivery = webhook::read(&body, Some("order.updated"), received_at());
        assert_eq!(delivery, Ok(Delivery::Draft), "{status}");
    }
}

#[test]
fn returned_units_that_are_not_told_keep_those_of_an_earlier_report() {
    let facts = |refunded: &str| {
        let patches = [("/line_items/0/refunded", refunded)];
        let body = patched(&woocommerce_body(), &patches);
        match webhook::read(&body, Some("order.updated"), received_at()) {
            Ok(Delivery::Sale(reported)) => reported.facts,
            other => panic!("{refunded}: {other:?}"),
        }
    };
    let returned = |told: &str| {
        let facts = facts("1").merge(facts(told));
        facts.sale().map(|sale| sale.lines[0].refunded)
    };
    for absent in ["null", "false", "\"\"", "\"N/A\""] {
        assert_eq!(facts(absent), facts("null"), "{absent}");
        assert_eq!(returned(absent), Some(1), "{absent}");
    }
    assert_ne!(facts("0"), facts("null"));
}

#[test]
fn units_after_edits_that_are_no_number_take_none_off() {
    for odd in ["false", "\"N/A\"", "\"-\"", "\"null\"", "null", "\"\"", "[]"] {
        let sale = shopify_order(&[("/line_items/0/current_quantity", odd)]);
        assert_eq!(units(&sale), 2, "{odd}");
    }
    for (current, left) in [("1", 1), ("0", 0), ("\"1.0\"", 1)] {
        let sale = shopify_order(&[("/line_items/0/current_quantity", current)]);
        assert_eq!(units(&sale), left, "{current}");
    }
}

#[test]
fn a_part_of_a_unit_however_small_is_one_unit() {
    for small in ["0.0000001", "1e-7", "0.00000000000001", "0.0000004"] {
        let quantity: Value = serde_json::from_str(small).unwrap();
        let items = json!([{"item_id": "A", "price": 1, "quantity": quantity}]);
        let entry = ga4_purchase(&json!({"transaction_id": "T", "value": 1, "items": items}));
        let patches = [("/line_items/0/quantity", small)];
        assert_eq!(units(&entry.unwrap()), 1, "{small}");
        assert_eq!(units(&woocommerce_order(&patches).unwrap()), 3, "{small}");
        assert_eq!(units(&shopify_order(&patches)), 1, "{small}");
    }
    for none in ["0", "0.0", "\"0,00\"", "-1e-7", "0e5"] {
        let sale = woocommerce_order(&[("/line_items/0/quantity", none)]).unwrap();
        assert_eq!(units(&sale), 2, "{none}");
    }
}

#[test]
fn skus_of_magento_are_compared_without_the_space_around_them() {
    for sku in ["A-M ", "\u{a0}A-M", "A-M"] {
        let products = json!([{"item_id": "A-M", "price": "20.00", "quantity": 1},
                              {"item_id": sku, "price": "0.00", "quantity": 1}]);
        let patches = [("/products", &*products.to_string())];
        let data = patched(crate::magento::TRACKING_DATA, &patches);
        let sale = convert(&data, |data| magento::purchase::sale(data, received_at())).unwrap();
        assert_eq!(units(&sale), 1, "{sku}");
    }
}

#[test]
fn every_currency_that_a_platform_offers_is_known() {
    for code in ["AZM", "BUK", "GEK", "GQE", "LSM", "NIC", "RHD", "YTL"] {
        let currency = Currency::from_str(code).unwrap();
        assert_eq!(currency.exponent(), 2, "{code}");
    }
}

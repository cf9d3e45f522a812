//! Shopify's `refunds/create` webhook.

use order_events::{Proof, Sale, SaleFacts, limits};
use serde_json::{Value, json};
use shop_adapters::shopify::order;
use shop_adapters::shopify::refund::{self, RefundFact};

use crate::support::{convert, copies, patched, sample};

/// A refund of one of two mugs, and of a part of the shipping.
const REFUND: &str = include_str!("../payloads/shopify-refund.json");

fn converted(patches: &[(&str, &str)]) -> Result<Sale, String> {
    convert(&patched(REFUND, patches), refund::sale)
}

#[test]
fn the_sample_tells_the_money_of_its_transactions() {
    insta::assert_json_snapshot!(convert(&sample("shopify-refund.json"), refund::sale));
}

#[test]
fn a_refund_tells_the_order_the_money_and_the_units() {
    insta::assert_json_snapshot!(converted(&[]));
}

/// Returns the refund as a fact of its own.
fn fact(patches: &[(&str, &str)]) -> Result<RefundFact, String> {
    let payload = shop_adapters::json::read(&patched(REFUND, patches)).unwrap();
    refund::fact(payload).map_err(|error| error.to_string())
}

#[test]
fn a_refund_is_a_fact_to_be_merged_with_the_order_in_any_order() {
    let order = convert(crate::shopify_order::ORDER.as_bytes(), order::sale).unwrap();
    let RefundFact { order_id, refund_id, refund } = fact(&[]).unwrap();
    assert_eq!((&order_id, refund_id.as_str()), (&order.id, "890088186047892319"));
    insta::assert_json_snapshot!(refund);
    let refunds = SaleFacts::from_refund(refund_id, refund);
    let sold = SaleFacts::from_snapshot(Proof::Verified, order.clone());
    let merged = sold.clone().merge(refunds.clone());
    assert_eq!(refunds.merge(sold), merged);
    let sale = merged.sale().unwrap();
    assert_eq!((sale.refunded, sale.lines[0].refunded, sale.total), (2889, 1, order.total));
}

#[test]
fn a_fact_needs_ids_and_a_currency() {
    insta::assert_json_snapshot!(
        [
            fact(&[("/id", "null")]),
            fact(&[("/order_id", r#""none""#)]),
            fact(&[("/created_at", "null"), ("/processed_at", "null")]),
            fact(&[("/refund_line_items", "null"), ("/transactions", "null")]),
        ]
        .map(Result::unwrap_err)
    );
    for nothing in
        [("/refund_line_items/0/quantity", "0"), ("/refund_line_items/0/line_item", "null")]
    {
        assert_eq!(fact(&[nothing]).unwrap().refund.lines, [], "{nothing:?}");
    }
}

#[test]
fn a_refund_of_shipping_alone_finds_its_currency_there() {
    let shipping = r#"[{"subtotal_amount_set": {
        "shop_money": {"amount": "5.00", "currency_code": "USD"},
        "presentment_money": {"amount": "4.50", "currency_code": "EUR"}}}]"#;
    for (currency, cents) in [("null", 2600), ("\"USD\"", 2600), ("\"EUR\"", 2889)] {
        let returned = fact(&[
            ("/refund_line_items", "[]"),
            ("/refund_shipping_lines", shipping),
            ("/transactions/0/currency", currency),
        ]);
        let returned = returned.unwrap().refund;
        assert_eq!((returned.amount, returned.currency.code()), (cents, "USD"), "{currency}");
    }
}

#[test]
fn entries_of_one_line_are_one_line() {
    let entry = patched(REFUND, &[]);
    let entry: serde_json::Value = serde_json::from_slice(&entry).unwrap();
    let entry = entry["refund_line_items"][0].to_string();
    let sale = converted(&[("/refund_line_items", &copies(&entry, 2))]).unwrap();
    assert_eq!((sale.lines.len(), sale.lines[0].refunded, sale.items_total), (1, 2, 5556));
    let most = copies(&entry, limits::LINES_PER_SALE);
    assert_eq!(converted(&[("/refund_line_items", &most)]).unwrap().lines, sale.lines);
}

#[test]
fn a_refund_of_too_many_lines_returns_all_money_and_the_first_lines() {
    let entry = r#"{"line_item_id": 1, "quantity": 1, "line_item": {"title": "Mug"}}"#;
    let lines = copies(entry, limits::LINES_PER_SALE + 1);
    let in_shop_money = [("/refund_line_items", &*lines), ("/transactions/0/currency", "\"USD\"")];
    let returned = fact(&in_shop_money).unwrap().refund;
    assert_eq!((returned.lines.len(), returned.amount), (limits::LINES_PER_SALE, 2600));
}

#[test]
fn a_refund_of_money_alone_finds_its_currency_elsewhere() {
    let adjustment = r#"[{"amount_set": {
        "shop_money": {"amount": "-28.89", "currency_code": "USD"},
        "presentment_money": {"amount": "-26.00", "currency_code": "EUR"}}}]"#;
    insta::assert_json_snapshot!([
        converted(&[("/refund_line_items", "[]"), ("/order_adjustments", adjustment)]),
        converted(&[("/refund_line_items", "null")]),
        converted(&[("/refund_line_items", "[]"), ("/transactions", "[]")]),
    ]);
}

#[test]
fn money_returned_in_the_buyers_currency_is_converted_at_the_lines_rate() {
    // 26.00 EUR at 26.67 USD for 24.00 EUR.
    assert_eq!(converted(&[]).unwrap().refunded, 2889);
    assert_eq!(converted(&[("/transactions/0/currency", r#""USD""#)]).unwrap().refunded, 2600);
    assert_eq!(converted(&[("/transactions/0/currency", r#""GBP""#)]).unwrap().refunded, 0);
}

#[test]
fn money_returned_is_in_shop_money_as_far_as_the_refund_lists_it() {
    let set = |shops: &str, buyers: &str| {
        json!({"shop_money": {"amount": shops, "currency_code": "USD"},
               "presentment_money": {"amount": buyers, "currency_code": "EUR"}})
    };
    let refunded = |lines: Value, adjustment: &Value, amount: &str| {
        let transaction =
            json!([{"kind": "refund", "status": "success", "amount": amount, "currency": "EUR"}]);
        let sale = converted(&[
            ("/refund_line_items", &lines.to_string()),
            ("/order_adjustments", &json!([{"amount_set": adjustment}]).to_string()),
            ("/transactions", &transaction.to_string()),
        ]);
        sale.unwrap().refunded
    };
    // A refund out of kindness.
    assert_eq!(refunded(json!([]), &set("-10.00", "-9.11"), "9.11"), 1000);
    // One mug of 20.00 USD with 2.00 USD of tax, less 5.00 USD for the way back.
    let mug = json!([{"line_item_id": 1, "quantity": 1, "subtotal_set": set("20.00", "18.22"),
                      "total_tax_set": set("2.00", "1.83"), "line_item": {"title": "Mug"}}]);
    let fee = set("5.00", "4.56");
    assert_eq!(refunded(mug.clone(), &fee, "15.49"), 1700);
    assert_eq!(refunded(mug.clone(), &fee, "13.66"), 1500, "where prices include the tax");
    // Less than the refund lists: at the rate of the mug.
    assert_eq!(refunded(mug, &fee, "9.11"), 1000);
}

#[test]
fn nothing_is_converted_at_a_rate_of_zero_or_less() {
    for amount in [r#""0.00""#, r#""-26.67""#] {
        let rate = "/refund_line_items/0/subtotal_set/shop_money/amount";
        assert_eq!(converted(&[(rate, amount)]).unwrap().refunded, 0, "{amount}");
    }
}

#[test]
fn a_refund_of_a_test_payment_is_a_test() {
    assert!(converted(&[("/transactions/0/test", "true")]).unwrap().test);
}

#[test]
fn what_is_no_refund_is_refused_by_its_field() {
    insta::assert_json_snapshot!([
        converted(&[("/order_id", "")]),
        converted(&[("/created_at", ""), ("/processed_at", "null")]),
        convert(&sample("shopify-order.json"), refund::sale),
    ]);
}

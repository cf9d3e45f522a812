//! Shopify's `orders/*` webhooks.

use order_events::{Sale, SaleStatus};
use shop_adapters::shopify::{checkout_completed, order, signature};

use crate::shopify_checkout_completed::EVENT;
use crate::support::{convert, patched, sample};

/// An order of a shop in US dollars whose buyer paid in euros; prices include 20 % tax.
pub(crate) const ORDER: &str = include_str!("../payloads/shopify-order.json");

fn converted(patches: &[(&str, &str)]) -> Result<Sale, String> {
    convert(&patched(ORDER, patches), order::sale)
}

#[test]
fn the_sample_becomes_a_sale() {
    insta::assert_json_snapshot!(convert(&sample("shopify-order.json"), order::sale));
}

#[test]
fn a_sale_is_in_the_shops_currency_and_without_tax() {
    insta::assert_json_snapshot!(converted(&[]));
}

#[test]
fn without_included_taxes_nothing_is_taken_out() {
    let sale = converted(&[("/taxes_included", "false")]).unwrap();
    assert_eq!((sale.items_total, sale.lines[0].total), (5333, 5334));
}

#[test]
fn pixel_and_webhook_of_one_order_have_one_id() {
    let seen = convert(EVENT.as_bytes(), checkout_completed::sale).unwrap();
    let sent = converted(&[]).unwrap();
    assert_eq!((seen.platform, seen.id), (sent.platform, sent.id));
}

#[test]
fn an_order_without_sets_is_told_in_plain_amounts() {
    let sets = [
        ("/total_price_set", ""),
        ("/subtotal_price_set", "null"),
        ("/line_items/0/price_set", ""),
        ("/line_items/0/discount_allocations/0/amount_set", ""),
        ("/line_items/0/tax_lines/0/price_set", ""),
    ];
    insta::assert_json_snapshot!(converted(&sets));
}

#[test]
fn a_list_of_one_stands_for_its_entry_and_a_list_of_several_for_none() {
    let set = |amount: &str| format!(r#"{{"shop_money": {{"amount": "{amount}"}}}}"#);
    let (one, other) = (set("70.00"), set("80.00"));
    let total = |sets: &str| {
        let patches = [("/total_price_set", sets), ("/total_price", r#""60.00""#)];
        let without_edits =
            [("/current_total_price_set", "null"), ("/current_total_price", "null")];
        converted(&[patches, without_edits].concat()).unwrap().total
    };
    assert_eq!(total(&one), 7000);
    assert_eq!(total(&format!("[{one}]")), 7000);
    assert_eq!(total(&format!("[{one}, {other}]")), 6000, "the plain amount");
    let whole = convert(format!("[{ORDER}]").as_bytes(), order::sale);
    assert_eq!(whole, converted(&[]));
}

#[test]
fn the_status_follows_money_and_cancellation() {
    let status = |financial: &str| converted(&[("/financial_status", financial)]).unwrap().status;
    for (financial, expected) in [
        ("pending", SaleStatus::Placed),
        ("authorized", SaleStatus::Placed),
        ("partially_paid", SaleStatus::Placed),
        ("paid", SaleStatus::Paid),
        ("partially_refunded", SaleStatus::Paid),
        ("refunded", SaleStatus::Refunded),
        ("voided", SaleStatus::Cancelled),
        ("something new", SaleStatus::Placed),
    ] {
        assert_eq!(status(&format!("\"{financial}\"")), expected, "{financial}");
    }
    assert_eq!(status("null"), SaleStatus::Placed);
    let cancelled = converted(&[("/cancelled_at", r#""2026-11-23T10:00:00Z""#)]).unwrap();
    assert_eq!(cancelled.status, SaleStatus::Cancelled);
}

#[test]
fn a_test_order_is_marked() {
    assert!(converted(&[("/test", "true")]).unwrap().test);
    assert!(!converted(&[("/test", "null")]).unwrap().test);
}

#[test]
fn refunds_count_successful_transactions_and_units() {
    let refunds = r#"[
        {"id": 1, "refund_line_items": [{"line_item_id": 487817672276298554, "quantity": 1}],
         "transactions": [
            {"kind": "refund", "status": "success", "amount": "25.00", "currency": "EUR"},
            {"kind": "refund", "status": "pending", "amount": "1.00", "currency": "EUR"},
            {"kind": "void", "status": "success", "amount": "1.00", "currency": "EUR"}]},
        {"id": 2, "refund_line_items": [{"line_item_id": 1, "quantity": 1}],
         "transactions": [
            {"kind": "refund", "status": "success", "amount": "2.00", "currency": null}]}
    ]"#;
    let sale = converted(&[("/refunds", refunds)]).unwrap();
    // 25.00 EUR at 60.00 USD for 54.00 EUR, and 2.00 USD.
    assert_eq!((sale.refunded, sale.lines[0].refunded), (2978, 1));
}

#[test]
fn money_returned_in_the_buyers_currency_is_converted_at_the_orders_rate() {
    let refund = |amount: &str, currency: &str| {
        let refunds = format!(
            r#"[{{"transactions": [{{"kind": "refund", "status": "success",
                  "amount": "{amount}", "currency": "{currency}"}}]}}]"#
        );
        converted(&[("/refunds", &refunds)]).map(|sale| sale.refunded)
    };
    assert_eq!(refund("60.00", "USD"), Ok(6000));
    assert_eq!(refund("54.00", "EUR"), Ok(6000));
    assert_eq!(refund("0.01", "EUR"), Ok(1));
    assert_eq!(refund("54.00", "GBP"), Ok(0));
}

#[test]
fn more_units_returned_than_bought_are_all_of_them() {
    let refunds =
        r#"[{"refund_line_items": [{"line_item_id": 487817672276298554, "quantity": 9}]}]"#;
    assert_eq!(converted(&[("/refunds", refunds)]).unwrap().lines[0].refunded, 2);
}

#[test]
fn an_imported_order_was_sold_when_it_was_processed() {
    let sold_at =
        |processed: &str| converted(&[("/processed_at", processed)]).unwrap().sold_at.to_string();
    assert_eq!(sold_at(r#""2019-03-01T00:00:00Z""#), "2019-03-01T00:00:00Z");
    assert_eq!(sold_at("null"), "2026-11-22T10:00:00Z");
}

#[test]
fn ids_are_exact_and_absent_where_a_product_was_deleted() {
    let line = |product: &str, variant: &str| {
        let sale = converted(&[
            ("/line_items/0/product_id", product),
            ("/line_items/0/variant_id", variant),
        ]);
        sale.map(|sale| (sale.lines[0].product.clone(), sale.lines[0].variant.clone())).unwrap()
    };
    let exact = |id: &str| Some(id.to_owned());
    assert_eq!(
        line("9007199254740993", "18446744073709551615"),
        (exact("9007199254740993"), exact("18446744073709551615"))
    );
    assert_eq!(line("null", r#""43""#), (None, exact("43")));
}

#[test]
fn a_gift_card_is_a_line_like_any_other() {
    let line = r#"[{"id": 1, "title": "Gift card", "quantity": 1, "gift_card": true, "sku": "",
                    "price_set": {"shop_money": {"amount": "53.33", "currency_code": "USD"}},
                    "tax_lines": []}]"#;
    insta::assert_json_snapshot!(converted(&[("/line_items", line)]));
}

#[test]
fn what_cannot_be_a_sale_is_refused_by_its_field() {
    insta::assert_json_snapshot!([
        converted(&[("/id", "")]),
        converted(&[("/id", r#""A-7""#)]),
        converted(&[("/created_at", ""), ("/processed_at", "")]),
        converted(&[
            ("/total_price", "null"),
            ("/total_price_set", "null"),
            ("/subtotal_price", "null"),
            ("/subtotal_price_set", "null"),
            ("/line_items", "[]"),
        ]),
        convert(&sample("shopify-refund.json"), order::sale),
    ]);
}

#[test]
fn the_signature_is_over_the_raw_body_with_the_secret_as_text() {
    let secret = "5f4dcc3b5aa765d61d8327deb882cf995f4dcc3b5aa765d61d8327deb882cf99";
    let body = sample("shopify-order.json");
    // Computed with: openssl dgst -sha256 -hmac "$secret" -binary shopify-order.json | base64
    let signature = "XumuXAvFUjIj6iWbslEneRoCLXT9qrE7RHWwkOw88eY=";
    assert!(signature::verify(secret, &body, signature));
    assert!(!signature::verify(&secret.to_uppercase(), &body, signature));
    assert!(!signature::verify(secret, &body[..body.len() - 1], signature));
    assert!(!signature::verify(secret, &body, &signature.to_lowercase()));
    assert!(!signature::verify(secret, &body, "not base64"));
}

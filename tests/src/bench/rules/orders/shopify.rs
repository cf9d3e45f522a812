//! Shopify's orders.

use super::{Orders, Platform, replaced, sample};
use crate::Failure;

/// Digits of Shopify's real ids. Those of its documentation have eighteen, which a JavaScript
/// number cannot hold exactly. Reading them exactly would cost the baseline a second, slow pass
/// that real orders do not need.
const ID_DIGITS: usize = 13;

const VARIATIONS: [(&str, &str); 35] = [
    (r#""financial_status": "paid""#, r#""financial_status": "voided""#),
    (r#""financial_status": "paid""#, r#""financial_status": "refunded""#),
    (r#""financial_status": "paid""#, r#""financial_status": "partially_refunded""#),
    (r#""financial_status": "paid""#, r#""financial_status": null"#),
    (r#""cancelled_at": null"#, r#""cancelled_at": "2022-01-01T00:00:00Z""#),
    (r#""test": true"#, r#""test": null"#),
    (r#""presentment_currency": "USD""#, r#""presentment_currency": "EUR""#),
    (r#""presentment_currency": "USD""#, r#""presentment_currency": null"#),
    (r#""presentment_currency": "USD""#, r#""presentment_currency": "usd""#),
    (r#""presentment_currency": "USD""#, r#""presentment_currency": "XXX""#),
    (r#""quantity": 1,"#, r#""quantity": 3,"#),
    (r#""price": "89.99""#, r#""price": "1.00""#),
    (r#""amount": "89.99""#, r#""amount": "1.00""#),
    (r#""subtotal_price_set": {"#, r#""subtotal_price_set": null, "not": {"#),
    (r#""subtotal_price": "404.95""#, r#""subtotal_price": "90071992547409.92""#),
    (r#""total_price_set": {"#, r#""total_price_set": null, "not": {"#),
    (r#""taxes_included": false"#, r#""taxes_included": true"#),
    (r#""discount_codes": []"#, r#""discount_codes": [{"code": "trees"}]"#),
    (r#""note_attributes": []"#, r#""note_attributes": [{"name": "plant_trees", "value": "on"}]"#),
    (r#""note_attributes": []"#, r#""note_attributes": [{"name": "plant_trees", "value": "?"}]"#),
    (r#""processed_at": "2021-12-31"#, r#""processed_at": "2026-12-31"#),
    (r#""processed_at": "2021-12-31"#, r#""processed_at": "2020-12-31"#),
    (r#""processed_at": "2021-12-31T19:00:00-05:00""#, r#""processed_at": null"#),
    (r#""sku": "SKU2006-001""#, r#""sku": " SKU2006-020""#),
    (r#""sku": "SKU2006-001""#, r#""sku": null"#),
    (r#""title": "Aviator sunglasses""#, r#""title": "A GIFT CARD""#),
    (r#""title": "Mid-century lounger""#, r#""title": "Mid-century LOUNGER""#),
    (r#""product_id": 7880321196742"#, r#""product_id": 7880321196743"#),
    (r#""product_id": 7880321196742"#, r#""product_id": 788032119674292922"#),
    (r#""variant_id": null"#, r#""variant_id": 102"#),
    (r#""discount_allocations": []"#, r#""discount_allocations": [{"amount": "9.99"}]"#),
    (r#""discount_allocations": []"#, r#""discount_allocations": [{"amount": "90.00"}]"#),
    (
        r#""refunds": []"#,
        r#""refunds": [{"transactions": [{"kind": "refund",
        "status": "success", "amount": "104.95", "currency": "USD"}], "refund_line_items": [
        {"line_item_id": 9763183771065, "quantity": 1}]}]"#,
    ),
    (
        r#""refunds": []"#,
        r#""refunds": [{"transactions": [{"kind": "refund",
        "status": "success", "amount": "404.95"}]}]"#,
    ),
    (
        r#""refunds": []"#,
        r#""refunds": [{"transactions": [{"kind": "refund",
        "status": "success", "amount": "1.00", "currency": "EUR"}]}]"#,
    ),
];

/// The taxes of the first line, and a tax that prices include.
const NO_TAX: &str = "\"tax_lines\": [],\n      \"duties\"";
const TAX: &str = r#""tax_lines": [{"price": "7.43"}], "duties""#;

/// The total in the shop's currency and in another one, so that a refund in the latter is
/// converted.
const TOTAL: &str = r#""total_price_set": {
    "shop_money": {
      "amount": "404.95",
      "currency_code": "USD""#;
const TOTAL_IN_EUROS: &str =
    r#""total_price_set": {"shop_money": {"amount": "350.01", "currency_code": "EUR""#;

/// 4.9518 USD: rounded to the nearest cent, it leaves 400.00 USD; one cent more would leave less.
const REFUND_IN_EUROS: &str = r#""refunds": [{"transactions": [{"kind": "refund",
    "status": "success", "amount": "4.28", "currency": "EUR"}]}]"#;

impl Orders {
    /// Returns variations of the documentation's order of five lines. The documentation's order is
    /// cancelled and would order no tree, so these are not cancelled.
    pub(in crate::bench::rules) fn shopify() -> Result<Self, Failure> {
        let cancelled = sample("shopify-order.json")?;
        let body = replaced(&cancelled, r#""voided""#, r#""paid""#)?;
        let at = r#""cancelled_at": "2021-12-31T19:00:00-05:00""#;
        let body = replaced(&body, at, r#""cancelled_at": null"#)?;
        let short = with_short_ids(&body);
        let different = (r#""id": 82098291"#, r#""quantity": 1,"#);
        let mut orders = Self::like(Platform::Shopify, "Shopify", &short, different, &VARIATIONS)?;
        let taxed = replaced(&short, r#""taxes_included": false"#, r#""taxes_included": true"#)?;
        let taxed = replaced(&taxed, NO_TAX, TAX)?;
        let in_two = replaced(&short, TOTAL, TOTAL_IN_EUROS)?;
        let in_two = replaced(&in_two, r#""refunds": []"#, REFUND_IN_EUROS)?;
        orders.compared.extend([cancelled, body, taxed, in_two]);
        Ok(orders)
    }
}

/// Returns the body with every longer number cut to [`ID_DIGITS`].
fn with_short_ids(body: &str) -> String {
    let mut digits = 0_usize;
    let keep = |character: &char| {
        digits = if character.is_ascii_digit() { digits.saturating_add(1) } else { 0 };
        digits <= ID_DIGITS
    };
    body.chars().filter(keep).collect()
}

//! The data island of our `WordPress` plugin.

use order_events::{Sale, SaleStatus, limits};
use shop_adapters::woocommerce::{island, order, signature};

use crate::support::{convert, copies, patched, request};

/// What the shop of the samples would print for the order that was refunded in part.
pub(crate) const ISLAND: &str = include_str!("../payloads/woocommerce-island.json");

fn converted(patches: &[(&str, &str)]) -> Result<Sale, String> {
    convert(&patched(ISLAND, patches), island::sale)
}

#[test]
fn an_island_becomes_a_sale() {
    insta::assert_json_snapshot!(converted(&[]));
}

#[test]
fn island_and_webhook_of_one_order_tell_the_same_sale() {
    let (_, body) = request("woocommerce-order-updated-partial-refund.http");
    let sent = convert(&body, order::sale).unwrap();
    let mut printed = converted(&[]).unwrap();
    // These three only the island knows.
    printed.opted_in = None;
    printed.lines[0].refunded = 0;
    printed.lines[0].collections.clear();
    assert_eq!(printed, sent);
}

#[test]
fn a_status_of_the_shops_making_counts_by_whether_it_was_paid() {
    let status = |paid: &str| {
        converted(&[("/status", r#""awaiting-pickup""#), ("/paid", paid)]).unwrap().status
    };
    assert_eq!(status("true"), SaleStatus::Paid);
    assert_eq!(status("false"), SaleStatus::Placed);
    assert_eq!(status("null"), SaleStatus::Placed);
}

#[test]
fn optional_fields_may_be_missing() {
    let line = r#"[{"title": "Mug", "quantity": "2", "total": "3", "collections": ["", "a "]}]"#;
    insta::assert_json_snapshot!(converted(&[
        ("/updated_at", ""),
        ("/paid", ""),
        ("/refunded", ""),
        ("/coupons", ""),
        ("/opted_in", ""),
        ("/lines", line),
    ]));
}

#[test]
fn more_units_returned_than_bought_are_all_of_them() {
    assert_eq!(converted(&[("/lines/0/refunded", "3")]).unwrap().lines[0].refunded, 2);
}

#[test]
fn a_signed_island_is_verified_over_its_exact_bytes() {
    // Computed with: printf '{"id":19}' | openssl dgst -sha256 -hmac shop-secret -binary | base64
    let signature = "o6YkBXWvE0hMMDXv0xzCn7MKfDvm4cNJf5Zeh7CozhM=";
    assert!(signature::verify("shop-secret", br#"{"id":19}"#, signature));
    assert!(!signature::verify("shop-secret", br#"{"id": 19}"#, signature));
}

#[test]
fn what_cannot_be_a_sale_is_refused_by_its_field() {
    let collections = copies(r#""mugs""#, limits::NAMES_PER_LIST + 1);
    insta::assert_json_snapshot!([
        converted(&[("/id", "null")]),
        converted(&[("/sold_at", r#""2026-11-22T08:51:49""#)]),
        converted(&[("/status", "")]),
        converted(&[("/opted_in", r#""yes""#)]),
        converted(&[("/refunded", r#""-10.00""#)]),
        converted(&[("/lines/0/refunded", "-1")]),
        converted(&[("/lines/0/sku", r#""A\tB""#)]),
        converted(&[("/lines/0/collections", &collections)]),
        converted(&[("/lines/0/variant", &format!("\"{}\"", "v".repeat(limits::ID_BYTES + 1)))]),
    ]);
}

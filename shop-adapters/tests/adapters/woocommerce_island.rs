//! The data island of our `WordPress` plugin.

use order_events::{Proof, Sale, SaleStatus};
use shop_adapters::woocommerce::signed_island::{self, SignedIslandError};
use shop_adapters::woocommerce::{island, order, signature};

use crate::support::{convert, patched, request, sign};

/// The island that the sample shop would print for the partially refunded order.
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
    // Only the island has these three fields.
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
    insta::assert_json_snapshot!([
        converted(&[("/id", "null")]),
        converted(&[("/sold_at", "null")]),
        converted(&[("/status", "")]),
        converted(&[("/total", r#""gratis""#), ("/lines", "[]")]),
    ]);
}

#[test]
fn fees_that_take_off_reduce_what_the_items_cost() {
    let items_total = |fees: &str| converted(&[("/fees", fees)]).unwrap().items_total;
    let whole = items_total("null");
    assert_eq!(items_total(r#"["-2.00", "5.00", "-0.50", "?"]"#), whole - 250);
    assert_eq!(items_total(r#"["-1000.00"]"#), 0);
}

#[test]
fn a_signed_island_is_a_verified_sale() {
    let sign = |text: &str| sign("shop-secret", text);
    let signed = signed_island::read("shop-secret", ISLAND, &sign(ISLAND)).unwrap();
    let sale = converted(&[]).unwrap();
    assert_eq!((signed.sale_id, signed.facts.proof()), (sale.id.clone(), Some(Proof::Verified)));
    assert_eq!(signed.facts.sale(), Some(sale));
    // Returned units that are absent keep those of an earlier report.
    for absent in ["null", "false", "\"\""] {
        let text = patched(ISLAND, &[("/lines/0/refunded", absent)]);
        let text = String::from_utf8(text).unwrap();
        let later = signed_island::read("shop-secret", &text, &sign(&text)).unwrap();
        let merged = signed.facts.clone().merge(later.facts).sale();
        assert_eq!(merged.map(|sale| sale.lines[0].refunded), Some(1), "{absent}");
    }
    assert!(!signed.facts.snapshot().unwrap().units_unknown);
    let wrong = Err(SignedIslandError::WrongSignature);
    assert_eq!(signed_island::read("another", ISLAND, &sign(ISLAND)), wrong);
    assert_eq!(signed_island::read("shop-secret", &ISLAND.replace('2', "9"), &sign(ISLAND)), wrong);
    for text in ["{}", "not JSON"] {
        let error = signed_island::read("shop-secret", text, &sign(text)).unwrap_err();
        assert!(matches!(error, SignedIslandError::Unreadable(_)), "{text}: {error}");
    }
}

#[test]
fn a_signed_island_without_returned_units_does_not_forget_them() {
    let told = |units: &str, updated_at: &str| {
        let patches = [
            ("/lines/0/refunded", units),
            ("/refunded", "\"10.00\""),
            ("/updated_at", &format!("\"{updated_at}\"")),
        ];
        let text = String::from_utf8(patched(ISLAND, &patches)).unwrap();
        signed_island::read("shop-secret", &text, &sign("shop-secret", &text)).unwrap().facts
    };
    let reported = told("1", "2026-11-23T09:00:00Z");
    for (units, expected) in [("", 1), ("null", 1), ("0", 0)] {
        let later = told(units, "2026-11-24T09:00:00Z");
        for facts in [reported.clone().merge(later.clone()), later.merge(reported.clone())] {
            assert_eq!(facts.sale().unwrap().lines[0].refunded, expected, "{units:?}");
        }
    }
}

#[test]
fn without_the_price_of_an_item_the_items_cost_the_total() {
    for total in ["", "null", "\"\"", "\"undefined\"", "[]"] {
        let sale = converted(&[("/lines/0/total", total)]).unwrap();
        assert_eq!((sale.items_total, sale.lines[0].total), (sale.total, 0), "{total}");
    }
    let known = r#"[{"title": "Mug", "total": "99.00"}, {"title": "Tea"}]"#;
    let sale = converted(&[("/lines", known), ("/total", "45"), ("/fees", "[]")]).unwrap();
    assert_eq!((sale.total, sale.items_total), (4500, 9900));
}

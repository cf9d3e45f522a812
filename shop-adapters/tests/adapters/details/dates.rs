//! Dates in the formats of shops, in every field of every platform.

use order_events::{Sale, SaleStatus};
use serde_json::{Value, json};
use shop_adapters::{Found, json as reader, shopify};

use super::{island, woocommerce_order};
use crate::shopify_checkout_completed::EVENT;
use crate::shopify_order::ORDER;
use crate::support::{convert, patched, sample};

/// One instant in the formats of shops.
const NINE_IN_THE_MORNING: [&str; 20] = [
    r#""2026-11-20T09:00:00Z""#,
    r#""2026-11-20T09:00:00""#,
    r#""2026-11-20T09:00:00+0000""#,
    r#""2026-11-20T09:00:00+00""#,
    r#""2026-11-20T04:00:00-0500""#,
    r#""2026-11-20T04:00:00-05""#,
    r#""2026-11-20T04:00:00.000-05:00""#,
    r#""2026-11-20 09:00:00 +0000""#,
    r#""2026-11-20 14:30:00 +05:30""#,
    r#""2026-11-20 09:00:00 UTC""#,
    r#""2026-11-20 09:00:00 GMT""#,
    r#""2026-11-20T09:00Z""#,
    r#""2026-11-20T09:00""#,
    r#""2026-11-20T10:00+0100""#,
    r#""2026-11-20t09:00:00z""#,
    r#""\u00a02026-11-20T09:00:00Z\n""#,
    "1795165200",
    r#""1795165200""#,
    "1795165200000",
    r#""1795165200000""#,
];

fn pixel(timestamp: &str) -> Result<Sale, String> {
    convert(&patched(EVENT, &[("/timestamp", timestamp)]), shopify::checkout_completed::sale)
}

fn shopify_order(patches: &[(&str, &str)]) -> Result<Sale, String> {
    convert(&patched(ORDER, patches), shopify::order::sale)
}

fn refund(patches: &[(&str, &str)]) -> Result<Sale, String> {
    let body = String::from_utf8(sample("shopify-refund.json")).unwrap();
    convert(&patched(&body, patches), shopify::refund::sale)
}

/// Returns the sale of an order without a time, with the page's own time.
fn seen(at: &str) -> Sale {
    let entry = json!({"event": "purchase",
        "ecommerce": {"transaction_id": "T", "value": 1, "currency": "USD"}});
    let at: Value = serde_json::from_str(at).unwrap();
    let found = json!({"ga4": {"at": at, "entry": entry}}).to_string();
    reader::read::<Found>(found.as_bytes()).unwrap().into_sale().unwrap()
}

#[test]
fn a_date_is_read_alike_in_every_field_of_every_platform() {
    for date in NINE_IN_THE_MORNING {
        let woocommerce = woocommerce_order(&[("/date_created_gmt", date)]).unwrap();
        let modified = woocommerce_order(&[("/date_modified_gmt", date)]).unwrap();
        let processed = shopify_order(&[("/processed_at", date)]).unwrap();
        let updated = shopify_order(&[("/updated_at", date)]).unwrap();
        let created = [("/processed_at", "null"), ("/created_at", date)];
        for read in [
            woocommerce.sold_at,
            modified.updated_at,
            processed.sold_at,
            updated.updated_at,
            shopify_order(&created).unwrap().sold_at,
            refund(&[("/created_at", date)]).unwrap().sold_at,
            pixel(date).unwrap().sold_at,
            island(&[("/sold_at", date)]).unwrap().sold_at,
            island(&[("/updated_at", date)]).unwrap().updated_at,
            seen(date).sold_at,
        ] {
            assert_eq!(read.to_string(), "2026-11-20T09:00:00Z", "{date}");
        }
    }
}

#[test]
fn what_is_no_date_is_read_as_none() {
    for text in [
        "soon",
        "20/11/2026",
        "2026-11-20T09",
        "2026-11-20T09:00:00+",
        "2026-11-20T09:00:00+0",
        "2026-11-20T09:00:00+010",
        "2026-11-20T09:00:00+25:00",
        "2026-11-20T09:00:00 GST",
        "2026-13-20",
        "20261120",
        "20261120090000",
        "0000000000",
        "+",
        "2026-11-2\u{e9}",
    ] {
        let error = pixel(&json!(text).to_string()).unwrap_err();
        assert!(error.starts_with("timestamp is not an instant"), "{text}: {error}");
    }
}

#[test]
fn an_order_with_a_date_of_its_cancellation_is_cancelled_also_if_the_date_is_unreadable() {
    for date in NINE_IN_THE_MORNING {
        let sale = shopify_order(&[("/cancelled_at", date)]).unwrap();
        assert_eq!(sale.status, SaleStatus::Cancelled, "{date}");
    }
    for (written, expected) in [
        ("true", SaleStatus::Cancelled),
        ("\"yesterday\"", SaleStatus::Cancelled),
        ("\"01/12/2026\"", SaleStatus::Cancelled),
        ("null", SaleStatus::Paid),
        ("\"\"", SaleStatus::Paid),
        ("\"null\"", SaleStatus::Paid),
        ("false", SaleStatus::Paid),
        ("0", SaleStatus::Paid),
        ("{}", SaleStatus::Paid),
        ("\"0000-00-00 00:00:00\"", SaleStatus::Paid),
        ("\"-0001-11-30T00:00:00\"", SaleStatus::Paid),
        ("\"1970-01-01T00:00:00Z\"", SaleStatus::Paid),
        ("\"1969-12-31T19:00:00-05:00\"", SaleStatus::Paid),
    ] {
        let sale = shopify_order(&[("/cancelled_at", written)]).unwrap();
        assert_eq!(sale.status, expected, "{written}");
    }
}

#[test]
fn an_order_with_any_date_of_payment_is_paid() {
    let status = |patches: &[(&str, &str)]| {
        let own = [&[("/status", "\"shipped\"")], patches].concat();
        woocommerce_order(&own).unwrap().status
    };
    for date in NINE_IN_THE_MORNING {
        let in_utc = [("/date_paid_gmt", date), ("/date_paid", "null")];
        let of_shop = [("/date_paid_gmt", "null"), ("/date_paid", date)];
        let alone = [("/date_paid_gmt", ""), ("/date_paid", date)];
        for patches in [in_utc, of_shop, alone] {
            assert_eq!(status(&patches), SaleStatus::Paid, "{patches:?}");
        }
    }
    let unpaid = [("/date_paid_gmt", "null"), ("/date_paid", "\"0000-00-00\"")];
    assert_eq!(status(&unpaid), SaleStatus::Placed);
    // The date in UTC decides, also if it is empty.
    for date in NINE_IN_THE_MORNING {
        let emptied = [("/date_paid_gmt", "\"\""), ("/date_paid", date)];
        assert_eq!(status(&emptied), SaleStatus::Placed, "{date}");
    }
}

#[test]
fn a_refund_without_the_date_it_was_made_has_the_date_it_was_processed() {
    for created in ["null", "\"\"", "\"0000-00-00\"", "\"soon\""] {
        let processed = "\"2026-11-21T09:00:00-05:00\"";
        let sale = refund(&[("/created_at", created), ("/processed_at", processed)]).unwrap();
        assert_eq!(sale.sold_at.to_string(), "2026-11-21T14:00:00Z", "{created}");
    }
    let error = refund(&[("/created_at", "null"), ("/processed_at", "null")]).unwrap_err();
    assert!(error.starts_with("created_at is missing"), "{error}");
}

//! Wix's `Purchase`.

use order_events::Sale;
use shop_adapters::wix::purchase;

use crate::support::{convert, patched, received_at};

pub(crate) const PURCHASE: &str = include_str!("../payloads/wix-purchase.json");

fn converted(patches: &[(&str, &str)]) -> Result<Sale, String> {
    convert(&patched(PURCHASE, patches), |payload| purchase::sale(payload, received_at()))
}

#[test]
fn a_purchase_becomes_a_sale() {
    insta::assert_json_snapshot!(converted(&[]));
}

#[test]
fn items_cost_no_more_than_the_buyer_was_charged() {
    let sale = converted(&[("/revenue", r#""70.00""#), ("/coupon", r#""TENOFF""#)]).unwrap();
    assert_eq!((sale.total, sale.items_total, sale.lines[0].total), (7000, 7000, 8060));
    assert_eq!(sale.coupons, ["TENOFF"]);
}

#[test]
fn without_revenue_the_buyer_was_charged_what_the_items_cost() {
    for revenue in ["null", "\"\"", "\"undefined\""] {
        let sale = converted(&[("/revenue", revenue)]).unwrap();
        assert_eq!((sale.total, sale.items_total), (8060, 8060), "{revenue}");
    }
}

#[test]
fn what_cannot_be_a_sale_is_refused_by_its_field() {
    insta::assert_json_snapshot!([
        converted(&[("/orderId", "")]),
        converted(&[("/orderId", r#""null""#)]),
        converted(&[("/revenue", "null"), ("/contents", "[]")]),
    ]);
}

#[test]
fn a_price_in_another_currency_or_without_one_is_unknown() {
    for patch in [("/contents/0/currency", r#""USD""#), ("/contents/0/price", "")] {
        let sale = converted(&[patch]).unwrap();
        assert_eq!((sale.items_total, sale.lines[0].total), (sale.total, 0), "{patch:?}");
    }
}

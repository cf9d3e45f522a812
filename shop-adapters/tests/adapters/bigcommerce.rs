//! `BigCommerce`'s storefront order.

use order_events::{Currency, Sale, SaleStatus};
use shop_adapters::bigcommerce::order;

use crate::support::{convert, patched, received_at};

pub(crate) const ORDER: &str = include_str!("../payloads/bigcommerce-order.json");

fn converted(patches: &[(&str, &str)]) -> Result<Sale, String> {
    convert(&patched(ORDER, patches), |payload| order::sale(payload, received_at()))
}

#[test]
fn an_order_with_every_kind_of_item_becomes_a_sale() {
    insta::assert_json_snapshot!(converted(&[]));
}

#[test]
fn costs_that_are_not_told_are_none() {
    let sale = converted(&[
        ("/taxTotal", ""),
        ("/shippingCostTotal", "null"),
        ("/handlingCostTotal", ""),
        ("/giftWrappingCostTotal", ""),
        ("/lineItems", "null"),
        ("/coupons", "null"),
    ])
    .unwrap();
    assert_eq!((sale.total, sale.items_total, sale.lines.len()), (29250, 29250, 0));
}

#[test]
fn what_cannot_be_a_sale_is_refused_by_its_field() {
    insta::assert_json_snapshot!([
        converted(&[("/orderId", "null")]),
        converted(
            &[("/orderAmount", ""), ("/orderAmountAsInteger", "null"), ("/lineItems", "[]"),]
        ),
        converted(&[("/orderAmount", "-1")]),
    ]);
}

#[test]
fn the_categories_of_an_item_are_its_collections() {
    let names = [("/lineItems/physicalItems/0/categoryNames", r#"["Mugs", "", "Kitchen"]"#)];
    assert_eq!(converted(&names).unwrap().lines[0].collections, ["Mugs", "Kitchen"]);
}

#[test]
fn a_currency_that_is_no_object_costs_the_currency() {
    for currency in [r#""EUR""#, "null", "[]", "978"] {
        let sale = converted(&[("/currency", currency)]).unwrap();
        assert_eq!((sale.currency, sale.total), (Currency::UNKNOWN, 29250), "{currency}");
    }
}

#[test]
fn an_order_paid_by_credit_counts_what_was_bought() {
    let certificate = r#"[{"providerId": "giftcertificate", "amount": 200}]"#;
    let bought = converted(&[]).unwrap().items_total;
    for amount in ["0", "15.00", "92.50"] {
        let paid = [("/orderAmount", amount), ("/payments", certificate)];
        assert_eq!(converted(&paid).unwrap().items_total, bought, "{amount}");
        // Without a coupon nothing else explains that the items cost less.
        let silent = [("/orderAmount", amount), ("/coupons", "[]")];
        assert_eq!(converted(&silent).unwrap().items_total, bought, "{amount}");
    }
    let discounted = [("/orderAmount", "15.00"), ("/coupons", "[]"), ("/discountAmount", "55.00")];
    assert_eq!(converted(&discounted).unwrap().items_total, bought - 5500);
}

#[test]
fn a_status_that_says_so_is_no_paid_sale() {
    for (status, expected) in [
        ("AWAITING_PAYMENT", SaleStatus::Placed),
        ("awaiting_payment", SaleStatus::Placed),
        ("Awaiting Payment", SaleStatus::Placed),
        ("Awaiting Fulfillment", SaleStatus::Paid),
        ("PENDING", SaleStatus::Placed),
        ("INCOMPLETE", SaleStatus::Placed),
        ("DECLINED", SaleStatus::Cancelled),
        ("CANCELLED", SaleStatus::Cancelled),
        ("REFUNDED", SaleStatus::Refunded),
        ("AWAITING_FULFILLMENT", SaleStatus::Paid),
        ("PARTIALLY_REFUNDED", SaleStatus::Paid),
        ("", SaleStatus::Paid),
    ] {
        let sale = converted(&[("/status", &format!("\"{status}\""))]).unwrap();
        assert_eq!(sale.status, expected, "{status}");
    }
}

#[test]
fn without_its_amount_an_order_costs_the_amount_in_minor_units() {
    let integer = ("/orderAmountAsInteger", "4800");
    for amount in ["null", "\"\"", "\"undefined\""] {
        let sale = converted(&[("/orderAmount", amount), integer]).unwrap();
        assert_eq!(sale.total, 4800, "{amount}");
    }
    assert_eq!(converted(&[("/orderAmount", "50"), integer]).unwrap().total, 5000);
    let thousands = [("/orderAmount", "null"), ("/orderAmountAsInteger", r#""4,800""#)];
    assert_eq!(converted(&thousands).unwrap().total, 4800);
    let negative =
        [("/orderAmount", "null"), ("/orderAmountAsInteger", "-1"), ("/lineItems", "[]")];
    assert!(converted(&negative).unwrap_err().starts_with("orderAmount is missing"));
}

//! `BigCommerce`'s storefront order.

use order_events::{Sale, limits};
use shop_adapters::bigcommerce::order;

use crate::support::{convert, copies, patched, received_at};

pub(crate) const ORDER: &str = r#"{
    "orderId": 124, "cartId": "00000000-0000-0000-0000-000000000000",
    "currency": {"name": "US Dollar", "code": "USD", "symbol": "$", "decimalPlaces": 2},
    "isTaxIncluded": false, "baseAmount": 265, "discountAmount": 0, "orderAmount": 292.5,
    "orderAmountAsInteger": 29250, "shippingCostTotal": 12.5, "handlingCostTotal": 0,
    "giftWrappingCostTotal": 5, "taxTotal": 20, "coupons": [{"id": "1", "code": "TENOFF"}],
    "billingAddress": {"firstName": "Ada", "email": "ada.buyer@example.com"},
    "lineItems": {
        "physicalItems": [{"id": 26, "productId": 103, "variantId": 71, "sku": "CLC",
                           "name": "Canvas laundry cart", "quantity": 1, "couponAmount": 10,
                           "extendedListPrice": 220, "extendedSalePrice": 200}],
        "digitalItems": [{"productId": 104, "variantId": 72, "sku": "", "name": "Pattern",
                          "quantity": 2, "extendedSalePrice": 30.000000000000004}],
        "giftCertificates": [{"name": "Gift certificate", "quantity": 1, "amount": 25}],
        "customItems": [{"name": "Engraving", "quantity": 1, "extendedListPrice": 10}]
    }
}"#;

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
    let line = r#"{"name": "Mug", "quantity": 1, "amount": 1}"#;
    insta::assert_json_snapshot!([
        converted(&[("/orderId", "null")]),
        converted(&[("/currency", "null")]),
        converted(&[("/orderAmount", "")]),
        converted(&[("/taxTotal", r#""none""#)]),
        converted(&[("/lineItems/physicalItems/0/couponAmount", "200.01")]),
        converted(&[("/lineItems/digitalItems/0/quantity", "-1")]),
        converted(&[("/lineItems/giftCertificates/0/amount", "")]),
        converted(&[("/lineItems/digitalItems", &copies(line, limits::LINES_PER_SALE - 1))]),
    ]);
}

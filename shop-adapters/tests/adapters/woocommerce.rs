//! `WooCommerce`'s facts.

use crate::support::{convert, header, request};
use shop_adapters::woocommerce::{is_ping, order, signature};

#[test]
fn the_sample_orders_become_sales() {
    for name in ["woocommerce-order-created", "woocommerce-order-updated-partial-refund"] {
        let (_, body) = request(&format!("{name}.http"));
        insta::assert_json_snapshot!(name, convert(&body, order::sale).unwrap());
    }
}

#[test]
fn the_ping_is_recognised_and_an_order_is_not_one() {
    assert!(is_ping(&request("woocommerce-ping.http").1));
    assert!(!is_ping(&request("woocommerce-order-created.http").1));
}

/// The secret of the shop that the samples come from, as `WooCommerce` kept it.
const SECRET: &str = r#"whsec "q" & 1"#;

#[test]
fn the_shops_signature_holds_for_its_body_and_secret_only() {
    for name in ["woocommerce-order-created", "woocommerce-order-updated-partial-refund"] {
        let (head, body) = request(&format!("{name}.http"));
        let signature = header(&head, "X-WC-Webhook-Signature");
        assert!(signature::verify(SECRET, &body, &signature));
        assert!(!signature::verify("another", &body, &signature));
        assert!(!signature::verify(SECRET, &body[1..], &signature));
        assert!(!signature::verify(
            SECRET,
            &body,
            signature.trim_start_matches(char::is_alphanumeric)
        ));
        assert!(!signature::verify(SECRET, &body, ""));
    }
}

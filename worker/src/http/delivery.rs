//! The addresses to which shops and Stripe deliver, before anything of a request is read.

use worker::Headers;

use crate::http::headers::{SHOPIFY_SIGNATURE, STRIPE_SIGNATURE, WOOCOMMERCE_SIGNATURE};
use crate::sales::webhook_secret::{SHOPIFY, WOOCOMMERCE};

/// Paths of all deliveries.
const WEBHOOKS: &str = "/webhooks/";

/// Hexadecimal digits of the id of a shop, after `shop_`.
const ID_DIGITS: usize = 32;

/// Returns true if a request to this path may be a delivery: one to a shop, in the exact form in
/// which its settings show the address, or one to Stripe's webhook. Any other path under
/// `/webhooks/` is counted and bounded like all paths.
pub(crate) fn is_expected(path: &str) -> bool {
    signature_header(path).is_some()
}

/// Returns true if it is a delivery and has a signature, right or wrong.
pub(crate) fn is_signed(path: &str, headers: &Headers) -> bool {
    signature_header(path).is_some_and(|name| headers.has(name).unwrap_or_default())
}

fn signature_header(path: &str) -> Option<&'static str> {
    match path.strip_prefix(WEBHOOKS)?.split_once('/') {
        None => (path == "/webhooks/stripe").then_some(STRIPE_SIGNATURE),
        Some((SHOPIFY, shop)) => is_id(shop).then_some(SHOPIFY_SIGNATURE),
        Some((WOOCOMMERCE, shop)) => is_id(shop).then_some(WOOCOMMERCE_SIGNATURE),
        Some(_) => None,
    }
}

fn is_id(shop: &str) -> bool {
    shop.strip_prefix("shop_").is_some_and(|digits| {
        digits.len() == ID_DIGITS
            && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::new_id;

    #[test]
    fn the_address_of_each_shop_is_expected() {
        let shop = new_id("shop").unwrap();
        for platform in [SHOPIFY, WOOCOMMERCE] {
            assert!(is_expected(&format!("/webhooks/{platform}/{shop}")));
        }
        assert!(is_expected("/webhooks/stripe"));
    }

    #[test]
    fn another_spelling_of_an_address_is_not_expected() {
        let shop = new_id("shop").unwrap();
        for path in [
            "/webhooks".to_owned(),
            "/webhooks/".to_owned(),
            "/webhooks/x1".to_owned(),
            "/webhooks/stripe/".to_owned(),
            format!("/webhooks/shopify/{shop}/"),
            format!("/webhooks/shopify/{shop}1"),
            format!("/webhooks/shopify/{}", shop.replace("shop", "%73hop")),
            format!("/webhooks/shopify/{}", shop.to_uppercase()),
            format!("/webhooks/magento/{shop}"),
            format!("//webhooks/shopify/{shop}"),
            "/webhooks/shopify/none".to_owned(),
        ] {
            assert!(!is_expected(&path), "{path}");
        }
    }
}

//! Pay links, which are derived and not stored.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::hexadecimal;

/// The token of the pay link of a purchase order: 128 bits that only the owner of `link_secret` can
/// derive, so that the database need not hold it.
pub(crate) fn token(link_secret: &str, purchase_order: &str) -> String {
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(link_secret.as_bytes()) else {
        return String::new();
    };
    mac.update(b"pay/");
    mac.update(purchase_order.as_bytes());
    hexadecimal(mac.finalize().into_bytes().iter().take(16))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pay_links_differ_by_purchase_order_and_by_secret() {
        let first = token("secret one", "po_1");
        assert_eq!(first.len(), 32);
        assert_ne!(first, token("secret one", "po_2"));
        assert_ne!(first, token("secret two", "po_1"));
    }
}

//! Pay links, which are derived and not stored.

use super::keyed_hash;

/// Hexadecimal digits of a token: 128 bits.
const TOKEN_DIGITS: usize = 32;

/// The token of the pay link of a purchase order: 128 bits that only the owner of `link_secret` can
/// derive, so that the database need not hold it.
pub(crate) fn token(link_secret: &str, purchase_order: &str) -> String {
    keyed_hash(link_secret, "pay", purchase_order).chars().take(TOKEN_DIGITS).collect()
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

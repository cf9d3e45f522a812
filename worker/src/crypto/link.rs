//! Pay links: random tokens, found by their hash and encrypted in the row of their purchase order.

use crate::crypto::encryption_keys::{EncryptionKeys, Purpose};
use crate::crypto::{hash, hexadecimal, random};

/// Random bytes of a token: 128 bits.
const RANDOM_BYTES: usize = 16;

/// The pay link of a new purchase order, or a new link of one.
pub(crate) struct PayLink {
    /// The token at the end of the address.
    pub(crate) token: String,
    /// The stored form, by which the purchase order is found.
    pub(crate) hash: String,
    /// The token, encrypted; `None` if the deployment has no usable key. The link is then renewed
    /// at its next use.
    pub(crate) encrypted: Option<String>,
}

impl PayLink {
    /// Creates a link for the purchase order with this id.
    pub(crate) fn create(
        keys: Option<&EncryptionKeys>,
        purchase_order: &str,
    ) -> Result<Self, getrandom::Error> {
        let token = hexadecimal(&random::<RANDOM_BYTES>()?);
        let encrypted =
            keys.and_then(|keys| keys.encrypt(Purpose::PayLink, purchase_order, &token).ok());
        Ok(Self { hash: hash(&token), token, encrypted })
    }
}

/// Returns the stored link of a purchase order as a path; `None` if the key that encrypted it is
/// gone.
pub(crate) fn path(
    keys: Option<&EncryptionKeys>,
    purchase_order: &str,
    encrypted: Option<&str>,
) -> Option<String> {
    let token = keys?.decrypt(Purpose::PayLink, purchase_order, encrypted?)?;
    Some(format!("/pay/{token}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_random_and_read_back_for_its_own_purchase_order_only() {
        let key = "0f1e2d3c4b5a69788796a5b4c3d2e1f00123456789abcdef1032547698badcfe";
        let keys = EncryptionKeys::read(key).unwrap();
        let (one, other) = (
            PayLink::create(Some(&keys), "po_1").unwrap(),
            PayLink::create(Some(&keys), "po_1").unwrap(),
        );
        assert_eq!(one.token.len(), 32);
        assert_ne!(one.token, other.token);
        assert_eq!(one.hash, hash(&one.token));
        let encrypted = one.encrypted.as_deref();
        let expected = format!("/pay/{}", one.token);
        assert_eq!(path(Some(&keys), "po_1", encrypted), Some(expected));
        assert_eq!(path(Some(&keys), "po_2", encrypted), None);
        assert_eq!(PayLink::create(None, "po_1").unwrap().encrypted, None);
    }
}

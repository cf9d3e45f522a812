//! The signature of a `WooCommerce` webhook.

use crate::signature::is_signed;

/// Returns true if the shop signed this body. `signature` is the header `X-WC-Webhook-Signature`:
/// base64 of HMAC-SHA256 over the raw bytes. Only the body is signed, none of the other headers.
///
/// `secret` is the secret as `WooCommerce` stores it. It may differ from the typed one: saving
/// strips tags and collapses white space.
#[must_use]
pub fn verify(secret: &str, body: &[u8], signature: &str) -> bool {
    is_signed(secret, body, signature)
}

//! The signature of a `WooCommerce` webhook.

use crate::signature::is_signed;

/// Whether the shop signed this body: `signature` is the header `X-WC-Webhook-Signature`, base64
/// of HMAC-SHA256 over the raw bytes. Only the body is signed, none of the other headers.
///
/// `secret` is the secret as `WooCommerce` keeps it, which is not always as it was typed: tags are
/// stripped and white space is collapsed when it is saved.
#[must_use]
pub fn verify(secret: &str, body: &[u8], signature: &str) -> bool {
    is_signed(secret, body, signature)
}

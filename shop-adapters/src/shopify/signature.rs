//! The signature of a Shopify webhook.

use crate::signature::is_signed;

/// Returns true if the shop signed this body. `signature` is the header `X-Shopify-Hmac-Sha256`:
/// base64 of HMAC-SHA256 over the raw bytes. Only the body is signed: topic, shop and times in the
/// other headers prove nothing.
///
/// `secret` is the text that the admin shows below the shop's list of webhooks. It is used
/// unchanged: its 64 hexadecimal digits are not decoded.
///
/// ```
/// use shop_adapters::shopify::signature::verify;
/// let signature = "BLkaAq+VL9EBIgCsOw3cVqMcjry6yD8zO6pNIV0bGPM=";
/// assert!(verify("0123abcd", br#"{"id":1}"#, signature));
/// assert!(!verify("0123abcd", br#"{"id":2}"#, signature));
/// ```
#[must_use]
pub fn verify(secret: &str, body: &[u8], signature: &str) -> bool {
    is_signed(secret, body, signature)
}

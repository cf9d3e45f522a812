//! Signs webhooks as Stripe does.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Returns the header `Stripe-Signature` of a body that is sent at this second since 1970.
#[must_use]
pub fn signature(secret: &str, seconds: u64, body: &str) -> String {
    let text = format!("{seconds}.{body}");
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(text.as_bytes());
    let digits: Vec<String> =
        mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={seconds},v1={}", digits.concat())
}

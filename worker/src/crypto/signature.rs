//! Checks the signatures of webhooks by the runtime: HMAC-SHA256 of a body of megabytes costs a
//! fraction there of what it costs in Wasm.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use worker::js_sys::{Object, Reflect, Uint8Array, global};
use worker::wasm_bindgen::{JsCast as _, JsValue};
use worker::wasm_bindgen_futures::JsFuture;
use worker::web_sys::{CryptoKey, WorkerGlobalScope};

/// Bytes of an HMAC-SHA256.
const SIGNATURE_BYTES: usize = 32;

/// Returns true if `signature` is base64(HMAC-SHA256(secret, body)), as Shopify and `WooCommerce`
/// sign. The runtime compares in constant time.
///
/// # Errors
/// The runtime failed. The shop is to send the delivery again.
pub(crate) async fn is_signed(
    secret: &str,
    body: &[u8],
    signature: &str,
) -> Result<bool, Unchecked> {
    // A request without a signature costs no hash of its body.
    let signature = STANDARD.decode(signature).ok().filter(|bytes| bytes.len() == SIGNATURE_BYTES);
    let Some(signature) = signature else { return Ok(false) };
    verify(secret, body, &signature).await.map_err(|_| Unchecked)
}

/// The runtime could not check a signature.
#[derive(Debug)]
pub(crate) struct Unchecked;

async fn verify(secret: &str, body: &[u8], signature: &[u8]) -> Result<bool, JsValue> {
    let subtle = global().unchecked_into::<WorkerGlobalScope>().crypto()?.subtle();
    let algorithm = Object::new();
    Reflect::set(&algorithm, &"name".into(), &"HMAC".into())?;
    Reflect::set(&algorithm, &"hash".into(), &"SHA-256".into())?;
    let key = subtle.import_key_with_object(
        "raw",
        &Uint8Array::from(secret.as_bytes()),
        &algorithm,
        false,
        &[JsValue::from("verify")].into_iter().collect::<worker::js_sys::Array>(),
    )?;
    let key = JsFuture::from(key).await?.unchecked_into::<CryptoKey>();
    // The runtime copies the body before it returns the promise.
    let is_signed =
        subtle.verify_with_str_and_u8_array_and_u8_array("HMAC", &key, signature, body)?;
    Ok(JsFuture::from(is_signed).await?.is_truthy())
}

//! The storefront module: what JavaScript calls, and nothing else.
//!
//! `loader/module.ts` calls `campaigns`, `order_event` and `post` in this order. Only `order_event`
//! reads what others wrote, and it is not `async`: `js_value` says why.

mod badge;
mod decide;
mod found;
mod js_value;
mod json;
mod worker_api;

use wasm_bindgen::prelude::*;
use web_sys::Element;

// Half the size of the default allocator, and made for Wasm only.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: lol_alloc::LockedAllocator<lol_alloc::FreeListAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::FreeListAllocator::new());

/// Asks the Worker for the campaigns of the key's shop; answers `[shop, campaigns]`.
///
/// # Errors
/// Rejects with what went wrong.
#[wasm_bindgen]
pub async fn campaigns(endpoint: String, key: String) -> Result<JsValue, JsValue> {
    worker_api::campaigns(&endpoint, &key).await
}

/// The order event to post for what the page found; nothing when no campaign qualifies.
///
/// `found` has one field, which says what it holds: `sale` (the canonical sale), `woocommerce` (the
/// data island) or `shopify` (a `checkout_completed` event). Throws what is malformed.
#[must_use]
#[wasm_bindgen(js_name = orderEvent)]
pub fn order_event(found: &JsValue, key: &str, shop: &str, campaigns: &JsValue) -> Option<String> {
    decide::order_event(found, key, shop, campaigns)
}

/// Posts an order event; answers how many trees it orders.
///
/// # Errors
/// Rejects with what went wrong.
#[wasm_bindgen]
pub async fn post(endpoint: String, event: String) -> Result<JsValue, JsValue> {
    worker_api::post(&endpoint, event).await
}

/// Shows in `host`, which has no shadow root yet, how many trees the buyer's order plants.
///
/// # Errors
/// What the page's document throws.
#[wasm_bindgen]
pub fn show(trees: u32, host: &Element) -> Result<(), JsValue> {
    badge::show(trees, host)
}

//! The storefront module: what JavaScript calls, and nothing else.
//!
//! The loader beside this crate decides when; this crate turns what it found into a sale, asks the
//! shop's campaigns whether the sale qualifies, and posts it if it does.

mod badge;
mod found;
mod js_value;
mod json;
mod submit;
mod worker_api;

use wasm_bindgen::prelude::*;
use web_sys::Element;

// Half the size of the default allocator, and made for Wasm only.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: lol_alloc::LockedAllocator<lol_alloc::FreeListAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::FreeListAllocator::new());

/// Posts what the page found, when it qualifies, and answers how many trees it orders.
///
/// `found` has one field, which says what it holds: `sale` (the canonical sale), `woocommerce` (the
/// data island) or `shopify` (a `checkout_completed` event). `key` is the publishable key of the
/// shop, `endpoint` the Worker's origin. 0 is final as well: nothing qualified, or the sale can
/// never be accepted, and then the console says why.
///
/// # Errors
/// Rejects when a later try can succeed: the network failed, the Worker did, or the key is wrong.
#[wasm_bindgen]
pub async fn submit(found: JsValue, key: String, endpoint: String) -> Result<u32, JsValue> {
    match submit::submit(found, &worker_api::WorkerApi { endpoint, key }).await {
        Ok(trees) => Ok(trees),
        Err(worker_api::Failure::Passing(message)) => Err(message.into()),
        Err(worker_api::Failure::Final(message)) => {
            web_sys::console::warn_2(&"Play It Green:".into(), &message.into());
            Ok(0)
        }
    }
}

/// Shows how many trees the buyer's order plants, in an element that has no shadow root yet.
///
/// # Errors
/// What the page's document throws.
#[wasm_bindgen]
pub fn show(trees: u32, host: &Element) -> Result<(), JsValue> {
    badge::show(trees, host)
}

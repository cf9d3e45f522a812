//! The storefront module: what JavaScript calls, and nothing else.
//!
//! Only `order_event` and `count_trees` read what others wrote, and neither is `async`: `js_value`
//! says why.

mod decide;
mod event;
mod js_value;
mod worker_api;

use js_sys::{Object, Promise};
use wasm_bindgen::prelude::*;

// Half the size of the default allocator, and made for Wasm only.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: lol_alloc::LockedAllocator<lol_alloc::FreeListAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::FreeListAllocator::new());

/// The order event to post, as JSON, for what the page found; nothing when no campaign qualifies.
///
/// `found` has one field, which is named after the platform (`sale` for the canonical sale) and
/// holds what that hands over. `shop` is our id of the shop. Throws what is malformed.
#[must_use]
#[wasm_bindgen(js_name = orderEvent)]
pub fn order_event(found: &JsValue, key: &str, shop: &str, campaigns: &JsValue) -> Option<Object> {
    decide::order_event(found, key, shop, campaigns)
}

/// How many trees each campaign would order for a sale that is still a basket, by the campaign's id
/// in a list of `[id, trees]`. Throws what is malformed.
#[cfg(feature = "sale")]
#[must_use]
#[wasm_bindgen(js_name = countTrees)]
pub fn count_trees(sale: &JsValue, shop: &str, campaigns: &JsValue) -> js_sys::Array {
    decide::count_trees(sale, shop, campaigns)
}

/// Posts a text to the Worker. Returns the promise of its response.
#[wasm_bindgen]
pub fn send(url: &str, body: &str) -> Promise {
    worker_api::send(url, body)
}

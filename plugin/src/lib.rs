//! The storefront module: the functions that JavaScript calls.
//!
//! Only `order_event` and `count_trees` read values of the page. Neither is `async`; `js_value`
//! explains why.

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

/// Returns the order event to post for the sale on the page, or nothing if no campaign qualifies.
///
/// `found` has one field, which is named after the platform (`sale` for the canonical sale) and
/// holds the platform's data. `shop` is our id of the shop. Throws if a value is malformed.
#[must_use]
#[wasm_bindgen(js_name = orderEvent)]
pub fn order_event(found: &JsValue, key: &str, shop: &str, campaigns: &JsValue) -> Option<Object> {
    decide::order_event(found, key, shop, campaigns)
}

/// Returns the trees that each campaign would order for a basket, as a list of `[id, trees]`.
/// Throws if a value is malformed.
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

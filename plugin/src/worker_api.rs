//! Sends requests to the Worker: simple requests only, because others cost a preflight.
//!
//! The promise of `fetch` is returned unchanged. A future around it would include its executor, a
//! fifth of the module, and JavaScript can await the promise itself.

use js_sys::{Object, Promise, Reflect};
use wasm_bindgen::prelude::*;

/// Maximum bytes of a body that may outlive the page. The Fetch Standard allows 64 KiB for all such
/// requests of a page together, and rejects those beyond it.
const KEEPALIVE_BYTES: usize = 60_000;

#[wasm_bindgen]
extern "C" {
    /// The bundle replaces this with the `fetch` of `loader/fetch.ts`, which never throws.
    fn fetch(url: &str, options: &Object) -> Promise;
}

/// Posts a text, which arrives even if the buyer leaves the page meanwhile.
pub(crate) fn send(url: &str, body: &str) -> Promise {
    let options = Object::new();
    // A plain object accepts every new field.
    let set = |name: &str, value: &JsValue| {
        let _ = Reflect::set(&options, &JsValue::from_str(name), value);
    };
    set("method", &JsValue::from_str("POST"));
    set("body", &JsValue::from_str(body));
    set("keepalive", &JsValue::from(body.len() <= KEEPALIVE_BYTES));
    fetch(url, &options)
}

//! How the module speaks to the Worker: simple requests only, so that none costs a preflight.
//!
//! The promise of `fetch` is passed on as it is. A future around it would bring its executor along:
//! a fifth of the module, and none of it is needed where JavaScript awaits.

use js_sys::{Object, Promise, Reflect};
use wasm_bindgen::prelude::*;

/// Most bytes of a body that may outlive the page. The Fetch Standard allows 64 KiB for all such
/// requests of a page together, and fails what exceeds it.
const KEEPALIVE_BYTES: usize = 60_000;

#[wasm_bindgen]
extern "C" {
    /// The bundle puts the `fetch` of `loader/fetch.ts` in its place, which never throws.
    fn fetch(url: &str, options: &Object) -> Promise;
}

/// Posts a text that arrives even when the page is left meanwhile.
pub(crate) fn send(url: &str, body: &str) -> Promise {
    let options = Object::new();
    // Nothing refuses a new field of a plain object.
    let set = |name: &str, value: &JsValue| {
        let _ = Reflect::set(&options, &JsValue::from_str(name), value);
    };
    set("method", &JsValue::from_str("POST"));
    set("body", &JsValue::from_str(body));
    set("keepalive", &JsValue::from(body.len() <= KEEPALIVE_BYTES));
    fetch(url, &options)
}

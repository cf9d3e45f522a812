//! The clock, and waiting.

use js_sys::Promise;
use order_events::Timestamp;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Date, js_name = now)]
    fn date_now() -> f64;
}

#[wasm_bindgen(module = "node:timers/promises")]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(milliseconds: u32) -> Promise;
}

/// Milliseconds since 1970.
pub(crate) fn now() -> i64 {
    // A JavaScript clock counts whole milliseconds below 2^53.
    format!("{}", date_now()).parse().unwrap_or_default()
}

/// Returns the current time as an instant.
pub(crate) fn timestamp() -> Timestamp {
    Timestamp::from_milliseconds(now()).unwrap_or(Timestamp::MIN)
}

/// Waits this long.
pub(crate) async fn wait(milliseconds: u32) {
    let waited: Result<JsValue, JsValue> = JsFuture::from(set_timeout(milliseconds)).await;
    // A timer cannot fail.
    drop(waited);
}

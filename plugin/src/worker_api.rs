//! How the module speaks to the Worker: simple requests only, so that none costs a preflight.

use gloo_net::http;
use js_sys::Reflect;
use wasm_bindgen::JsValue;
use web_sys::{Request, RequestInit, Response};

/// Most bytes of a body that may outlive the page. The Fetch Standard allows 64 KiB for all such
/// requests of a page together, and fails what exceeds it.
const KEEPALIVE_BYTES: usize = 60_000;

/// Gets an address, or posts a text to it that arrives even when the page is left meanwhile.
pub(crate) async fn send(url: &str, body: Option<String>) -> Result<Response, JsValue> {
    let init = RequestInit::new();
    if let Some(body) = body {
        init.set_method("POST");
        if body.len() <= KEEPALIVE_BYTES {
            // web-sys has no setter for it.
            Reflect::set(&init, &JsValue::from_str("keepalive"), &JsValue::TRUE)?;
        }
        init.set_body(&body.into());
    }
    let request = Request::new_with_str_and_init(url, &init)?;
    match http::Request::from(request).send().await {
        Ok(response) => Ok(response.into()),
        Err(_) => Err(JsValue::from_str("the Worker cannot be reached")),
    }
}

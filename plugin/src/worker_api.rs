//! The Worker's API as a storefront uses it: two requests, both simple, so that neither costs a
//! preflight.

use gloo_net::http;
use js_sys::{Array, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Request, RequestInit, Response};

/// Most bytes of a body that may outlive the page. The Fetch Standard allows 64 KiB for all such
/// requests of a page together, and fails what exceeds it.
const KEEPALIVE_BYTES: usize = 60_000;

/// Our id of the shop, and its campaigns: `[shop, campaigns]`.
pub(crate) async fn campaigns(endpoint: &str, key: &str) -> Result<JsValue, JsValue> {
    let url = [endpoint, "/api/campaigns/?api_key=", key].concat();
    let (response, campaigns) = exchange(&url, &RequestInit::new()).await?;
    let shop = response.headers().get("x-shop")?.unwrap_or_default();
    Ok(Array::of2(&shop.into(), &campaigns).into())
}

/// Posts an order event; answers the trees it orders.
pub(crate) async fn post(endpoint: &str, event: String) -> Result<JsValue, JsValue> {
    let init = RequestInit::new();
    init.set_method("POST");
    if event.len() <= KEEPALIVE_BYTES {
        // web-sys has no setter for it.
        Reflect::set(&init, &"keepalive".into(), &JsValue::TRUE)?;
    }
    init.set_body(&event.into());
    let (_, answer) = exchange(&[endpoint, "/api/orders/"].concat(), &init).await?;
    let trees = Reflect::get(&answer, &"trees".into())?;
    if trees.as_f64().is_some() { Ok(trees) } else { Err("the Worker told no trees".into()) }
}

/// Sends a request; answers what a success says, or the Worker's message as the error.
async fn exchange(url: &str, init: &RequestInit) -> Result<(Response, JsValue), JsValue> {
    let request = Request::new_with_str_and_init(url, init)?;
    let Ok(response) = http::Request::from(request).send().await else {
        return Err("the Worker cannot be reached".into());
    };
    let response: Response = response.into();
    let body = JsFuture::from(response.json()?).await?;
    if response.ok() { Ok((response, body)) } else { Err(Reflect::get(&body, &"message".into())?) }
}

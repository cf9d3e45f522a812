//! HTTP requests.

use js_sys::{Array, Object, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;

use super::object;
use crate::Failure;

#[wasm_bindgen]
extern "C" {
    fn fetch(url: &str, options: &Object) -> Promise;
    #[wasm_bindgen(js_namespace = AbortSignal, js_name = timeout)]
    fn abort_after(milliseconds: u32) -> JsValue;

    type FetchResponse;
    #[wasm_bindgen(method, getter)]
    fn status(this: &FetchResponse) -> u16;
    #[wasm_bindgen(method)]
    fn text(this: &FetchResponse) -> Promise;
}

/// A request.
#[derive(Clone, Copy)]
pub(crate) struct Request<'a> {
    /// Its method.
    pub(crate) method: &'a str,
    /// Its address.
    pub(crate) url: &'a str,
    /// Its headers.
    pub(crate) headers: &'a [(&'a str, &'a str)],
    /// Its body.
    pub(crate) body: Option<&'a str>,
    /// Milliseconds that the response may take.
    pub(crate) timeout: u32,
}

/// The response to a request; redirects are not followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Response {
    /// Its status.
    pub(crate) status: u16,
    /// Its body.
    pub(crate) body: String,
}

/// Sends a request.
pub(crate) async fn send(request: Request<'_>) -> Result<Response, Failure> {
    let failed =
        |error: JsValue| Failure::thrown(&format!("{} does not respond", request.url), &error);
    let headers: Array = request
        .headers
        .iter()
        .map(|(name, value)| Array::of2(&JsValue::from_str(name), &JsValue::from_str(value)))
        .collect();
    let options = object(&[
        ("method", JsValue::from_str(request.method)),
        ("headers", headers.into()),
        ("redirect", JsValue::from_str("manual")),
        ("signal", abort_after(request.timeout)),
        ("body", request.body.map_or(JsValue::UNDEFINED, JsValue::from_str)),
    ]);
    let response = JsFuture::from(fetch(request.url, &options)).await.map_err(failed)?;
    let response: FetchResponse = wasm_bindgen::JsCast::unchecked_into(response);
    let body = JsFuture::from(response.text()).await.map_err(failed)?;
    Ok(Response { status: response.status(), body: body.as_string().unwrap_or_default() })
}

//! The Worker's API as a storefront uses it: two requests, both simple, so that neither costs a
//! preflight.

use gloo_net::http::Request;
use js_sys::Reflect;
use order_events::{Campaign, Sale};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestInit, Response};

use crate::{js_value, json};

/// Most bytes of a body that may outlive the page. The Fetch Standard allows 64 KiB for all such
/// requests of a page together, and fails what exceeds it.
const KEEPALIVE_BYTES: usize = 60_000;

/// Where the Worker is, and who speaks.
pub(crate) struct WorkerApi {
    /// Its origin.
    pub(crate) endpoint: String,
    /// The publishable key of the shop.
    pub(crate) key: String,
}

/// Why a sale was not taken.
pub(crate) enum Failure {
    /// The same sale may be taken later.
    Passing(String),
    /// The same sale will never be taken.
    Refused(String),
}

#[derive(Serialize)]
struct OrderEvent<'a> {
    key: &'a str,
    sale: &'a Sale,
}

#[derive(Deserialize)]
struct Taken {
    trees: u32,
}

#[derive(Deserialize)]
struct Refusal {
    message: String,
}

impl WorkerApi {
    /// Our id of the shop, and its campaigns.
    pub(crate) async fn campaigns(&self) -> Result<(String, Vec<Campaign>), String> {
        let url = format!("{}/api/campaigns/?api_key={}", self.endpoint, self.key);
        let response = send(&url, &RequestInit::new()).await?;
        if !response.ok() {
            return Err(message(&response).await);
        }
        let shop = response.headers().get("x-shop").ok().flatten().unwrap_or_default();
        let campaigns = js_value::read(&body(&response).await?)
            .map_err(|error| {let _=error; String::new()})?;
        Ok((shop, campaigns))
    }

    /// Posts the sale, and answers the trees it orders.
    pub(crate) async fn post(&self, sale: &Sale) -> Result<u32, Failure> {
        let event = json::to_text(&OrderEvent { key: &self.key, sale }).unwrap_or_default();
        let init = RequestInit::new();
        init.set_method("POST");
        if event.len() <= KEEPALIVE_BYTES {
            // web-sys has no setter for it.
            let _ = Reflect::set(&init, &"keepalive".into(), &JsValue::TRUE);
        }
        init.set_body(&event.into());
        let url = format!("{}/api/orders/", self.endpoint);
        let response = send(&url, &init).await.map_err(Failure::Passing)?;
        match response.status() {
            200..300 => match body(&response).await.map(|body| js_value::read::<Taken>(&body)) {
                Ok(Ok(taken)) => Ok(taken.trees),
                _ => Err(Failure::Passing("the Worker's answer is malformed".into())),
            },
            400 | 413 | 422 => Err(Failure::Refused(message(&response).await)),
            _ => Err(Failure::Passing(message(&response).await)),
        }
    }
}

async fn send(url: &str, init: &RequestInit) -> Result<Response, String> {
    let request = web_sys::Request::new_with_str_and_init(url, init)
        .map_err(|_| format!("{url} is no address"))?;
    match Request::from(request).send().await {
        Ok(response) => Ok(response.into()),
        Err(error) => Err(error.to_string()),
    }
}

/// The body of a response, as a value of JavaScript.
async fn body(response: &Response) -> Result<JsValue, String> {
    let cut_off = |_| String::from("the Worker's answer is no JSON");
    JsFuture::from(response.json().map_err(cut_off)?).await.map_err(cut_off)
}

/// What the Worker says is wrong.
async fn message(response: &Response) -> String {
    match body(response).await.map(|body| js_value::read::<Refusal>(&body)) {
        Ok(Ok(refusal)) => refusal.message,
        _ => format!("the Worker answered {}", response.status()),
    }
}

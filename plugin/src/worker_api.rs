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

/// Why the Worker did not do what was asked.
pub(crate) enum Failure {
    /// The same request may succeed later.
    Passing(String),
    /// The same request will never succeed.
    Final(String),
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
    pub(crate) async fn campaigns(&self) -> Result<(String, Vec<Campaign>), Failure> {
        let path = ["/api/campaigns/?api_key=", &self.key].concat();
        let (response, body) = self.exchange(&path, None).await?;
        let shop = response.headers().get("x-shop").ok().flatten().unwrap_or_default();
        Ok((shop, js_value::read(&body).map_err(|_| malformed())?))
    }

    /// Posts the sale, and answers the trees it orders.
    pub(crate) async fn post(&self, sale: &Sale) -> Result<u32, Failure> {
        let event = json::to_text(&OrderEvent { key: &self.key, sale }).map_err(|_| malformed())?;
        let (_, body) = self.exchange("/api/orders/", Some(event)).await?;
        let taken: Taken = js_value::read(&body).map_err(|_| malformed())?;
        Ok(taken.trees)
    }

    /// Sends a POST of `event`, or a GET without one; answers what a success says.
    async fn exchange(
        &self,
        path: &str,
        event: Option<String>,
    ) -> Result<(Response, JsValue), Failure> {
        let init = RequestInit::new();
        if let Some(event) = event {
            init.set_method("POST");
            if event.len() <= KEEPALIVE_BYTES {
                // web-sys has no setter for it.
                let _ = Reflect::set(&init, &"keepalive".into(), &JsValue::TRUE);
            }
            init.set_body(&event.into());
        }
        let url = [&self.endpoint, path].concat();
        let request =
            web_sys::Request::new_with_str_and_init(&url, &init).map_err(|_| unreachable())?;
        let response: Response =
            Request::from(request).send().await.map_err(|_| unreachable())?.into();
        let body = match response.json() {
            Ok(body) => JsFuture::from(body).await.unwrap_or_default(),
            Err(_) => JsValue::UNDEFINED,
        };
        if response.ok() {
            return Ok((response, body));
        }
        let message = match js_value::read(&body) {
            Ok(Refusal { message }) => message,
            Err(_) => malformed_text(),
        };
        Err(match response.status() {
            400 | 413 | 422 => Failure::Final(message),
            _ => Failure::Passing(message),
        })
    }
}

fn malformed_text() -> String {
    "the Worker's answer is malformed".into()
}

fn malformed() -> Failure {
    Failure::Passing(malformed_text())
}

fn unreachable() -> Failure {
    Failure::Passing("the Worker cannot be reached".into())
}

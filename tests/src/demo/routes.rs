//! The URLs of the demo shop.

use std::net::TcpListener;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use order_events::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use tokio::task::spawn_blocking;

use super::{Shopfront, pages, storefront};
use crate::local_worker::fire_cron;
use crate::{Failure, While};

/// Serves the demo shop until the process ends.
pub(super) fn serve(listener: TcpListener, shopfront: Shopfront) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let router = Router::new()
        .route("/", get(landing))
        .route("/month-end", post(end_month))
        .route("/shopify/thank-you", get(shopify_thank_you))
        .route("/shopify/pixel", get(shopify_pixel))
        .route("/woocommerce/checkout/order-received/{order}/", get(order_received))
        .with_state(shopfront);
    runtime.when("The demo shop's runtime")?.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener).when("The demo shop")?;
        axum::serve(listener, router).await.when("The demo shop")
    })
}

/// Which sale of a kind: the sample as it is, or one like it under another order id.
#[derive(Deserialize)]
struct SaleQuery {
    /// The order id; the sample's own when it is left out.
    order: Option<u64>,
    /// A SKU in place of the sample's.
    sku: Option<String>,
}

async fn landing(State(shopfront): State<Shopfront>) -> Response {
    page(spawn_blocking(move || pages::landing(&shopfront)).await.when("The page"))
}

async fn end_month(State(shopfront): State<Shopfront>) -> Response {
    let ended = spawn_blocking(move || fire_month_end(&shopfront)).await.when("The month end");
    match ended.and_then(|ended| ended) {
        Ok(()) => Redirect::to("/#pay").into_response(),
        Err(failure) => failed(&failure),
    }
}

/// Fires the cron event as it comes at the end of the month of the open purchase order.
fn fire_month_end(shopfront: &Shopfront) -> Result<(), Failure> {
    let list = shopfront.merchant.call("GET", "/api/purchase_orders/", &Value::Null)?.json();
    let open = list
        .as_array()
        .into_iter()
        .flatten()
        .find(|order| order.get("state").and_then(Value::as_str) == Some("open"));
    let Some(open) = open else { return Ok(()) };
    let ends_at = open.get("ends_at").and_then(Value::as_str).unwrap_or_default();
    let ends_at: Timestamp = ends_at.parse().when("The end of the month")?;
    fire_cron(&shopfront.worker, ends_at.milliseconds())
}

async fn shopify_thank_you(
    State(shopfront): State<Shopfront>,
    Query(query): Query<SaleQuery>,
) -> Response {
    page(Ok(storefront::shopify_thank_you(&shopfront, query.order)))
}

async fn shopify_pixel(
    State(shopfront): State<Shopfront>,
    Query(query): Query<SaleQuery>,
) -> Response {
    page(Ok(storefront::shopify_pixel(&shopfront, query.order)))
}

async fn order_received(
    State(shopfront): State<Shopfront>,
    axum::extract::Path(order): axum::extract::Path<u64>,
    Query(query): Query<SaleQuery>,
) -> Response {
    page(Ok(storefront::order_received(&shopfront, order, query.sku.as_deref())))
}

fn page(written: Result<Result<String, Failure>, Failure>) -> Response {
    match written.and_then(|page| page) {
        Ok(html) => Html(html).into_response(),
        Err(failure) => failed(&failure),
    }
}

fn failed(failure: &Failure) -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, format!("The demo could not do that.\n{failure}"))
        .into_response()
}

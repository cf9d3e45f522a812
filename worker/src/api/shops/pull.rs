//! `/api/shops/{id}/pull`: the shop's own API, from which its orders are pulled.

use axum::Extension;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::auth::owned::Owned;
use crate::auth::scope::{SalesSettle, ShopsWrite};
use crate::http::body;
#[cfg(test)]
use crate::http::responses::{Changed, Envelope, Refused};
use crate::platform::context::RequestContext;
use crate::platform::problem::{Problem, done, json};
use crate::sales::pull;
#[cfg(test)]
use crate::sales::pull::PullResult;
use crate::store::shops::ShopRow;

/// A key of the shop's API that may read orders.
#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct PullBody {
    /// The consumer key of WooCommerce > Settings > Advanced > REST API; absent for Shopify.
    #[serde(default)]
    #[cfg_attr(test, schema(max_length = 255, example = "the consumer key"))]
    key: Option<String>,
    /// The consumer secret of WooCommerce, or the Admin API access token of an app of the shop.
    #[cfg_attr(test, schema(min_length = 1, max_length = 255, example = "the consumer secret"))]
    secret: String,
}

/// Let orders be pulled from the shop's own API.
///
/// The orders of the last days are pulled each night, first those of 30 days. The key is stored
/// encrypted and needs to read orders only. The API is called at the site of the shop's webhook.
#[cfg_attr(test, utoipa::path(put, path = "/api/shops/{id}/pull", tag = "Shops",
    request_body = PullBody, params(("id" = String, Path, description = "The shop's id.")),
    extensions(("x-live-keys-only" = json!(true))),
    security(("secret_key" = ["shops:write"])),
    responses((status = 200, description = "It is set.", body = Envelope), Changed)))]
#[worker::send]
pub(crate) async fn set_pull(
    Extension(context): Extension<RequestContext>,
    shop: Owned<ShopsWrite, ShopRow>,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let PullBody { key, secret } = body::read(&bytes)?;
    let (merchant, row) = (&shop.key.merchant_id, &shop.resource);
    let key = key.as_deref().unwrap_or_default();
    pull::set(&context, merchant, row, key.trim(), secret.trim()).await?;
    Ok(done("The orders of the shop are pulled each night.", &serde_json::json!({"id": row.id})))
}

/// Pull orders from the shop's own API now.
///
/// A request pulls as many orders as it may: while `is_complete` is false and there is no `problem`,
/// send it again. The orders count like signed deliveries.
#[cfg_attr(test, utoipa::path(post, path = "/api/shops/{id}/pull", tag = "Shops",
    params(("id" = String, Path, description = "The shop's id.")),
    extensions(("x-live-keys-only" = json!(true))),
    security(("secret_key" = ["orders:write"])),
    responses((status = 200, description = "The counts.", body = PullResult), Changed)))]
#[worker::send]
pub(crate) async fn pull_orders(
    Extension(context): Extension<RequestContext>,
    shop: Owned<SalesSettle, ShopRow>,
) -> Result<Response, Problem> {
    let pulled = pull::pull(&context, &shop.key.merchant_id, &shop.resource.id).await?;
    Ok(json(StatusCode::OK, &pulled))
}

/// Pull no more orders, and forget the key of the shop's API.
#[cfg_attr(test, utoipa::path(delete, path = "/api/shops/{id}/pull", tag = "Shops",
    params(("id" = String, Path, description = "The shop's id.")),
    extensions(("x-live-keys-only" = json!(true))),
    security(("secret_key" = ["shops:write"])),
    responses((status = 200, description = "It is removed.", body = Envelope), Refused)))]
#[worker::send]
pub(crate) async fn delete_pull(
    Extension(context): Extension<RequestContext>,
    shop: Owned<ShopsWrite, ShopRow>,
) -> Result<Response, Problem> {
    let id = &shop.resource.id;
    context.store.set_pull((&shop.key.merchant_id, id), None, None).await?;
    Ok(done(
        "No orders are pulled. Delete the key in the shop too.",
        &serde_json::json!({"id": id}),
    ))
}

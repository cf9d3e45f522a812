//! `/api/shops/`: the storefronts of a merchant.

pub(crate) mod imports;
pub(crate) mod pull;
pub(crate) mod shop_webhook;

use crate::auth::owned::Owned;
use crate::auth::permitted::Permitted;
use crate::auth::scope::{ShopsRead, ShopsWrite};
use crate::crypto::new_id;
use crate::http::body;
use crate::http::idempotency::Creation;
use crate::http::pagination::{Page, Search, list};
#[cfg(test)]
use crate::http::responses::{Changed, Envelope, Refused};
use crate::platform::context::RequestContext;
use crate::platform::problem::{Problem, done, json};
use crate::sales::shops::{self, Before, Shop, ShopBody};
use crate::store::Table;
use crate::store::shops::ShopRow;
use axum::Extension;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;

/// List the shops, oldest first.
#[cfg_attr(test, utoipa::path(get, path = "/api/shops", tag = "Shops", params(Page),
    security(("secret_key" = ["shops:read"])),
    responses((status = 200, description = "The shops.", body = [Shop]), Refused)))]
#[worker::send]
pub(crate) async fn list_shops(
    Extension(context): Extension<RequestContext>,
    key: Permitted<ShopsRead>,
    Search(search): Search<Page>,
    uri: Uri,
) -> Result<Response, Problem> {
    let (store, merchant) = (&context.store, key.0.merchant_id.as_str());
    let read = async |after: Option<&str>, limit| {
        let rows = store.shops(merchant, after, limit).await?;
        Ok(rows.into_iter().map(Shop::from).collect())
    };
    let of = (Table::Shops, merchant);
    list((store, &uri), of, search.bounds(), |shop: &Shop| &shop.id, read).await
}

/// Add a shop.
#[cfg_attr(test, utoipa::path(post, path = "/api/shops", tag = "Shops", request_body = ShopBody,
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255)),
    extensions(("x-live-keys-only" = json!(true))),
    security(("secret_key" = ["shops:write"])),
    responses((status = 201, description = "The shop.", body = Shop), Changed)))]
#[worker::send]
pub(crate) async fn create_shop(
    Extension(context): Extension<RequestContext>,
    key: Permitted<ShopsWrite>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let merchant = &key.0.merchant_id;
    let creation = Creation::of(&context, &key.0, &headers, "POST /api/shops", &bytes)?;
    let prepare = async || shops::prepare(&context, merchant, new_id("shop")?, body::read(&bytes)?);
    creation.make(shops::too_many(), prepare).await
}

/// Read a shop.
#[cfg_attr(test, utoipa::path(get, path = "/api/shops/{id}", tag = "Shops",
    params(("id" = String, Path, description = "The shop's id.")),
    security(("secret_key" = ["shops:read"])),
    responses((status = 200, description = "The shop.", body = Shop), Refused)))]
#[worker::send]
pub(crate) async fn read_shop(shop: Owned<ShopsRead, ShopRow>) -> Response {
    json(StatusCode::OK, &Shop::from(shop.resource))
}

/// Change a shop.
///
/// Its publishable keys follow its origin, unless they have their own.
#[cfg_attr(test, utoipa::path(put, path = "/api/shops/{id}", tag = "Shops", request_body = ShopBody,
    params(("id" = String, Path, description = "The shop's id.")),
    extensions(("x-live-keys-only" = json!(true))),
    security(("secret_key" = ["shops:write"])),
    responses((status = 200, description = "The shop.", body = Shop), Changed)))]
#[worker::send]
pub(crate) async fn change_shop(
    Extension(context): Extension<RequestContext>,
    shop: Owned<ShopsWrite, ShopRow>,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let wanted = body::read::<ShopBody>(&bytes)?;
    let ShopRow { id, created_at, test_mode, limits, .. } = shop.resource;
    let row = shops::row(id, &Before { created_at, test_mode, limits }, wanted)?;
    let now = context.now.milliseconds();
    if !context.store.change_shop(&shop.key.merchant_id, &row, now).await? {
        return Err(Problem::not_found("shop"));
    }
    Ok(json(StatusCode::OK, &Shop::from(row)))
}

/// Delete a shop, and revoke its publishable keys.
///
/// Its orders stay as they are.
#[cfg_attr(test, utoipa::path(delete, path = "/api/shops/{id}", tag = "Shops",
    params(("id" = String, Path, description = "The shop's id.")),
    extensions(("x-live-keys-only" = json!(true))),
    security(("secret_key" = ["shops:write"])),
    responses((status = 200, description = "It is deleted.", body = Envelope), Refused)))]
#[worker::send]
pub(crate) async fn delete_shop(
    Extension(context): Extension<RequestContext>,
    shop: Owned<ShopsWrite, ShopRow>,
) -> Result<Response, Problem> {
    let now = context.now.milliseconds();
    context.store.delete_shop(&shop.key.merchant_id, &shop.resource.id, now).await?;
    let message = "The shop is deleted and its publishable keys are revoked. Its orders stay.";
    Ok(done(message, &serde_json::json!({"id": shop.resource.id})))
}

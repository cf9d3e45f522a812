//! `/api/shops/`: the storefronts of a merchant.

use axum::Extension;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use order_events::{Platform, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body;
use super::creation::Creation;
use super::responses::{Changed, Refused};
use super::search::{Page, Search, check_after, check_limit, page};
use crate::access::Permitted;
use crate::access::owned::Owned;
use crate::access::scope::{ShopsRead, ShopsWrite};
use crate::auth::new_id;
use crate::context::RequestContext;
use crate::problem::{Envelope, Problem, done, json};
use crate::store::Table;
use crate::store::shops::ShopRow;
use crate::{origin, text};

/// Shops of one merchant, at most.
const SHOPS_MAX: i64 = 100;

/// A shop as a merchant writes it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShopBody {
    /// What the merchant calls it.
    #[schema(min_length = 1, max_length = 100, example = "Mugs online")]
    name: String,
    platform: Platform,
    /// Scheme and host of the storefront.
    #[schema(max_length = 300, example = "https://mugs.example.com")]
    origin: String,
}

/// One storefront of a merchant.
#[derive(Serialize, ToSchema)]
pub(crate) struct Shop {
    id: String,
    name: String,
    /// A platform of [`Platform`].
    platform: String,
    /// Scheme and host, as browsers send it.
    origin: String,
    created_at: Option<Timestamp>,
}

/// List the shops, oldest first.
#[utoipa::path(get, path = "/api/shops", tag = "Shops", params(Page),
    security(("secret_key" = ["shops:read"])),
    responses((status = 200, description = "The shops.", body = [Shop]), Refused))]
#[worker::send]
pub(crate) async fn list_shops(
    Extension(context): Extension<RequestContext>,
    key: Permitted<ShopsRead>,
    Search(search): Search<Page>,
    uri: Uri,
) -> Result<Response, Problem> {
    let limit = check_limit(search.limit)?;
    let (merchant, after) = (&key.0.merchant_id, search.after.as_deref());
    check_after(&context.store, Table::Shops, merchant, after).await?;
    let rows = context.store.shops(merchant, after, limit.saturating_add(1)).await?;
    let shops = rows.into_iter().map(Shop::from).collect();
    Ok(page(&uri, limit, shops, |shop: &Shop| &shop.id).into_json())
}

/// Add a shop.
#[utoipa::path(post, path = "/api/shops", tag = "Shops", request_body = ShopBody,
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255)),
    security(("secret_key" = ["shops:write"])),
    responses((status = 201, description = "The shop.", body = Shop), Changed))]
#[worker::send]
pub(crate) async fn create_shop(
    Extension(context): Extension<RequestContext>,
    key: Permitted<ShopsWrite>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let merchant = &key.0.merchant_id;
    let creation = Creation::of(&context, merchant, &headers, "POST /api/shops", &bytes)?;
    if let Some(earlier) = creation.earlier().await? {
        return Ok(earlier);
    }
    let row = row(new_id("shop")?, context.now.milliseconds(), body::read(&bytes)?)?;
    let statements = vec![context.store.insert_shop(merchant, &row, SHOPS_MAX)?];
    let id = row.id.clone();
    let full = format!("There are {SHOPS_MAX} shops, the most allowed: delete one first.");
    let full = Problem::new(StatusCode::CONFLICT, full);
    creation.run(statements, (Table::Shops, &id), &Shop::from(row), full).await
}

/// Read a shop.
#[utoipa::path(get, path = "/api/shops/{id}", tag = "Shops",
    params(("id" = String, Path, description = "The shop's id.")),
    security(("secret_key" = ["shops:read"])),
    responses((status = 200, description = "The shop.", body = Shop), Refused))]
#[worker::send]
pub(crate) async fn read_shop(shop: Owned<ShopsRead, ShopRow>) -> Response {
    json(StatusCode::OK, &Shop::from(shop.resource))
}

/// Change a shop.
///
/// Its publishable keys follow its origin, unless they have their own.
#[utoipa::path(put, path = "/api/shops/{id}", tag = "Shops", request_body = ShopBody,
    params(("id" = String, Path, description = "The shop's id.")),
    security(("secret_key" = ["shops:write"])),
    responses((status = 200, description = "The shop.", body = Shop), Changed))]
#[worker::send]
pub(crate) async fn change_shop(
    Extension(context): Extension<RequestContext>,
    shop: Owned<ShopsWrite, ShopRow>,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let row = row(shop.resource.id, shop.resource.created_at, body::read(&bytes)?)?;
    if !context.store.change_shop(&shop.key.merchant_id, &row).await? {
        return Err(Problem::not_found("shop"));
    }
    Ok(json(StatusCode::OK, &Shop::from(row)))
}

/// Delete a shop, and revoke its publishable keys.
///
/// Its orders stay as they are.
#[utoipa::path(delete, path = "/api/shops/{id}", tag = "Shops",
    params(("id" = String, Path, description = "The shop's id.")),
    security(("secret_key" = ["shops:write"])),
    responses((status = 200, description = "It is deleted.", body = Envelope), Refused))]
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

fn row(id: String, created_at: i64, body: ShopBody) -> Result<ShopRow, Problem> {
    text::check("name", &body.name, 100)?;
    let origin = origin::read("origin", &body.origin)?;
    let platform = serde_json::to_string(&body.platform)
        .map_err(|_| Problem::internal("A platform could not be written as JSON"))?;
    let platform = platform.trim_matches('"').to_owned();
    Ok(ShopRow { id, name: body.name, platform, origin, created_at })
}

impl From<ShopRow> for Shop {
    fn from(row: ShopRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            platform: row.platform,
            origin: row.origin,
            created_at: Timestamp::from_milliseconds(row.created_at),
        }
    }
}

//! `GET /api/totals/`: how many trees were ordered, for everybody to see.

use axum::Extension;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::{Deserialize, Serialize};

use crate::auth::permitted::Actor;
use crate::http::pagination::Search;
#[cfg(test)]
use crate::http::responses::Refused;
use crate::platform::context::RequestContext;
use crate::platform::problem::{Problem, json};

/// The shop whose trees are counted.
#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, into_params(parameter_in = Query))]
pub(crate) struct TotalSearch {
    /// The id of a shop.
    shop: Option<String>,
}

/// Trees and the orders they were ordered by. Tests never count.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct Totals {
    trees: i64,
    orders: i64,
}

/// Count all trees: of a shop, with a key those of its merchant, or else of everybody.
///
/// Needs no key, and may be kept by caches for five minutes.
#[cfg_attr(test, utoipa::path(get, path = "/api/totals", tag = "Totals", params(TotalSearch),
    security((), ("secret_key" = []), ("publishable_key" = [])),
    responses((status = 200, description = "The totals.", body = Totals), Refused)))]
#[worker::send]
pub(crate) async fn count_trees(
    Extension(context): Extension<RequestContext>,
    actor: Option<Actor>,
    Search(search): Search<TotalSearch>,
) -> Result<Response, Problem> {
    let merchant = actor.as_ref().map(|Actor(key)| key.merchant_id.as_str());
    let row = match &search.shop {
        Some(shop) => {
            let found = context.store.totals_of_shop(shop).await?;
            found.ok_or_else(|| Problem::not_found("shop"))?
        }
        None => context.store.totals(merchant).await?,
    };
    let mut response = json(StatusCode::OK, &Totals { trees: row.trees, orders: row.orders });
    let caching = if actor.is_some() { "private, max-age=60" } else { "public, max-age=300" };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(header::VARY, HeaderValue::from_static("Authorization"));
    Ok(response)
}

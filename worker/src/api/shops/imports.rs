//! `/api/shops/{id}/imports` and `/reconciliation`: the orders that the shop itself names.

use axum::Extension;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use crate::auth::owned::Owned;
use crate::auth::scope::{SalesRead, SalesSettle};
use crate::http::pagination::Search;
#[cfg(test)]
use crate::http::responses::{Changed, Refused};
use crate::platform::context::RequestContext;
use crate::platform::problem::{Problem, json};
#[cfg(test)]
use crate::sales::import::ImportResult;
use crate::sales::import::{Piece, import};
use crate::store::shops::ShopRow;

/// Months in the report, at most.
pub(crate) const MONTHS_MAX: i64 = 120;

/// Reasons of refusals in the report, at most.
pub(crate) const REASONS_MAX: i64 = 500;

/// The way in which a piece of a file is imported.
#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, into_params(parameter_in = Query))]
pub(crate) struct ImportSearch {
    /// True to count only. The orders are named in the report, and no sale is stored.
    #[serde(default)]
    dry_run: bool,
    /// False if another piece of the file follows.
    #[serde(default = "yes")]
    #[cfg_attr(test, param(default = true))]
    is_last: bool,
}

fn yes() -> bool {
    true
}

/// The orders of one month that the shop itself named. `counted`, `unconfirmed`, `refused` and
/// `never_heard_of` add up to `in_shop`.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct ReconciledMonth {
    /// The calendar month in the merchant's time zone; `null` for orders without a readable date.
    month: Option<String>,
    /// The orders that imports and pulls named.
    in_shop: i64,
    /// Those that are stored as the shop reported them. Campaigns decide about their trees.
    counted: i64,
    /// Those that only a browser reported.
    unconfirmed: i64,
    /// Those that are no sales or could not be read.
    refused: i64,
    /// Those that are not stored.
    never_heard_of: i64,
    /// Why orders were refused.
    reasons: Vec<RefusedReason>,
}

/// A reason for which orders were refused.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct RefusedReason {
    problem: String,
    orders: i64,
}

/// Import orders of a shop from its own file.
///
/// The body is JSON: an array or lines of sales as this API describes them, of orders of WooCommerce's
/// REST API, or of orders of Shopify's REST Admin API. Or it is CSV: the orders export of Shopify's
/// admin, the report Analytics > Orders of WooCommerce, or the orders export of a plugin for it. The
/// sales count like signed deliveries. A file may be imported any number of times.
///
/// A request reads as many orders as it may and returns `read_bytes`. Send the rest of the file in
/// further requests until nothing is left: of CSV, put the first `header_bytes` bytes of the file before
/// each piece. Say `is_last=false` for every piece but the one that ends the file.
#[cfg_attr(test, utoipa::path(post, path = "/api/shops/{id}/imports", tag = "Shops",
    request_body(content = Vec<order_events::Sale>, description = "The file, or a piece of it."),
    params(("id" = String, Path, description = "The shop's id."), ImportSearch),
    extensions(("x-live-keys-only" = json!(true))),
    security(("secret_key" = ["orders:write"])),
    responses((status = 200, description = "The counts.", body = ImportResult), Changed)))]
#[worker::send]
pub(crate) async fn import_orders(
    Extension(context): Extension<RequestContext>,
    shop: Owned<SalesSettle, ShopRow>,
    Search(search): Search<ImportSearch>,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let place = (shop.key.merchant_id.as_str(), shop.resource.id.as_str());
    let ImportSearch { dry_run: is_dry_run, is_last } = search;
    let result = import(&context, place, &Piece { bytes: &bytes, is_dry_run, is_last }).await?;
    Ok(json(StatusCode::OK, &result))
}

/// Compare the orders that the shop named with those that are counted, by month.
///
/// The shop names orders in imports, also in dry runs.
#[cfg_attr(test, utoipa::path(get, path = "/api/shops/{id}/reconciliation", tag = "Shops",
    params(("id" = String, Path, description = "The shop's id.")),
    extensions(("x-live-keys-only" = json!(true))),
    security(("secret_key" = ["orders:read"])),
    responses((status = 200, description = "The months, the latest first.", body = [ReconciledMonth]),
        Refused)))]
#[worker::send]
pub(crate) async fn read_reconciliation(
    Extension(context): Extension<RequestContext>,
    shop: Owned<SalesRead, ShopRow>,
) -> Result<Response, Problem> {
    Ok(json(StatusCode::OK, &months(&context, &shop.resource.id).await?))
}

async fn months(context: &RequestContext, shop: &str) -> Result<Vec<ReconciledMonth>, Problem> {
    let months = context.store.months_of_shop(shop, MONTHS_MAX).await?;
    let refused = context.store.refused_of_shop(shop, REASONS_MAX).await?;
    let months = months.into_iter().map(|row| ReconciledMonth {
        reasons: refused
            .iter()
            .filter(|refused| refused.month == row.month)
            .map(|refused| RefusedReason {
                problem: refused.problem.clone(),
                orders: refused.sales,
            })
            .collect(),
        month: Some(row.month).filter(|month| !month.is_empty()),
        in_shop: row.in_shop,
        counted: row.counted,
        unconfirmed: row.unconfirmed,
        refused: row.refused,
        never_heard_of: row.never_heard_of,
    });
    Ok(months.collect())
}

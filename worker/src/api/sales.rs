//! `/api/sales/`: each sale with its facts, its state and, for each campaign, why it orders trees
//! or why not.

use axum::Extension;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use order_events::{Proof, Sale, SaleStatus, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::auth::owned::Owned;
use crate::auth::permitted::Permitted;
use crate::auth::scope::{OrdersRead, SalesSettle};
use crate::domain::states::OrderState;
use crate::http::pagination::{Search, check_limit, limit_default, page};
#[cfg(test)]
use crate::http::responses::{Changed, Ordered, Refused};
use crate::platform::context::RequestContext;
use crate::platform::problem::{Problem, json};
use crate::sales::outcomes::{self, Outcome};
use crate::sales::review;
use crate::store::resource::Resource;
use crate::store::sale_list::{SaleFilter, SaleRow};

/// Which sales are wanted.
#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, into_params(parameter_in = Query))]
pub(crate) struct SaleSearch {
    /// The id of the last sale of the page before.
    after: Option<String>,
    /// Sales on a page, at most.
    #[serde(default = "limit_default")]
    #[cfg_attr(test, param(minimum = 1, maximum = 100, default = 100))]
    limit: u32,
    /// Sold in the shop with this id.
    shop: Option<String>,
    /// The shop's own order id, or the number that its customers see, such as `1001` or `#1001`.
    sale: Option<String>,
}

/// A sale that a shop reported or a browser claimed.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct StoredSale {
    /// Our id of it.
    id: String,
    /// The shop's id.
    shop: String,
    /// The shop's own order id.
    sale: String,
    /// The number that the shop and its customers see; `null` if it is not known.
    number: Option<String>,
    /// `claimed` or `verified`.
    #[cfg_attr(test, schema(value_type = String))]
    proof: Proof,
    /// The bound that a claim exceeds, so that it waits for your review; otherwise `null`.
    held_because: Option<String>,
    /// `placed` (not yet paid), `paid`, `cancelled` or `refunded`; `null` while only refunds are
    /// known.
    #[cfg_attr(test, schema(value_type = Option<String>))]
    status: Option<SaleStatus>,
    /// A test is never billed.
    test: bool,
    /// The instant that decides its month: when it was sold, unless that lies in our future.
    sold_at: Option<Timestamp>,
    received_at: Option<Timestamp>,
}

/// A sale with all that is known of it.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct SaleDetails {
    #[serde(flatten)]
    stored: StoredSale,
    /// The sale as it is now: the newest facts, less what was returned; `null` while only refunds
    /// are known.
    current: Option<Sale>,
    /// The merged reports of it.
    #[cfg_attr(test, schema(value_type = Object))]
    facts: Value,
    /// Each campaign, and why the sale orders trees under it or why not.
    campaigns: Vec<SaleUnderCampaign>,
}

/// The result of a sale under one campaign.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct SaleUnderCampaign {
    campaign: String,
    campaign_name: String,
    /// The version under which the sale was evaluated; `null` if it was not evaluated under the
    /// campaign.
    campaign_version: Option<u32>,
    /// Trees, less what credits took back.
    trees: u64,
    /// Why so many, or why none.
    reason: String,
    /// The id of the order; `null` if there is none.
    order: Option<String>,
    /// The state of the order; `null` if there is none.
    #[cfg_attr(test, schema(value_type = Option<String>))]
    state: Option<OrderState>,
}

/// List the sales, by shop and by the shop's order id.
///
/// A claim that orders nothing is not stored. A test key lists tests only.
#[cfg_attr(test, utoipa::path(get, path = "/api/sales", tag = "Sales", params(SaleSearch),
    security(("secret_key" = ["orders:read"])),
    responses((status = 200, description = "The sales.", body = [StoredSale]), Refused)))]
#[worker::send]
pub(crate) async fn list_sales(
    Extension(context): Extension<RequestContext>,
    key: Permitted<OrdersRead>,
    Search(search): Search<SaleSearch>,
    uri: Uri,
) -> Result<Response, Problem> {
    let limit = check_limit(search.limit)?;
    let (store, merchant) = (&context.store, &key.0.merchant_id);
    let after = search.after.as_deref();
    if let Some(after) = after
        && !store.has_sale(merchant, after).await?
    {
        return Err(Problem::bad_request(
            "after: there is no such sale; give the id of the last sale of the page before.",
        ));
    }
    let filter = SaleFilter {
        shop: search.shop.as_deref(),
        sale: search.sale.as_deref(),
        is_test: key.0.is_test(),
    };
    let rows = store.sales(merchant, &filter, after, limit.saturating_add(1)).await?;
    let sales = rows.into_iter().map(StoredSale::from).collect();
    Ok(page(&uri, limit, sales, |sale: &StoredSale| &sale.id).into_json())
}

/// Read a sale with its facts, its state and, for each campaign, why it orders trees or why not.
#[cfg_attr(test, utoipa::path(get, path = "/api/sales/{id}", tag = "Sales",
    params(("id" = String, Path, description = "Our id of the sale.")),
    security(("secret_key" = ["orders:read"])),
    responses((status = 200, description = "The sale.", body = SaleDetails), Refused)))]
#[worker::send]
pub(crate) async fn read_sale(
    Extension(context): Extension<RequestContext>,
    found: Owned<OrdersRead, SaleRow>,
) -> Result<Response, Problem> {
    let details = details(&context, &found.key.merchant_id, found.resource).await?;
    Ok(json(StatusCode::OK, &details))
}

/// Accept a claim: your word makes it verified, and its orders are billed.
///
/// For a sale that no webhook has confirmed, or that is held for review. 201 whenever that made new
/// orders.
#[cfg_attr(test, utoipa::path(post, path = "/api/sales/{id}/accept", tag = "Sales",
    params(("id" = String, Path, description = "Our id of the sale.")),
    extensions(("x-live-keys-only" = json!(true))),
    security(("secret_key" = ["orders:write"])),
    responses((status = 200, description = "The sale.", body = SaleDetails),
        (status = 201, description = "The sale, with new orders.", body = SaleDetails), Changed,
        Ordered)))]
#[worker::send]
pub(crate) async fn accept_sale(
    Extension(context): Extension<RequestContext>,
    found: Owned<SalesSettle, SaleRow>,
) -> Result<Response, Problem> {
    let (key, row) = (found.key, found.resource);
    let accepted = review::accept(&context, &key.merchant_id, &key.key_id, &row).await?;
    let status = if accepted.has_new_orders { StatusCode::CREATED } else { StatusCode::OK };
    reloaded(&context, &key.merchant_id, &row.id, status).await
}

/// Reject a claim: it orders no trees.
///
/// For a sale that is held for review, or any other that only a browser reported and whose purchase
/// order is not closed. It stays known, so that the same claim changes nothing; what the shop
/// itself reports of it still counts.
#[cfg_attr(test, utoipa::path(post, path = "/api/sales/{id}/reject", tag = "Sales",
    params(("id" = String, Path, description = "Our id of the sale.")),
    extensions(("x-live-keys-only" = json!(true))),
    security(("secret_key" = ["orders:write"])),
    responses((status = 200, description = "The sale.", body = SaleDetails), Changed)))]
#[worker::send]
pub(crate) async fn reject_sale(
    Extension(context): Extension<RequestContext>,
    found: Owned<SalesSettle, SaleRow>,
) -> Result<Response, Problem> {
    let (merchant, row) = (&found.key.merchant_id, found.resource);
    review::reject(&context, &row).await?;
    reloaded(&context, merchant, &row.id, StatusCode::OK).await
}

/// Returns the sale as it is after a change.
async fn reloaded(
    context: &RequestContext,
    merchant: &str,
    id: &str,
    status: StatusCode,
) -> Result<Response, Problem> {
    let row = SaleRow::load(&context.store, merchant, id).await?;
    let row = row.ok_or_else(|| Problem::not_found(SaleRow::NAME))?;
    Ok(json(status, &details(context, merchant, row).await?))
}

async fn details(
    context: &RequestContext,
    merchant: &str,
    row: SaleRow,
) -> Result<SaleDetails, Problem> {
    let outcomes = outcomes::of_sale(context, merchant, &row).await?;
    let facts = row.facts()?;
    let current = facts.sale();
    let facts = serde_json::to_value(&facts)
        .map_err(|_| Problem::internal("Facts of a sale could not be written as JSON"))?;
    let campaigns = outcomes.into_iter().map(SaleUnderCampaign::from).collect();
    Ok(SaleDetails { stored: row.into(), current, facts, campaigns })
}

impl From<Outcome> for SaleUnderCampaign {
    fn from(outcome: Outcome) -> Self {
        let (order, state) = outcome.order.unzip();
        Self {
            campaign: outcome.campaign,
            campaign_name: outcome.campaign_name,
            campaign_version: outcome.campaign_version,
            trees: outcome.trees,
            reason: outcome.reason,
            order,
            state,
        }
    }
}

impl From<SaleRow> for StoredSale {
    fn from(row: SaleRow) -> Self {
        let test = row.is_test();
        Self {
            id: row.id,
            shop: row.shop_id,
            sale: row.sale_id,
            number: row.number,
            proof: row.proof,
            held_because: row.held_because,
            status: row.status,
            test,
            sold_at: Timestamp::from_milliseconds(row.sold_at),
            received_at: Timestamp::from_milliseconds(row.received_at),
        }
    }
}

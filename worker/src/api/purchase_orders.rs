//! `/api/purchase_orders/`: what a merchant is to pay, month by month.

pub(crate) mod items;
pub(crate) mod payments;

use axum::Extension;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use order_events::Timestamp;
use serde::{Deserialize, Serialize};

use crate::auth::owned::Owned;
use crate::auth::permitted::Permitted;
use crate::auth::scope::PurchaseOrdersRead;
use crate::crypto::link;
use crate::domain::states::{DigestCover, Dunning, LineKind, PurchaseOrderState};
use crate::http::csv::{Format, Table as Sheet};
use crate::http::pagination::{Search, limit_default, list};
#[cfg(test)]
use crate::http::responses::Refused;
use crate::platform::context::RequestContext;
use crate::platform::problem::{Problem, json};
use crate::store::Table;
use crate::store::purchase_order_lines::LineRow;
use crate::store::purchase_orders::PurchaseOrderRow;

/// All orders of one merchant and one calendar month.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct PurchaseOrder {
    id: String,
    /// Its number: `PO-2026-11-0042`; `null` while it is open.
    number: Option<String>,
    /// The month in the merchant's time zone: `2026-11`.
    period: String,
    starts_at: Option<Timestamp>,
    /// The first instant that is no longer in the month.
    ends_at: Option<Timestamp>,
    /// `open`, `closed`, `payment due`, `paid`, `settled` if it comes to nothing, or `carried over`
    /// if the total is below zero or too small to be paid by card.
    #[cfg_attr(test, schema(value_type = String))]
    state: PurchaseOrderState,
    /// Below zero where credits take back more than was ordered.
    trees: i64,
    /// Minor units of `currency`; of an open purchase order, what it would cost now.
    total: i64,
    currency: String,
    closed_at: Option<Timestamp>,
    paid_at: Option<Timestamp>,
    /// When the saved card is charged next; or `null`.
    next_attempt_at: Option<Timestamp>,
    /// The outcome of the last attempt to pay it, or `null`.
    last_message: Option<String>,
    /// The last step that was taken because it is not paid.
    dunning: Dunning,
    /// When that was.
    dunned_at: Option<Timestamp>,
    /// When to look for the next step; `null` when none follows.
    next_dunning_at: Option<Timestamp>,
    /// SHA-256 over the purchase order, its lines and its items; `null` until it is finalized.
    /// `docs/digest.md` has the recipe.
    digest: Option<String>,
    /// `orders`; or `lines`, if it was closed when digests covered the lines only.
    #[cfg_attr(test, schema(value_type = Option<String>))]
    digest_covers: Option<DigestCover>,
    /// The path of the page with the button to pay.
    pay_link: Option<String>,
}

/// The orders, or the credits, of one campaign in one shop at one price; or an amount carried over.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct PurchaseOrderLine {
    kind: LineKind,
    /// The campaign's id; `null` for trees ordered by API. Of what is carried over, the id of the
    /// purchase order that it comes from.
    campaign: Option<String>,
    campaign_name: String,
    /// The shop's id; `null` for trees ordered by API.
    shop: Option<String>,
    shop_name: String,
    /// How many orders, or credits.
    orders: i64,
    /// Below zero where they are taken back.
    trees: i64,
    /// Minor units for one tree.
    unit_price: i64,
    /// Minor units.
    total: i64,
}

/// Which purchase orders are wanted.
#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, into_params(parameter_in = Query))]
pub(crate) struct PurchaseOrderSearch {
    /// The id of the last purchase order of the page before.
    after: Option<String>,
    /// Purchase orders on a page, at most.
    #[serde(default = "limit_default")]
    #[cfg_attr(test, param(minimum = 1, maximum = 100, default = 100))]
    limit: u32,
    /// In this state.
    state: Option<PurchaseOrderState>,
}

/// How the lines are wanted.
#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, into_params(parameter_in = Query))]
pub(crate) struct LineSearch {
    /// `csv` for a table; a header `Accept: text/csv` asks for the same.
    format: Option<Format>,
}

/// List the purchase orders, newest month first.
#[cfg_attr(test, utoipa::path(get, path = "/api/purchase_orders", tag = "Purchase orders",
    params(PurchaseOrderSearch),
    extensions(("x-live-keys-only" = json!(true))),
    security(("secret_key" = ["purchase_orders:read"])),
    responses((status = 200, description = "The purchase orders.", body = [PurchaseOrder]),
        Refused)))]
#[worker::send]
pub(crate) async fn list_purchase_orders(
    Extension(context): Extension<RequestContext>,
    key: Permitted<PurchaseOrdersRead>,
    Search(search): Search<PurchaseOrderSearch>,
    uri: Uri,
) -> Result<Response, Problem> {
    let (store, merchant) = (&context.store, key.0.merchant_id.as_str());
    let read = async |after: Option<&str>, limit| {
        let rows = store.purchase_orders(merchant, search.state, after, limit).await?;
        Ok(rows.into_iter().map(|row| answer(&context, row)).collect())
    };
    let of = (Table::PurchaseOrders, merchant);
    let bounds = (search.after.as_deref(), search.limit);
    list((store, &uri), of, bounds, |order: &PurchaseOrder| &order.id, read).await
}

/// Read a purchase order.
///
/// The id `open` stands for the one that collects orders now; its total is what it would cost by
/// now.
#[cfg_attr(test, utoipa::path(get, path = "/api/purchase_orders/{id}", tag = "Purchase orders",
    params(("id" = String, Path, description = "The purchase order's id, or `open`.")),
    extensions(("x-live-keys-only" = json!(true))),
    security(("secret_key" = ["purchase_orders:read"])),
    responses((status = 200, description = "The purchase order.", body = PurchaseOrder), Refused)))]
#[worker::send]
pub(crate) async fn read_purchase_order(
    Extension(context): Extension<RequestContext>,
    found: Owned<PurchaseOrdersRead, PurchaseOrderRow>,
) -> Response {
    json(StatusCode::OK, &answer(&context, found.resource))
}

/// List the lines of a purchase order: the orders of one campaign in one shop at one price each.
#[cfg_attr(test, utoipa::path(get, path = "/api/purchase_orders/{id}/lines",
    tag = "Purchase orders",
    params(("id" = String, Path, description = "The purchase order's id, or `open`."), LineSearch),
    extensions(("x-live-keys-only" = json!(true))),
    security(("secret_key" = ["purchase_orders:read"])),
    responses((status = 200, description = "The lines.",
        content((Vec<PurchaseOrderLine> = "application/json"), (String = "text/csv"))), Refused)))]
#[worker::send]
pub(crate) async fn list_lines(
    Extension(context): Extension<RequestContext>,
    found: Owned<PurchaseOrdersRead, PurchaseOrderRow>,
    Search(search): Search<LineSearch>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let order = found.resource;
    let rows = context.store.lines(&order).await?;
    let lines: Vec<PurchaseOrderLine> = rows.into_iter().map(PurchaseOrderLine::from).collect();
    match Format::wanted(search.format, &headers) {
        Format::Json => Ok(json(StatusCode::OK, &lines)),
        Format::Csv => sheet(&lines, &order.currency)
            .into_response(&format!("purchase-order-{}", order.period)),
    }
}

fn sheet(lines: &[PurchaseOrderLine], currency: &str) -> Sheet {
    let mut sheet = Sheet::new(&[
        "kind",
        "campaign",
        "campaign_name",
        "shop",
        "shop_name",
        "orders",
        "trees",
        "unit_price",
        "total",
        "currency",
    ]);
    for line in lines {
        sheet.push(vec![
            line.kind.as_str().to_owned(),
            line.campaign.clone().unwrap_or_default(),
            line.campaign_name.clone(),
            line.shop.clone().unwrap_or_default(),
            line.shop_name.clone(),
            line.orders.to_string(),
            line.trees.to_string(),
            line.unit_price.to_string(),
            line.total.to_string(),
            currency.to_owned(),
        ]);
    }
    sheet
}

/// Returns a purchase order as the API shows it.
pub(crate) fn answer(context: &RequestContext, row: PurchaseOrderRow) -> PurchaseOrder {
    let pay_link = link::path(context.usable_keys(), &row.id, row.link_encrypted.as_deref());
    PurchaseOrder {
        number: row.number(),
        period: row.period,
        starts_at: Timestamp::from_milliseconds(row.starts_at),
        ends_at: Timestamp::from_milliseconds(row.ends_at),
        state: row.state,
        trees: row.trees,
        total: row.total,
        currency: row.currency,
        closed_at: row.closed_at.and_then(Timestamp::from_milliseconds),
        paid_at: row.paid_at.and_then(Timestamp::from_milliseconds),
        next_attempt_at: row.next_attempt_at.and_then(Timestamp::from_milliseconds),
        last_message: row.last_message,
        dunning: row.dunning,
        dunned_at: row.dunned_at.and_then(Timestamp::from_milliseconds),
        next_dunning_at: row.next_dunning_at.and_then(Timestamp::from_milliseconds),
        digest: row.digest,
        digest_covers: row.digest_covers,
        pay_link,
        id: row.id,
    }
}

impl From<LineRow> for PurchaseOrderLine {
    fn from(row: LineRow) -> Self {
        let id = |id: String| Some(id).filter(|id| !id.is_empty());
        Self {
            kind: row.kind,
            campaign: id(row.campaign_id),
            campaign_name: row.campaign,
            shop: id(row.shop_id),
            shop_name: row.shop,
            orders: row.orders,
            trees: row.trees,
            unit_price: row.unit_price,
            total: row.total,
        }
    }
}

//! `/api/purchase_orders/{id}/items`: what stands behind the lines, with reason and proof.

use std::sync::Arc;

use axum::Extension;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use order_events::{Proof, Timestamp};
use serde::{Deserialize, Serialize};

use crate::auth::owned::Owned;
use crate::auth::scope::PurchaseOrdersRead;
use crate::domain::states::LineKind;
use crate::http::csv::{Format, Rows, Table};
use crate::http::pagination::{ROWS_AT_ONCE, Search, check_limit, limit_default, next_rows, page};
#[cfg(test)]
use crate::http::responses::Refused;
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::store::purchase_order_items::ItemRow;
use crate::store::purchase_orders::PurchaseOrderRow;

/// One order, one credit, or one amount that is carried over.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct PurchaseOrderItem {
    /// The id of the order or the credit; of what is carried over, that of its purchase order.
    id: String,
    kind: LineKind,
    /// When it was sold; of a credit, when it was reported; of what is carried over, when its month
    /// was closed.
    at: Option<Timestamp>,
    /// The order that a credit changes; `null` for anything else.
    order: Option<String>,
    /// The shop's id; `null` where there was no sale.
    shop: Option<String>,
    shop_name: Option<String>,
    /// The shop's own order id; `null` where there was no sale.
    sale: Option<String>,
    /// The `referenceNo` of trees bought by name.
    reference: Option<String>,
    /// The campaign's id; `null` for trees bought by name.
    campaign: Option<String>,
    /// The version of the campaign that ordered the trees.
    campaign_version: Option<i64>,
    campaign_name: Option<String>,
    /// `claimed` or `verified`; `null` where there was no sale.
    #[cfg_attr(test, schema(value_type = Option<String>))]
    proof: Option<Proof>,
    /// Why so many trees, or why they are taken back.
    reason: String,
    /// Below zero where they are taken back.
    trees: i64,
    /// Minor units for one tree.
    unit_price: i64,
    /// Minor units.
    total: i64,
}

/// Which items are wanted, and how.
#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, into_params(parameter_in = Query))]
pub(crate) struct ItemSearch {
    /// The id of the last item of the page before.
    after: Option<String>,
    /// Items on a page, at most.
    #[serde(default = "limit_default")]
    #[cfg_attr(test, param(minimum = 1, maximum = 100, default = 100))]
    limit: u32,
    /// `csv` for a table of all rows; a header `Accept: text/csv` asks for the same.
    format: Option<Format>,
}

/// List the items of a purchase order: each order with its reason and proof, each credit.
///
/// Their totals add up to those of the lines, and to the total of the purchase order.
#[cfg_attr(test, utoipa::path(get, path = "/api/purchase_orders/{id}/items",
    tag = "Purchase orders",
    params(("id" = String, Path, description = "The purchase order's id, or `open`."), ItemSearch),
    extensions(("x-live-keys-only" = json!(true))),
    security(("secret_key" = ["purchase_orders:read"])),
    responses((status = 200, description = "The items.",
        content((Vec<PurchaseOrderItem> = "application/json"), (String = "text/csv"))), Refused)))]
#[worker::send]
pub(crate) async fn list_items(
    Extension(context): Extension<RequestContext>,
    found: Owned<PurchaseOrdersRead, PurchaseOrderRow>,
    Search(search): Search<ItemSearch>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Problem> {
    let (store, order) = (&context.store, found.resource);
    let limit = check_limit(search.limit)?;
    let after = search.after.as_deref();
    if let Some(after) = after
        && !store.has_item(&order.id, after).await?
    {
        return Err(Problem::bad_request(
            "after: write the id of the last item of the page before, of this purchase order.",
        ));
    }
    if Format::wanted(search.format, &headers) == Format::Csv {
        return stream(context, order, search.after).await;
    }
    let rows = store.items(&order.id, after, limit.saturating_add(1)).await?;
    let items: Vec<PurchaseOrderItem> = rows.into_iter().map(PurchaseOrderItem::from).collect();
    Ok(page(&uri, limit, items, |item| &item.id).into_json())
}

/// Streams all items of a purchase order as a table, in any number.
pub(crate) async fn stream(
    context: RequestContext,
    order: PurchaseOrderRow,
    after: Option<String>,
) -> Result<Response, Problem> {
    let name = file_name(&order);
    let order = Arc::new(order);
    let read = move |after: Option<String>| {
        let (context, order) = (context.clone(), Arc::clone(&order));
        async move {
            let rows = context.store.items(&order.id, after.as_deref(), ROWS_AT_ONCE).await?;
            let next = next_rows(&rows, |row| &row.id);
            let items = rows.into_iter().map(PurchaseOrderItem::from);
            Ok(Rows { cells: items.map(|item| cells(&order, &item)).collect(), next })
        }
    };
    let first = read(after).await?;
    let mut table = Table::new(&NAMES);
    for cells in first.cells {
        table.push(cells);
    }
    table.into_stream(&name, first.next, move |after| read(Some(after)))
}

/// `purchase-order-2026-11-items`.
fn file_name(order: &PurchaseOrderRow) -> String {
    format!("purchase-order-{}-items", order.period)
}

/// The names above [`cells`].
const NAMES: [&str; 18] = [
    "number",
    "id",
    "kind",
    "at",
    "order",
    "shop",
    "shop_name",
    "sale",
    "reference",
    "campaign",
    "campaign_version",
    "campaign_name",
    "proof",
    "reason",
    "trees",
    "unit_price",
    "total",
    "currency",
];

/// The cells of an item in a table.
fn cells(order: &PurchaseOrderRow, item: &PurchaseOrderItem) -> Vec<String> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    vec![
        order.number().unwrap_or_default(),
        item.id.clone(),
        item.kind.as_str().to_owned(),
        item.at.map(Timestamp::to_rfc3339).unwrap_or_default(),
        text(&item.order),
        text(&item.shop),
        text(&item.shop_name),
        text(&item.sale),
        text(&item.reference),
        text(&item.campaign),
        item.campaign_version.map(|version| version.to_string()).unwrap_or_default(),
        text(&item.campaign_name),
        item.proof.map(|proof| proof.as_str().to_owned()).unwrap_or_default(),
        item.reason.clone(),
        item.trees.to_string(),
        item.unit_price.to_string(),
        item.total.to_string(),
        order.currency.clone(),
    ]
}

impl From<ItemRow> for PurchaseOrderItem {
    fn from(row: ItemRow) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            at: Timestamp::from_milliseconds(row.at),
            order: row.order_id,
            shop: row.shop_id,
            shop_name: row.shop,
            sale: row.sale,
            reference: row.reference,
            campaign: row.campaign_id,
            campaign_version: row.campaign_version,
            campaign_name: row.campaign,
            proof: row.proof,
            reason: row.reason,
            trees: row.trees,
            unit_price: row.unit_price,
            total: row.total,
        }
    }
}

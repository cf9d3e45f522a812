//! `/settings/purchase-orders/{id}/records`: what a digest covers, for the page that recomputes it.

use axum::Extension;
use axum::extract::Query;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::api::purchase_orders::items::PurchaseOrderItem;
use crate::api::purchase_orders::{PurchaseOrder, PurchaseOrderLine, answer};
use crate::platform::context::RequestContext;
use crate::platform::problem::{Problem, json};
use crate::store::purchase_orders::PurchaseOrderRow;
use crate::web::PageProblem;
use crate::web::form::Form;
use crate::web::session::SessionOwned;

/// Orders and credits in one response: about a megabyte.
const ITEMS_AT_ONCE: usize = 4_000;

/// A page of the records; the first one has the purchase order and its lines.
#[derive(Serialize)]
struct Records {
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<PurchaseOrder>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lines: Option<Vec<PurchaseOrderLine>>,
    items: Vec<PurchaseOrderItem>,
    has_more: bool,
}

/// Returns the records of a closed purchase order, from behind an item on.
#[worker::send]
pub(crate) async fn show(
    SessionOwned { resource: order, .. }: SessionOwned<PurchaseOrderRow>,
    Extension(context): Extension<RequestContext>,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Response, PageProblem> {
    if order.digest.is_none() {
        return Err(Problem::not_found("digest").into());
    }
    let (store, query) = (&context.store, Form::new(query));
    let after = Some(query.text("after")).filter(|after| !after.is_empty());
    let limit = i64::try_from(ITEMS_AT_ONCE.saturating_add(1)).unwrap_or(i64::MAX);
    let mut items = store.items(&order.id, after, limit).await?;
    let has_more = items.len() > ITEMS_AT_ONCE;
    items.truncate(ITEMS_AT_ONCE);
    let (mut head, mut lines) = (None, None);
    if after.is_none() {
        let rows = store.frozen_lines(&order.id).await?;
        lines = Some(rows.into_iter().map(PurchaseOrderLine::from).collect());
        head = Some(answer(&context, order));
    }
    let items = items.into_iter().map(PurchaseOrderItem::from).collect();
    let records = Records { order: head, lines, items, has_more };
    let no_store = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(([no_store], json(StatusCode::OK, &records)).into_response())
}

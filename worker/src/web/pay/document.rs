//! `/pay/{token}/document` and `/pay/{token}/items.csv`: the purchase order for the payer's
//! accounts, available to every holder of its link.

pub(crate) mod view;

use axum::Extension;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::api::purchase_orders::items::stream;
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::web;
use crate::web::pay::{failed, find};

/// Items that are printed at most; a longer list is for a spreadsheet.
const PRINTED_MAX: i64 = 500;

/// Shows the purchase order as a page to be printed, or kept as PDF.
#[worker::send]
pub(crate) async fn show(
    Extension(context): Extension<RequestContext>,
    Path(token): Path<String>,
) -> Response {
    page(&context, &token).await.unwrap_or_else(failed)
}

async fn page(context: &RequestContext, token: &str) -> Result<Response, Problem> {
    let order = find(context, token).await?;
    let store = &context.store;
    let lines = store.lines(&order).await?;
    let mut items = store.items(&order.id, None, PRINTED_MAX.saturating_add(1)).await?;
    let printed = usize::try_from(PRINTED_MAX).unwrap_or(usize::MAX);
    let is_cut = items.len() > printed;
    items.truncate(printed);
    let payment = store.latest_payment(&order.id).await?;
    let shown = view::Shown {
        order: &order,
        lines: &lines,
        items: &items,
        is_cut,
        payment: payment.as_ref(),
        instructions: context.config.payment_instructions.as_deref(),
    };
    Ok(web::html(StatusCode::OK, view::render(token, &shown)?))
}

/// Returns all items as one table.
#[worker::send]
pub(crate) async fn items(
    Extension(context): Extension<RequestContext>,
    Path(token): Path<String>,
) -> Response {
    sheet(&context, &token).await.unwrap_or_else(failed)
}

async fn sheet(context: &RequestContext, token: &str) -> Result<Response, Problem> {
    let order = find(context, token).await?;
    let response = stream(context.clone(), order, None).await?;
    let no_store = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(([no_store], response).into_response())
}

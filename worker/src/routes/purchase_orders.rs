//! `/api/purchase_orders/`: what a merchant is to pay, month by month.

use axum::Extension;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use order_events::Timestamp;
use serde::Serialize;

use crate::access::Owner;
use crate::auth::link_token;
use crate::context::RequestContext;
use crate::problem::{Problem, json};
use crate::store::purchase_orders::{LineRow, PurchaseOrderRow};

/// All orders of one merchant and one calendar month.
#[derive(Serialize)]
struct PurchaseOrderAnswer {
    id: String,
    /// The month in the merchant's time zone: `2026-11`.
    period: String,
    starts_at: Option<Timestamp>,
    /// The first instant that is no longer in the month.
    ends_at: Option<Timestamp>,
    /// `open`, `closed`, `payment due` or `paid`.
    state: String,
    trees: i64,
    /// Minor units of `currency`; of an open purchase order, what it would cost now.
    total: i64,
    currency: String,
    closed_at: Option<Timestamp>,
    paid_at: Option<Timestamp>,
    /// SHA-256 over the lines; `null` while it is open.
    digest: Option<String>,
    /// The path of the page with the button to pay.
    pay_link: String,
}

/// The orders of one campaign in one shop at one price.
#[derive(Serialize)]
struct LineAnswer {
    campaign: String,
    campaign_name: String,
    shop: String,
    shop_name: String,
    orders: i64,
    trees: i64,
    /// Minor units for one tree.
    unit_price: i64,
    /// Minor units.
    total: i64,
}

const PURCHASE_ORDERS_MAX: i64 = 100;

/// The merchant's purchase orders, newest month first.
#[worker::send]
pub(crate) async fn list(
    Extension(context): Extension<RequestContext>,
    Owner(key): Owner,
) -> Result<Response, Problem> {
    let rows = context.store.purchase_orders(&key.merchant_id, PURCHASE_ORDERS_MAX).await?;
    let answers: Vec<_> = rows.into_iter().map(|row| answer(&context, row)).collect();
    Ok(json(StatusCode::OK, &answers))
}

/// One purchase order.
#[worker::send]
pub(crate) async fn read(
    Extension(context): Extension<RequestContext>,
    Owner(key): Owner,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let row = find(&context, &key.merchant_id, &id).await?;
    Ok(json(StatusCode::OK, &answer(&context, row)))
}

/// The lines of one purchase order.
#[worker::send]
pub(crate) async fn lines(
    Extension(context): Extension<RequestContext>,
    Owner(key): Owner,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let row = find(&context, &key.merchant_id, &id).await?;
    let lines = context.store.lines(&row).await?;
    let answers: Vec<LineAnswer> = lines.into_iter().map(line_answer).collect();
    Ok(json(StatusCode::OK, &answers))
}

async fn find(
    context: &RequestContext,
    merchant: &str,
    id: &str,
) -> Result<PurchaseOrderRow, Problem> {
    let row = context.store.purchase_order(merchant, id).await?;
    row.ok_or_else(|| Problem::not_found("purchase order"))
}

fn answer(context: &RequestContext, row: PurchaseOrderRow) -> PurchaseOrderAnswer {
    let pay_link = format!("/pay/{}", link_token(&context.settings.link_secret, &row.id));
    PurchaseOrderAnswer {
        period: row.period,
        starts_at: Timestamp::from_milliseconds(row.starts_at),
        ends_at: Timestamp::from_milliseconds(row.ends_at),
        state: row.state,
        trees: row.trees,
        total: row.total,
        currency: row.currency,
        closed_at: row.closed_at.and_then(Timestamp::from_milliseconds),
        paid_at: row.paid_at.and_then(Timestamp::from_milliseconds),
        digest: row.digest,
        pay_link,
        id: row.id,
    }
}

fn line_answer(row: LineRow) -> LineAnswer {
    LineAnswer {
        campaign: row.campaign_id,
        campaign_name: row.campaign,
        shop: row.shop_id,
        shop_name: row.shop,
        orders: row.orders,
        trees: row.trees,
        unit_price: row.unit_price,
        total: row.total,
    }
}

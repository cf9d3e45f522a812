//! `/settings/purchase-orders`: the month that is open, day by day, and the closed ones.

pub(crate) mod copy;
mod list;
pub(crate) mod records;
mod view;

use axum::Extension;
use axum::extract::Query;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::api::purchase_orders::items::stream;
use crate::crypto::link;
use crate::domain::states::{DigestCover, PurchaseOrderState};
use crate::payments::{self, CardForm};
use crate::platform::context::RequestContext;
use crate::store::purchase_order_items::CREDITS;
use crate::store::purchase_orders::PurchaseOrderRow;
use crate::web::form::Form;
use crate::web::session::{Session, SessionOwned};
use crate::web::{self, PageProblem};

/// The page of a closed purchase order also runs the script and the Wasm that recompute it.
const CONTENT_SECURITY_POLICY_RECOMPUTING: &str = "default-src 'none'; style-src 'self'; \
    script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; form-action 'self'; \
    frame-ancestors 'none'; base-uri 'none'";

/// Purchase orders on a page of the list: those of two years.
const LISTED: usize = 24;

/// Orders and credits on a page.
const ITEMS_ON_PAGE: usize = 50;

/// Shows a page of the list: the newest months, or those before another one.
#[worker::send]
pub(crate) async fn show(
    Session(session): Session,
    Extension(context): Extension<RequestContext>,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Response, PageProblem> {
    let query = Form::new(query);
    let after = Some(query.text("after")).filter(|after| !after.is_empty());
    let limit = i64::try_from(LISTED.saturating_add(1)).unwrap_or(i64::MAX);
    let merchant = session.merchant_id.as_str();
    let mut orders = context.store.purchase_orders(merchant, None, after, limit).await?;
    let has_more = orders.len() > LISTED;
    orders.truncate(LISTED);
    let html = list::render(&session, &orders, after.is_none(), has_more)?;
    Ok(web::html_of_forms(StatusCode::OK, html))
}

/// Shows one: its days while it is open, and its lines, orders and payments once it is closed.
#[worker::send]
pub(crate) async fn show_one(
    SessionOwned { session, resource: order }: SessionOwned<PurchaseOrderRow>,
    Extension(context): Extension<RequestContext>,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Response, PageProblem> {
    let store = &context.store;
    let link = link::path(context.usable_keys(), &order.id, order.link_encrypted.as_deref());
    if order.state == PurchaseOrderState::Open {
        let quarters = store.quarters(&order.id).await?;
        let now = context.now.milliseconds();
        let html = view::render_open(&session, &order, &quarters, link.as_deref(), now)?;
        return Ok(web::html_of_forms(StatusCode::OK, html));
    }
    let query = Form::new(query);
    let after = Some(query.text("after")).filter(|after| !after.is_empty());
    let limit = i64::try_from(ITEMS_ON_PAGE.saturating_add(1)).unwrap_or(i64::MAX);
    let history = store.purchase_order_history(&order.id, after, limit).await?;
    let takes_cards = payments::gateway(&context)?.card_form() != CardForm::None;
    let shown = view::Shown {
        session: &session,
        order: &order,
        history,
        are_credits: after == Some(CREDITS),
        is_first: after.is_none() || after == Some(CREDITS),
        items_on_page: ITEMS_ON_PAGE,
        link: link.as_deref(),
        takes_cards,
    };
    let mut response = web::html_of_forms(StatusCode::OK, view::render_closed(shown)?);
    if order.digest_covers == Some(DigestCover::Orders) {
        let policy = HeaderValue::from_static(CONTENT_SECURITY_POLICY_RECOMPUTING);
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    Ok(response)
}

/// Returns all orders and credits of one as a table.
#[worker::send]
pub(crate) async fn items(
    SessionOwned { resource: order, .. }: SessionOwned<PurchaseOrderRow>,
    Extension(context): Extension<RequestContext>,
) -> Result<Response, PageProblem> {
    let response = stream(context, order, None).await?;
    let no_store = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(([no_store], response).into_response())
}

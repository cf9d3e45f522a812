//! `/settings`: the overview, the first page of a member who has signed in.

mod attention;
mod chart;
mod view;

use axum::Extension;
use axum::http::StatusCode;
use axum::response::Response;

use crate::payments;
use crate::platform::context::RequestContext;
use crate::web::session::Session;
use crate::web::{self, PageProblem};

/// Sales on the page.
const SALES: i64 = 6;

/// Shows the overview. A merchant without any sale is led to the first steps.
#[worker::send]
pub(crate) async fn show(
    Session(session): Session,
    Extension(context): Extension<RequestContext>,
) -> Result<Response, PageProblem> {
    let gateway = payments::gateway(&context)?;
    let now = context.now.milliseconds();
    let (store, merchant) = (&context.store, session.merchant_id.as_str());
    let overview = store.overview(merchant, gateway.name(), now, SALES).await?;
    // Of a sale without a status only refunds are known.
    if overview.sales.iter().all(|sale| sale.status.is_none()) {
        return Ok(web::redirect("/settings/start"));
    }
    let html = view::render(&session, &overview, context.now)?;
    Ok(web::html_of_forms(StatusCode::OK, html))
}

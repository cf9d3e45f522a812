//! `/settings/orders`: the sales of the merchant's shops, and why each orders trees or why not.

pub(crate) mod copy;
pub(crate) mod sale;
pub(crate) mod view;

use axum::Extension;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;

use crate::platform::context::RequestContext;
use crate::store::sale_overview::Wanted;
use crate::web::form::Form;
use crate::web::session::Session;
use crate::web::settings::orders::view::{Shown, render};
use crate::web::{self, PageProblem};

/// Sales on a page.
pub(crate) const SALES_ON_PAGE: usize = 50;

/// Characters of a number that is searched for, at most.
const NUMBER_LENGTH_MAX: usize = 255;

/// Shows a page of the list: the newest sales, those behind another one, or those with a number.
#[worker::send]
pub(crate) async fn show(
    Session(session): Session,
    Extension(context): Extension<RequestContext>,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Response, PageProblem> {
    let query = Form::new(query);
    let number: String = query.text("number").chars().take(NUMBER_LENGTH_MAX).collect();
    let wanted = match (number.as_str(), query.text("after")) {
        ("", "") => Wanted::Newest,
        ("", after) => Wanted::Behind(after),
        (number, _) => Wanted::Named(number),
    };
    let limit = i64::try_from(SALES_ON_PAGE.saturating_add(1)).unwrap_or(i64::MAX);
    let mut sales = context.store.sale_overviews(&session.merchant_id, wanted, limit).await?;
    let has_more = sales.len() > SALES_ON_PAGE;
    sales.truncate(SALES_ON_PAGE);
    let shown = Shown {
        session: &session,
        number: &number,
        is_first: matches!(wanted, Wanted::Newest),
        has_more,
        sales: &sales,
    };
    Ok(web::html_of_forms(StatusCode::OK, render(&shown)?))
}

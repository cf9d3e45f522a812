//! `/`: the page that says what this is, and how many trees were ordered so far.

pub(crate) mod view;

use askama::Template;
use axum::Extension;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

use crate::platform::context::RequestContext;
use crate::web::front::view::FrontPage;
use crate::web::sign_in::sign_up;
use crate::web::{self, PageProblem};

/// The page is the same for everyone, so browsers and the edge cache may store it for a minute.
const CACHING: &str = "public, max-age=60";

/// Shows the page.
#[worker::send]
pub(crate) async fn show(
    Extension(context): Extension<RequestContext>,
) -> Result<Response, PageProblem> {
    let totals = context.store.totals(None).await?;
    let html = FrontPage::new(&totals, sign_up::is_open(&context)).render()?;
    let mut response = web::html(StatusCode::OK, html);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(CACHING));
    Ok(response)
}

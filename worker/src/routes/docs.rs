//! `/docs`: the API for people who read.

use axum::Extension;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::Response;

use crate::context::RequestContext;
use crate::problem::Problem;
use crate::{origin, pages};

/// The address of the Worker in the samples of the page's file.
pub(crate) const EXAMPLE_ORIGIN: &str = "https://worker.example.com";

/// Shows the page, with samples that call this Worker.
#[worker::send]
pub(crate) async fn show(
    Extension(context): Extension<RequestContext>,
    uri: Uri,
) -> Result<Response, Problem> {
    // The asset server removes the ending of the name of an HTML file.
    let page = context.variables.description("docs").await?;
    let page = page.replace(EXAMPLE_ORIGIN, &origin::of(&uri));
    let mut response = pages::html(StatusCode::OK, page);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    Ok(response)
}

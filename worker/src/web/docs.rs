//! `/docs`: the API for people who read.

#[cfg(test)]
mod view;

use axum::Extension;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::Response;

use crate::domain::origin;
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::web;

/// The address of the Worker in the samples of the page's file.
pub(crate) const EXAMPLE_ORIGIN: &str = "https://worker.example.com";

/// Shows the page, with samples that call this Worker.
#[worker::send]
pub(crate) async fn show(
    Extension(context): Extension<RequestContext>,
    uri: Uri,
) -> Result<Response, Problem> {
    // The asset server removes the ending of the name of an HTML file.
    let page = context.description("docs").await?;
    let page = page.replace(EXAMPLE_ORIGIN, &origin::of(&uri));
    let mut response = web::html(StatusCode::OK, page);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    Ok(response)
}

//! `/docs`: the API for people who read.

use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::Response;

use crate::openapi::DESCRIPTION;
use crate::problem::Problem;
use crate::{origin, pages};

/// Shows the page.
pub(crate) async fn show(uri: Uri) -> Result<Response, Problem> {
    let html = pages::docs::render(DESCRIPTION, &origin::of(&uri))
        .map_err(|_| Problem::internal("The page of the API could not be written"))?;
    let mut response = pages::html(StatusCode::OK, html);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    Ok(response)
}

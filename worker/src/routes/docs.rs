//! `/docs`: the API for people who read.

use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::Response;

use crate::openapi::DESCRIPTION;
use crate::pages;
use crate::problem::Problem;

/// Shows the page.
pub(crate) async fn show(uri: Uri) -> Result<Response, Problem> {
    let origin = match (uri.scheme_str(), uri.authority()) {
        (Some(scheme), Some(authority)) => format!("{scheme}://{authority}"),
        _ => String::new(),
    };
    let html = pages::docs::render(DESCRIPTION, &origin)
        .map_err(|_| Problem::internal("The page of the API could not be written"))?;
    let mut response = pages::html(StatusCode::OK, html);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    Ok(response)
}

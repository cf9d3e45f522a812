//! `/api/openapi.json`: the API described by its own handlers.

#[cfg(test)]
mod generate;

use axum::Extension;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

use crate::platform::context::RequestContext;
use crate::platform::problem::{Problem, json_text};

/// Generated from the handlers and their types by the tests, which hold the file to them.
#[cfg(test)]
pub(crate) const DESCRIPTION: &str = include_str!("../../description/openapi.json");

/// Read this description of the API.
#[cfg_attr(test, utoipa::path(get, path = "/api/openapi.json", tag = "Description", security(()),
    responses((status = 200, description = "The description, as `OpenAPI` 3.1.", body = Object))))]
#[worker::send]
pub(crate) async fn describe_api(
    Extension(context): Extension<RequestContext>,
) -> Result<Response, Problem> {
    let description = context.description("openapi.json").await?;
    let mut response = json_text(StatusCode::OK, description);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    Ok(response)
}

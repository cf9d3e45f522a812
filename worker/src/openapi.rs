//! `/api/openapi.json`: the API described by its own handlers.

#[cfg(test)]
mod generate;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

use crate::problem::json_text;

/// Generated from the handlers and their types by the tests, which see to it that it is the latest.
/// It is kept as text, because generating it here would make the Worker half as large again.
pub(crate) const DESCRIPTION: &str = include_str!("../openapi.json");

/// Read this description of the API.
#[cfg_attr(test, utoipa::path(get, path = "/api/openapi.json", tag = "Description", security(()),
    responses((status = 200, description = "The description, as `OpenAPI` 3.1.", body = Object))))]
pub(crate) async fn describe_api() -> Response {
    let mut response = json_text(StatusCode::OK, DESCRIPTION.to_owned());
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    response
}

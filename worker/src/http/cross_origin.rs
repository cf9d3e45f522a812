//! Lets any page call the API: a key decides, never a cookie.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Responds to a browser's preflight request.
pub(crate) async fn preflight() -> Response {
    let value = HeaderValue::from_static;
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, value("GET, POST, PUT, DELETE, OPTIONS")),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, value("Authorization, Content-Type")),
        (header::ACCESS_CONTROL_MAX_AGE, value("86400")),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

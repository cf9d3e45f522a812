//! What a person sees: pages rendered here, without any script.

pub(crate) mod docs;
pub(crate) mod pay;

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::problem::Problem;

/// Pages need no script, no picture and no other host; only their own style and their own form.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; \
    form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// An answer of HTML that no cache keeps and no other site frames or is told of.
pub(crate) fn html(status: StatusCode, html: String) -> Response {
    let value = HeaderValue::from_static;
    let headers = [
        (header::CONTENT_TYPE, value("text/html; charset=utf-8")),
        (header::CACHE_CONTROL, value("no-store")),
        (header::CONTENT_SECURITY_POLICY, value(CONTENT_SECURITY_POLICY)),
        (header::REFERRER_POLICY, value("no-referrer")),
    ];
    (status, headers, html).into_response()
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    message: &'a str,
}

/// A page that says what went wrong.
pub(crate) fn problem(problem: &Problem) -> askama::Result<String> {
    ProblemPage { message: problem.message() }.render()
}

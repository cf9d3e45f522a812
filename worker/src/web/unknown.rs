//! Addresses without a page: a person gets a page that says where to go on, and a program the
//! envelope of the API.

use askama::Template;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use crate::platform::problem::Problem;
use crate::web;

/// Paths of programs, which get JSON whatever they accept.
const PATHS_OF_PROGRAMS: [&str; 4] = ["/api/", "/storefront/", "/webhooks/", "/plugin/"];

#[derive(Template)]
#[template(path = "unknown.html")]
struct UnknownPage<'a> {
    heading: &'a str,
    message: &'a str,
}

/// 404: no page or call has this address.
pub(crate) async fn not_found(uri: Uri, headers: HeaderMap) -> Response {
    let message = "No page has this address. Check it for typing errors. If a link led you here, the \
                   page was removed.";
    let page = UnknownPage { heading: "Page not found", message };
    negotiated(&uri, &headers, &page, Problem::not_found("page"))
}

/// 405: the address takes other methods. A browser sends such a request if the address of a form
/// is opened by hand.
pub(crate) async fn method_not_allowed(uri: Uri, method: Method, headers: HeaderMap) -> Response {
    let message = format!("{method} does nothing here; the header Allow lists what does.");
    let problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, message);
    let message = "This address only receives forms. Open the page with the form instead.";
    let page = UnknownPage { heading: "Nothing to show here", message };
    negotiated(&uri, &headers, &page, problem)
}

fn negotiated(
    uri: &Uri,
    headers: &HeaderMap,
    page: &UnknownPage<'_>,
    problem: Problem,
) -> Response {
    let is_program = PATHS_OF_PROGRAMS.iter().any(|start| uri.path().starts_with(start));
    let mut response = match page.render() {
        Ok(html) if !is_program && accepts_html(headers) => web::html(problem.status(), html),
        _ => problem.into_response(),
    };
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept"));
    response
}

/// Returns true for browsers, which name HTML among the types that they accept.
fn accepts_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

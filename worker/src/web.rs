//! Pages for people, rendered here. All work without a script but the one that imports a file.

pub(crate) mod docs;
mod form;
pub(crate) mod front;
pub(crate) mod mailbox;
pub(crate) mod pay;
pub(crate) mod script;
pub(crate) mod session;
pub(crate) mod settings;
pub(crate) mod sign_in;
pub(crate) mod style;
pub(crate) mod unknown;

use askama::Template;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::platform::problem::Problem;

/// Pages need no script, no picture and no other host; only our style sheet and their own form. The
/// page of a closed purchase order has a policy of its own for the script that recomputes it.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; form-action 'self'; \
    frame-ancestors 'none'; base-uri 'none'";

/// The same for the page that sends a file in pieces, by a script of ours.
const POLICY_WITH_SCRIPT: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
    connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Returns an HTML response that caches do not store and other sites can neither frame nor see as
/// referrer.
pub(crate) fn html(status: StatusCode, html: String) -> Response {
    html_with(status, html, "no-referrer")
}

/// The same for a page whose forms are taken only from this origin: without a referrer, browsers
/// would keep the origin to themselves.
pub(crate) fn html_of_forms(status: StatusCode, html: String) -> Response {
    html_with(status, html, "same-origin")
}

/// The same for a page with a script.
pub(crate) fn html_with_script(status: StatusCode, html: String) -> Response {
    let mut response = html_of_forms(status, html);
    let policy = HeaderValue::from_static(POLICY_WITH_SCRIPT);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

fn html_with(status: StatusCode, html: String, referrer_policy: &'static str) -> Response {
    let value = HeaderValue::from_static;
    let headers: [(HeaderName, HeaderValue); 4] = [
        (header::CONTENT_TYPE, value("text/html; charset=utf-8")),
        (header::CACHE_CONTROL, value("no-store")),
        (header::CONTENT_SECURITY_POLICY, value(CONTENT_SECURITY_POLICY)),
        (header::REFERRER_POLICY, value(referrer_policy)),
    ];
    (status, headers, html).into_response()
}

/// Redirects to a page: after a POST the browser loads it, so that a reload sends nothing twice.
pub(crate) fn redirect(location: &str) -> Response {
    match HeaderValue::from_str(location) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        Err(_) => PageProblem(Problem::internal("An address could not be written")).into_response(),
    }
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    message: &'a str,
    /// True if signing in helps.
    is_signed_out: bool,
}

/// A problem as a person sees it: a page that says what went wrong.
pub(crate) struct PageProblem(pub(crate) Problem);

impl<E: Into<Problem>> From<E> for PageProblem {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for PageProblem {
    fn into_response(self) -> Response {
        let is_signed_out = self.0.status() == StatusCode::UNAUTHORIZED;
        match (ProblemPage { message: self.0.message(), is_signed_out }).render() {
            Ok(page) => html(self.0.status(), page),
            Err(_) => self.0.into_response(),
        }
    }
}

impl From<askama::Error> for Problem {
    fn from(error: askama::Error) -> Self {
        Self::internal(&format!("A page could not be written: {error}"))
    }
}

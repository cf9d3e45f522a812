//! `/sign-in/{token}` and `/settings/sign-out`: where a session begins and ends.

pub(crate) mod ask;
pub(crate) mod sign_up;
pub(crate) mod view;

use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::{Extension, Form as Sent};

use crate::auth::same_origin;
use crate::auth::session::cookie_name;
use crate::auth::sign_in::{self, CODE, LinkNeeds, SESSION_LASTS};
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::web::form::Form;
use crate::web::session::Session;
use crate::web::sign_in::view::{SignInPage, SignedOutPage};
use crate::web::{self, PageProblem, settings};

/// The header that makes a browser forget what it stored of this host. It names no cookies, because
/// a browser would also forget those of the hosts above and beside it.
const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// A form that one of our own pages sent.
pub(crate) struct OwnForm;

impl<S: Send + Sync> FromRequestParts<S> for OwnForm {
    type Rejection = PageProblem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageProblem> {
        same_origin::check(parts)?;
        Ok(Self)
    }
}

/// Shows the button. A GET uses no link up: mail scanners and previews open links.
#[worker::send]
pub(crate) async fn show(
    Extension(context): Extension<RequestContext>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Result<Response, PageProblem> {
    let needs = sign_in::needs(&context, &token, &headers).await?;
    page(StatusCode::OK, &SignInPage { notice: None, needs, flaw: None })
}

/// Uses the link up, and begins a session.
#[worker::send]
pub(crate) async fn begin(
    _: OwnForm,
    Extension(context): Extension<RequestContext>,
    Path(token): Path<String>,
    headers: HeaderMap,
    sent: Result<Sent<Vec<(String, String)>>, FormRejection>,
) -> Result<Response, PageProblem> {
    // Most links need no field, and a program may send no form at all.
    let form = sent.map_or_else(|_| Form::default(), |Sent(fields)| Form::new(fields));
    match sign_in::begin(&context, &token, form.text(CODE), &headers).await {
        Ok(session) => {
            let cookie = cookie(&context, &session, SESSION_LASTS.div_euclid(1000))?;
            let mut response = settings::after_sign_in();
            response.headers_mut().insert(header::SET_COOKIE, cookie);
            Ok(response)
        }
        Err(problem) if problem.field() == CODE => {
            let flaw = Some(problem.message());
            let needs = sign_in::needs(&context, &token, &headers).await?;
            page(problem.status(), &SignInPage { notice: None, needs, flaw })
        }
        Err(problem) => {
            let notice = Some(problem.message());
            let needs = LinkNeeds { code: false, is_sign_up: false };
            let page = page(problem.status(), &SignInPage { notice, needs, flaw: None })?;
            Ok(with_retry_after(page, &problem))
        }
    }
}

/// Ends the session, here and in the browser.
#[worker::send]
pub(crate) async fn end(
    Session(session): Session,
    Extension(context): Extension<RequestContext>,
) -> Result<Response, PageProblem> {
    context.store.end_session(&session.hash, context.now.milliseconds()).await?;
    let html = SignedOutPage.render()?;
    let mut response = web::html_of_forms(StatusCode::OK, html);
    let headers = response.headers_mut();
    headers.insert(header::SET_COOKIE, cookie(&context, "", 0)?);
    headers.insert(CLEAR_SITE_DATA, HeaderValue::from_static("\"cache\", \"storage\""));
    Ok(response)
}

fn page(status: StatusCode, page: &SignInPage<'_>) -> Result<Response, PageProblem> {
    Ok(web::html_of_forms(status, page.render()?))
}

/// Adds the seconds after which a form that came too often may be sent again.
fn with_retry_after(mut response: Response, problem: &Problem) -> Response {
    if let Some(seconds) = problem.retry_after().and_then(|text| text.parse().ok()) {
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}

/// The cookie is never sent by another site's form, and no script reads it.
fn cookie(context: &RequestContext, token: &str, seconds: i64) -> Result<HeaderValue, Problem> {
    let name = cookie_name(context);
    let cookie =
        format!("{name}={token}; Path=/; Max-Age={seconds}; HttpOnly; Secure; SameSite=Lax");
    HeaderValue::from_str(&cookie).map_err(|_| Problem::internal("A cookie could not be written"))
}

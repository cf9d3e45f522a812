//! `/sign-in`: the address that a link is mailed to, and the digits that the link wants elsewhere.

use askama::Template;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use axum::{Extension, Form as Sent};
use play_it_green_accounts::email;

use crate::auth::asking_browser::AskingBrowser;
use crate::auth::sign_in_by_mail;
use crate::mail;
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::web::form::Form;
use crate::web::sign_in::view::{AskPage, LinkSentPage};
use crate::web::sign_in::{OwnForm, sign_up, with_retry_after};
use crate::web::{self, PageProblem};

/// The page with the digits.
const SENT: &str = "/sign-in/sent";

/// The field with the address.
pub(super) const EMAIL: &str = "email";

/// Shows the form.
#[worker::send]
pub(crate) async fn show(
    Extension(context): Extension<RequestContext>,
) -> Result<Response, PageProblem> {
    page(&context, StatusCode::OK, &Form::default(), None)
}

/// Asks for a link. The response is the same whether a merchant has the address or not.
#[worker::send]
pub(crate) async fn ask(
    _: OwnForm,
    Extension(context): Extension<RequestContext>,
    headers: HeaderMap,
    Sent(fields): Sent<Vec<(String, String)>>,
) -> Result<Response, PageProblem> {
    let form = Form::new(fields);
    let browser = AskingBrowser::of_or_new(&context, &headers)?;
    let asked = match check_address(form.text(EMAIL)) {
        Ok(address) if sends_mail(&context) => {
            sign_in_by_mail::ask(&context, (address, None), &browser, &headers).await
        }
        Ok(_) => return page(&context, StatusCode::SERVICE_UNAVAILABLE, &form, None),
        Err(problem) => Err(problem),
    };
    match asked {
        Ok(()) => sent(&context, &browser, SENT),
        Err(problem) => {
            refused(problem, form, |status, form, notice| page(&context, status, form, notice))
        }
    }
}

/// Returns the page of a form again, with the error of a field or with a notice to wait.
pub(super) fn refused(
    problem: Problem,
    form: Form,
    page: impl FnOnce(StatusCode, &Form, Option<&str>) -> Result<Response, PageProblem>,
) -> Result<Response, PageProblem> {
    if !problem.field().is_empty() {
        return page(problem.status(), &form.refused(&problem), None);
    }
    if problem.retry_after().is_none() {
        return Err(problem.into());
    }
    let page = page(problem.status(), &form, Some(problem.message()))?;
    Ok(with_retry_after(page, &problem))
}

/// Shows the digits to the browser that asked.
#[worker::send]
pub(crate) async fn show_sent(
    Extension(context): Extension<RequestContext>,
    headers: HeaderMap,
) -> Result<Response, PageProblem> {
    sent_page(&context, &headers, false)
}

/// Shows the digits after a sign-in or a sign-up; a browser that asked for no link gets the form.
pub(super) fn sent_page(
    context: &RequestContext,
    headers: &HeaderMap,
    is_sign_up: bool,
) -> Result<Response, PageProblem> {
    let Some(browser) = AskingBrowser::of(context, headers) else {
        return Ok(web::redirect(if is_sign_up { "/sign-up" } else { "/sign-in" }));
    };
    let code = browser.code(context.keys()?)?;
    let html = LinkSentPage { code: &code, is_sign_up }.render()?;
    Ok(web::html_of_forms(StatusCode::OK, html))
}

/// Leads to the page with the digits: after a POST the browser loads another page, so that a reload
/// sends no second mail.
pub(super) fn sent(
    context: &RequestContext,
    browser: &AskingBrowser,
    page: &'static str,
) -> Result<Response, PageProblem> {
    let mut response = web::redirect(page);
    response.headers_mut().insert(header::SET_COOKIE, browser.cookie(context)?);
    Ok(response)
}

pub(super) fn check_address(address: &str) -> Result<&str, Problem> {
    match email::check(address) {
        Ok(()) => Ok(address),
        Err(reason) => Err(Problem::unprocessable(EMAIL, format!("{EMAIL}: {reason}"))),
    }
}

/// Returns false if the deployer has set up no mail, or not all of it.
pub(super) fn sends_mail(context: &RequestContext) -> bool {
    mail::name(context).is_ok_and(|name| name != "none")
}

fn page(
    context: &RequestContext,
    status: StatusCode,
    form: &Form,
    notice: Option<&str>,
) -> Result<Response, PageProblem> {
    let (sends_mail, sign_up_is_open) = (sends_mail(context), sign_up::is_open(context));
    let html = AskPage { form, notice, sends_mail, sign_up_is_open }.render()?;
    Ok(web::html_of_forms(status, html))
}

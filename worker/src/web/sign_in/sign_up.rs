//! `/sign-up`: asks for an account, if the deployer has opened this server to everyone.

use askama::Template;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::{Extension, Form as Sent};

use crate::auth::asking_browser::AskingBrowser;
use crate::auth::sign_in_by_mail;
use crate::domain::{local_time, names};
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::store::sign_in_requests::SignUp;
use crate::web::form::Form;
use crate::web::sign_in::OwnForm;
use crate::web::sign_in::ask::{EMAIL, check_address, refused, sends_mail, sent, sent_page};
use crate::web::sign_in::view::SignUpPage;
use crate::web::{self, PageProblem};

/// The page with the digits.
const SENT: &str = "/sign-up/sent";

const CLOSED: &str =
    "Accounts of this server are created by its operator. Ask the operator for one.";

/// Returns true if anyone may sign up: the deployer has set `SIGN_UP` to `open`.
pub(crate) fn is_open(context: &RequestContext) -> bool {
    context.config.is_sign_up_open
}

/// Shows the form.
#[worker::send]
pub(crate) async fn show(
    Extension(context): Extension<RequestContext>,
) -> Result<Response, PageProblem> {
    check_open(&context)?;
    let currencies = currencies(&context).await?;
    page(&context, StatusCode::OK, (&Form::default(), currencies), None)
}

/// Asks for an account. The response is the same whether a merchant has the address or not.
#[worker::send]
pub(crate) async fn ask(
    _: OwnForm,
    Extension(context): Extension<RequestContext>,
    headers: HeaderMap,
    Sent(fields): Sent<Vec<(String, String)>>,
) -> Result<Response, PageProblem> {
    check_open(&context)?;
    let form = Form::new(fields);
    let currencies = currencies(&context).await?;
    if !sends_mail(&context) {
        return page(&context, StatusCode::SERVICE_UNAVAILABLE, (&form, currencies), None);
    }
    let browser = AskingBrowser::of_or_new(&context, &headers)?;
    let asked = match read(&form, &currencies) {
        Ok((email, sign_up)) => {
            let request = (email, Some(&sign_up));
            sign_in_by_mail::ask(&context, request, &browser, &headers).await
        }
        Err(problem) => Err(problem),
    };
    match asked {
        Ok(()) => sent(&context, &browser, SENT),
        Err(problem) => refused(problem, form, |status, form, notice| {
            page(&context, status, (form, currencies), notice)
        }),
    }
}

/// Shows the digits to the browser that asked.
#[worker::send]
pub(crate) async fn show_sent(
    Extension(context): Extension<RequestContext>,
    headers: HeaderMap,
) -> Result<Response, PageProblem> {
    sent_page(&context, &headers, true)
}

/// The address and the merchant that the form asks for.
fn read<'a>(form: &'a Form, currencies: &[String]) -> Result<(&'a str, SignUp), Problem> {
    let email = check_address(form.text(EMAIL))?;
    let (name, zone, currency) = (form.text("name"), form.text("time_zone"), form.text("currency"));
    names::check_merchant("name", name)?;
    let choose =
        |field: &str| Problem::unprocessable(field, format!("{field}: choose one of the list."));
    let zones = local_time::zone_names();
    if !zones.iter().any(|(_, names)| names.contains(&zone)) {
        return Err(choose("time_zone"));
    }
    if !currencies.iter().any(|known| known == currency) {
        return Err(choose("currency"));
    }
    let (name, time_zone, currency) = (name.to_owned(), zone.to_owned(), currency.to_owned());
    Ok((email, SignUp { name, time_zone, currency }))
}

fn check_open(context: &RequestContext) -> Result<(), Problem> {
    if is_open(context) { Ok(()) } else { Err(Problem::forbidden(CLOSED)) }
}

/// The currencies in which a tree has a price: another merchant could never be billed.
async fn currencies(context: &RequestContext) -> Result<Vec<String>, Problem> {
    Ok(context.store.priced_currencies(context.now.milliseconds()).await?)
}

fn page(
    context: &RequestContext,
    status: StatusCode,
    (form, currencies): (&Form, Vec<String>),
    notice: Option<&str>,
) -> Result<Response, PageProblem> {
    let sends_mail = sends_mail(context);
    let zones = local_time::zone_names();
    let html = SignUpPage { form, notice, sends_mail, zones, currencies }.render()?;
    Ok(web::html_of_forms(status, html))
}

//! `/pay/{token}`: the durable page with the button that pays a purchase order by hand.

use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Form};
use serde::Deserialize;

use crate::auth::{hash, new_id};
use crate::context::RequestContext;
use crate::pages;
use crate::payments::sandbox::TestCard;
use crate::payments::{Outcome, Provider};
use crate::problem::Problem;
use crate::store::StoreError;
use crate::store::payments::{PaymentRow, Settled};
use crate::store::purchase_orders::PurchaseOrderRow;

const NOT_A_TEST_CARD: &str = "The sandbox takes only Stripe's published test numbers, such as \
    4242 4242 4242 4242. Nothing was paid. Please never type a real card number here.";
const UNDER_WAY: &str = "Another payment is under way. Please reload this page in a minute.";
const NOT_CONFIRMED: &str =
    "The bank did not get a confirmation. Nothing was paid. Please try again.";

/// The form of the sandbox. The security code and the date of a test card do not matter.
#[derive(Deserialize)]
pub(crate) struct CardForm {
    card: String,
}

/// The form of the sandbox's stand-in for the payer's bank.
#[derive(Deserialize)]
pub(crate) struct AuthenticationForm {
    /// `confirm`, or anything else for no.
    answer: String,
}

/// Shows the purchase order. A GET changes nothing: mail scanners open links.
#[worker::send]
pub(crate) async fn show(
    Extension(context): Extension<RequestContext>,
    Path(token): Path<String>,
) -> Response {
    page(&context, &token, None).await.unwrap_or_else(failed)
}

/// Pays the purchase order with the card of the form.
#[worker::send]
pub(crate) async fn pay(
    Extension(context): Extension<RequestContext>,
    Path(token): Path<String>,
    Form(form): Form<CardForm>,
) -> Response {
    attempt(&context, &token, &form.card).await.unwrap_or_else(failed)
}

/// Takes what the payer answers the bank.
#[worker::send]
pub(crate) async fn authenticate(
    Extension(context): Extension<RequestContext>,
    Path(token): Path<String>,
    Form(form): Form<AuthenticationForm>,
) -> Response {
    let confirmed = form.answer == "confirm";
    answer_bank(&context, &token, confirmed).await.unwrap_or_else(failed)
}

async fn attempt(context: &RequestContext, token: &str, number: &str) -> Result<Response, Problem> {
    let order = find(context, token).await?;
    if Provider::of(&context.settings) != Provider::Sandbox || order.state != "payment due" {
        return Ok(back_to(token));
    }
    let Some(card) = TestCard::read(number) else {
        return page(context, token, Some(NOT_A_TEST_CARD)).await;
    };
    // A payer who types another card has given up on confirming the one before.
    if let Some(payment) = waiting_for_confirmation(context, &order).await? {
        settle(context, &payment, Outcome::Declined(NOT_CONFIRMED)).await?;
    }
    let id = new_id("pay")?;
    let now = context.now.milliseconds();
    match context.store.begin_payment(&order.id, &id, "sandbox", &card.last_four, now).await {
        Ok(Some(payment)) => settle(context, &payment, card.outcome).await?,
        Ok(None) => {}
        Err(StoreError::Conflict) => return page(context, token, Some(UNDER_WAY)).await,
        Err(error) => return Err(error.into()),
    }
    Ok(back_to(token))
}

async fn answer_bank(
    context: &RequestContext,
    token: &str,
    confirmed: bool,
) -> Result<Response, Problem> {
    let order = find(context, token).await?;
    if let Some(payment) = waiting_for_confirmation(context, &order).await? {
        let outcome = if confirmed { Outcome::Paid } else { Outcome::Declined(NOT_CONFIRMED) };
        settle(context, &payment, outcome).await?;
    }
    Ok(back_to(token))
}

async fn waiting_for_confirmation(
    context: &RequestContext,
    order: &PurchaseOrderRow,
) -> Result<Option<PaymentRow>, Problem> {
    let latest = context.store.latest_payment(&order.id).await?;
    Ok(latest.filter(|payment| payment.state == "authentication needed"))
}

async fn settle(
    context: &RequestContext,
    payment: &PaymentRow,
    outcome: Outcome,
) -> Result<(), Problem> {
    let (settled, message) = match outcome {
        Outcome::Paid => (Settled::Paid, None),
        Outcome::Declined(message) => (Settled::Declined, Some(message)),
        Outcome::AuthenticationNeeded => (Settled::AuthenticationNeeded, None),
    };
    let now = context.now.milliseconds();
    Ok(context.store.settle_payment(&payment.id, settled, message, now).await?)
}

async fn find(context: &RequestContext, token: &str) -> Result<PurchaseOrderRow, Problem> {
    let row = context.store.purchase_order_by_link(&hash(token)).await?;
    row.ok_or_else(|| Problem::not_found("purchase order"))
}

async fn page(
    context: &RequestContext,
    token: &str,
    notice: Option<&str>,
) -> Result<Response, Problem> {
    let order = find(context, token).await?;
    let lines = context.store.lines(&order).await?;
    let payment = context.store.latest_payment(&order.id).await?;
    let provider = Provider::of(&context.settings);
    let html = pages::pay::render(token, &order, &lines, payment.as_ref(), provider, notice)
        .map_err(|_| Problem::internal("The pay page could not be written"))?;
    let status = if notice.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(pages::html(status, html))
}

/// After a POST, the page is fetched anew, so that reloading it sends nothing twice.
fn back_to(token: &str) -> Response {
    match HeaderValue::from_str(&format!("/pay/{token}")) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        Err(_) => failed(Problem::not_found("purchase order")),
    }
}

fn failed(problem: Problem) -> Response {
    match pages::problem(&problem) {
        Ok(html) => pages::html(problem.status(), html),
        Err(_) => problem.into_response(),
    }
}

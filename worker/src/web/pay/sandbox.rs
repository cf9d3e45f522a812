//! Paying in the sandbox: a test card typed on our own page, and a stand-in for the payer's bank.

use axum::extract::Path;
use axum::response::Response;
use axum::{Extension, Form};
use serde::Deserialize;

use crate::crypto::new_id;
use crate::domain::decline::{Advice, Decline};
use crate::domain::payment_outcome::PaymentOutcome;
use crate::domain::states::PaymentState;
use crate::payments::sandbox::{Outcome, Sandbox, TestCard};
use crate::payments::settlement::settle;
use crate::payments::{self, Gateway};
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::store::StoreError;
use crate::store::payments::{NewPayment, PaymentRow};
use crate::store::purchase_orders::PurchaseOrderRow;
use crate::web::pay::{PayForm, back_to, failed, find, page};

const NOT_A_TEST_CARD: &str = "The sandbox takes only Stripe's published test numbers, such as \
    4242 4242 4242 4242. Nothing was paid. Please never type a real card number here.";
const UNDER_WAY: &str = "Another payment is under way. Please reload this page in a minute.";
const NOT_CONFIRMED: &str =
    "The bank did not get a confirmation. Nothing was paid. Please try again.";

/// The form of the stand-in for the payer's bank.
#[derive(Deserialize)]
pub(crate) struct AuthenticationForm {
    /// `confirm`, or anything else for no.
    answer: String,
}

/// Pays with the card of the form. The security code and the date of a test card do not matter.
pub(super) async fn attempt(
    context: &RequestContext,
    gateway: &Gateway,
    token: &str,
    order: &PurchaseOrderRow,
    form: &PayForm,
) -> Result<Response, Problem> {
    let number = form.card.as_deref().unwrap_or_default();
    let Some(card) = TestCard::read(number) else {
        return page(context, token, Some(NOT_A_TEST_CARD)).await;
    };
    // A payer who types another card has given up on confirming the one before.
    if let Some(payment) = waiting_for_confirmation(context, order).await? {
        settle(context, gateway, &payment, not_confirmed()).await?;
    }
    let new = NewPayment {
        id: &new_id("pay")?,
        purchase_order: &order.id,
        provider: gateway.name(),
        card: Some(Sandbox::card(card)),
        remember: form.remember.is_some(),
        now: context.now.milliseconds(),
    };
    match context.store.begin_payment(new).await {
        Ok(Some(payment)) => take(context, gateway, &payment, card).await?,
        Ok(None) => {}
        Err(StoreError::Conflict) => return page(context, token, Some(UNDER_WAY)).await,
        Err(error) => return Err(error.into()),
    }
    Ok(back_to(token))
}

async fn take(
    context: &RequestContext,
    gateway: &Gateway,
    payment: &PaymentRow,
    card: &TestCard,
) -> Result<(), Problem> {
    let outcome = match card.on_page {
        Outcome::Paid => PaymentOutcome::Paid(Sandbox::receipt(payment, card)),
        Outcome::Declined(code) => PaymentOutcome::Declined(Decline::of_code(code)),
        Outcome::AuthenticationNeeded => {
            return Ok(context.store.await_authentication(&payment.id).await?);
        }
    };
    settle(context, gateway, payment, outcome).await
}

/// Accepts the payer's response to the bank.
#[worker::send]
pub(crate) async fn authenticate(
    Extension(context): Extension<RequestContext>,
    Path(token): Path<String>,
    Form(form): Form<AuthenticationForm>,
) -> Response {
    let confirmed = form.answer == "confirm";
    answer_bank(&context, &token, confirmed).await.unwrap_or_else(failed)
}

async fn answer_bank(
    context: &RequestContext,
    token: &str,
    confirmed: bool,
) -> Result<Response, Problem> {
    let order = find(context, token).await?;
    let gateway = payments::gateway(context)?;
    let is_sandbox = matches!(gateway, Gateway::Sandbox(_));
    let waiting = waiting_for_confirmation(context, &order).await?;
    if let Some(payment) = waiting.filter(|_| is_sandbox) {
        let card = payment.card.as_deref().and_then(TestCard::ending_in);
        let outcome = match card.filter(|_| confirmed) {
            Some(card) => PaymentOutcome::Paid(Sandbox::receipt(&payment, card)),
            None => not_confirmed(),
        };
        settle(context, &gateway, &payment, outcome).await?;
    }
    Ok(back_to(token))
}

fn not_confirmed() -> PaymentOutcome {
    PaymentOutcome::Declined(Decline {
        message: NOT_CONFIRMED,
        advice: Advice::AskPayer,
        reference: None,
    })
}

async fn waiting_for_confirmation(
    context: &RequestContext,
    order: &PurchaseOrderRow,
) -> Result<Option<PaymentRow>, Problem> {
    let latest = context.store.latest_payment(&order.id).await?;
    Ok(latest.filter(|payment| payment.state == PaymentState::AuthenticationNeeded))
}

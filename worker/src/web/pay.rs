//! `/pay/{token}`: the durable page with the button that pays a purchase order by hand.

pub(crate) mod document;
mod hosted;
pub(crate) mod sandbox;
pub(crate) mod view;

use axum::extract::{Path, Query};
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Form};
use serde::Deserialize;

use crate::crypto::hash;
use crate::domain::states::PurchaseOrderState;
use crate::payments::{self, CardForm, Gateway};
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::store::purchase_orders::PurchaseOrderRow;
use crate::web::pay::hosted::Hosted;
use crate::web::pay::view::Shown;
use crate::web::session::Session;
use crate::web::{self, PageProblem};

const NOT_THE_OWNER: &str = "Only the owner can save a card for the next months. Sign in to Settings and \
    open this page again there, or pay without saving the card. Nothing was paid.";

/// The fields of the page's form.
#[derive(Deserialize)]
pub(crate) struct PayForm {
    /// The number of a test card, where the card is typed on our own page.
    card: Option<String>,
    /// There when the payer wants the card to be charged for the months to come.
    remember: Option<String>,
}

/// The parameters that the provider adds to the address when the payer returns.
#[derive(Deserialize)]
pub(crate) struct Return {
    /// The provider's name of the page that the payer comes from.
    page: Option<String>,
}

/// Shows the purchase order. A GET starts nothing, because mail scanners open links. A payer who
/// returns from the provider's page proves nothing, so the Worker reads the outcome from the
/// provider.
#[worker::send]
pub(crate) async fn show(
    Extension(context): Extension<RequestContext>,
    owner: Option<Session>,
    Path(token): Path<String>,
    Query(from): Query<Return>,
) -> Response {
    let shown = async {
        if let Some(page) = &from.page {
            hosted::settle_returned(&context, &find(&context, &token).await?, page).await?;
        }
        page_of(&context, &token, owner.as_ref(), None).await
    };
    shown.await.unwrap_or_else(failed)
}

/// Pays the purchase order, or redirects to the page where it is paid.
#[worker::send]
pub(crate) async fn pay(
    Extension(context): Extension<RequestContext>,
    owner: Option<Session>,
    Path(token): Path<String>,
    uri: Uri,
    Form(form): Form<PayForm>,
) -> Response {
    begin(&context, &token, owner.as_ref(), &uri, &form).await.unwrap_or_else(failed)
}

async fn begin(
    context: &RequestContext,
    token: &str,
    owner: Option<&Session>,
    uri: &Uri,
    form: &PayForm,
) -> Result<Response, Problem> {
    let order = find(context, token).await?;
    if form.remember.is_some() {
        let Some(Session(session)) = owner.filter(|owner| is_owner(Some(owner), &order)) else {
            return page_of(context, token, owner, Some(NOT_THE_OWNER)).await;
        };
        if let Err(problem) = session.require_fresh(context) {
            return page_of(context, token, owner, Some(problem.message())).await;
        }
    }
    if order.state != PurchaseOrderState::PaymentDue {
        return Ok(back_to(token));
    }
    let gateway = payments::gateway(context)?;
    if let Some(checkout) = gateway.checkout() {
        let request = hosted::Request { token, order: &order, form, uri };
        let hosted = Hosted { context, gateway: &gateway, checkout };
        return hosted.redirect_to_checkout(&request).await;
    }
    match &gateway {
        Gateway::Sandbox(_) => sandbox::attempt(context, &gateway, token, &order, form).await,
        _ => Ok(back_to(token)),
    }
}

async fn find(context: &RequestContext, token: &str) -> Result<PurchaseOrderRow, Problem> {
    let row = context.store.purchase_order_by_link(&hash(token)).await?;
    row.ok_or_else(|| Problem::not_found("purchase order"))
}

/// The holder of the link pays this purchase order. A card for later months is saved only by the
/// owner, who is signed in.
fn is_owner(session: Option<&Session>, order: &PurchaseOrderRow) -> bool {
    session.is_some_and(|Session(session)| session.merchant_id == order.merchant_id)
}

async fn page(
    context: &RequestContext,
    token: &str,
    notice: Option<&str>,
) -> Result<Response, Problem> {
    page_of(context, token, None, notice).await
}

async fn page_of(
    context: &RequestContext,
    token: &str,
    owner: Option<&Session>,
    notice: Option<&str>,
) -> Result<Response, Problem> {
    let order = find(context, token).await?;
    let gateway = payments::gateway(context)?;
    let lines = context.store.lines(&order).await?;
    let payment = context.store.latest_payment(&order.id).await?;
    let saved_card = context.store.saved_card_for(&order.id, gateway.name()).await?;
    let shown = Shown {
        order: &order,
        lines: &lines,
        payment: payment.as_ref(),
        saved_card: saved_card.as_ref(),
        is_owner: is_owner(owner, &order),
        card_form: gateway.card_form(),
        instructions: context.config.payment_instructions.as_deref(),
    };
    let html = web::pay::view::render(token, &shown, notice)
        .map_err(|_| Problem::internal("The pay page could not be written"))?;
    let status = if notice.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let mut response = web::html_of_forms(status, html);
    if gateway.card_form() == CardForm::Theirs {
        let policy = HeaderValue::from_static(web::pay::view::CONTENT_SECURITY_POLICY_LEADING_ON);
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    Ok(response)
}

/// Redirects to the page of this pay link.
fn back_to(token: &str) -> Response {
    web::redirect(&format!("/pay/{token}"))
}

fn failed(problem: Problem) -> Response {
    PageProblem(problem).into_response()
}

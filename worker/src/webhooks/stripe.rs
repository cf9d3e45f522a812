//! `POST /webhooks/stripe`: events from Stripe. An event is no proof: the Worker reads the object
//! from Stripe.

use axum::Extension;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::json;

use crate::domain::payment_outcome::PaymentOutcome;
use crate::http::headers::STRIPE_SIGNATURE;
use crate::payments::provider::{WebhookError, Webhooks};
use crate::payments::provider_event::{EventSubject, Lookup};
use crate::payments::settlement::{settle, settle_refund};
use crate::payments::{self, Gateway, card_setup};
use crate::platform::context::RequestContext;
use crate::platform::problem::{Problem, done};

/// Handles an event. The Worker reads the latest state from Stripe, so the order and the number of
/// events do not matter. 2xx means that the event is handled; otherwise Stripe sends it again.
#[worker::send]
pub(crate) async fn receive_event(
    Extension(context): Extension<RequestContext>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let gateway = payments::gateway(&context)?;
    let not_found = || Problem::not_found("page");
    let webhooks = gateway.webhooks().ok_or_else(not_found)?;
    let signature = headers.get(STRIPE_SIGNATURE).and_then(|value| value.to_str().ok());
    let event = webhooks.parse_webhook(signature.unwrap_or_default(), &body, context.now);
    let event = event.map_err(|error| match error {
        WebhookError::NotConfigured => not_found(),
        WebhookError::Invalid(why) => Problem::bad_request(why),
    })?;
    let now = context.now.milliseconds();
    let handled_before = context.store.record_event(&event.id, &event.kind, now).await?;
    if let Some(subject) = event.subject.filter(|_| !handled_before)
        && !update(&context, &gateway, webhooks, subject).await?
    {
        return Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "What it is about could not be read. Please send it again.",
        ));
    }
    context.store.mark_event_handled(&event.id, now).await?;
    Ok(done("Thank you.", &json!({})))
}

/// Reads the current state from the provider and stores it. Returns true if the state could be
/// read.
async fn update(
    context: &RequestContext,
    gateway: &Gateway,
    webhooks: &dyn Webhooks,
    subject: EventSubject,
) -> Result<bool, Problem> {
    let store = &context.store;
    match subject {
        EventSubject::Payment { id, object } => {
            let payment = store.payment(&id).await?;
            let Some(payment) = payment.filter(|payment| payment.provider == gateway.name()) else {
                return Ok(true);
            };
            let outcome = webhooks.fetch_payment(&payment, &object).await;
            let is_known = !matches!(outcome, PaymentOutcome::Unknown(_));
            settle(context, gateway, &payment, outcome).await?;
            Ok(is_known)
        }
        EventSubject::CardSetup(id) => match store.card_setup(&id).await? {
            Some(setup) if setup.is_pending() && setup.provider == gateway.name() => {
                let Some(setups) = gateway.card_setups() else { return Ok(true) };
                let outcome = setups.fetch_setup(&setup).await;
                card_setup::settle(context, &setup, outcome).await
            }
            _ => Ok(true),
        },
        EventSubject::Refund { id, object } => match store.refund(&id).await? {
            Some(_) => settle_refund(context, &id, webhooks.fetch_refund(&object).await).await,
            None => Ok(true),
        },
        EventSubject::Card(card) => match webhooks.fetch_card(&card).await {
            Lookup::Found(card) => store.update_card(gateway.name(), &card).await.map(|()| true),
            Lookup::Deleted => {
                let now = context.now.milliseconds();
                store.forget_card(gateway.name(), &card, now).await.map(|()| true)
            }
            Lookup::Unknown => Ok(false),
        }
        .map_err(Problem::from),
        EventSubject::Customer(customer) => {
            let found = webhooks.fetch_customer(&customer).await;
            if found == Lookup::Deleted {
                store
                    .forget_customer(gateway.name(), &customer, context.now.milliseconds())
                    .await?;
            }
            Ok(found != Lookup::Unknown)
        }
    }
}

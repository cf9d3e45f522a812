//! `POST /webhooks/stripe`: events from Stripe. An event is no proof: the Worker reads the object
//! from Stripe.

use axum::Extension;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::json;

use crate::domain::payment_outcome::Answer;
use crate::http::headers::STRIPE_SIGNATURE;
use crate::payments::provider_event::{About, Now};
use crate::payments::settlement::{settle, settle_refund};
use crate::payments::{self, Gateway, WebhookError, card_setup};
use crate::platform::context::RequestContext;
use crate::platform::problem::{Problem, done};

/// Handles an event. The Worker reads the latest state from Stripe, so the order and the number of
/// events do not matter. 2xx means that the event is handled; otherwise Stripe sends it again.
#[worker::send]
pub(crate) async fn hear_stripe(
    Extension(context): Extension<RequestContext>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let gateway = payments::gateway(&context)?;
    let gateway = gateway.as_ref();
    let signature = headers.get(STRIPE_SIGNATURE).and_then(|value| value.to_str().ok());
    let heard = gateway.hear(signature.unwrap_or_default(), &body, context.now);
    let event = heard.map_err(|error| match error {
        WebhookError::NotSetUp => Problem::not_found("page"),
        WebhookError::Refused(why) => Problem::bad_request(why),
    })?;
    let now = context.now.milliseconds();
    let handled_before = context.store.hear_event(&event.id, &event.kind, now).await?;
    if let Some(about) = event.about.filter(|_| !handled_before)
        && !act(&context, gateway, about).await?
    {
        return Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "What it is about could not be read. Please send it again.",
        ));
    }
    context.store.event_was_handled(&event.id, now).await?;
    Ok(done("Thank you.", &json!({})))
}

/// Reads the current state from the provider and stores it. Returns true if the state could be
/// read.
async fn act(
    context: &RequestContext,
    gateway: &dyn Gateway,
    about: About,
) -> Result<bool, Problem> {
    let store = &context.store;
    match about {
        About::Payment { id, object } => {
            let payment = store.payment(&id).await?;
            let Some(payment) = payment.filter(|payment| payment.provider == gateway.name()) else {
                return Ok(true);
            };
            let answer = gateway.look_at(&payment, &object).await;
            let is_known = !matches!(answer, Answer::Unknown(_));
            settle(context, gateway, &payment, answer).await?;
            Ok(is_known)
        }
        About::CardSetup(id) => match store.card_setup(&id).await? {
            Some(setup) if setup.is_pending() && setup.provider == gateway.name() => {
                let typed = gateway.look_at_card_page(&setup).await;
                card_setup::settle(context, &setup, typed).await
            }
            _ => Ok(true),
        },
        About::Refund { id, object } => match store.refund(&id).await? {
            Some(_) => settle_refund(context, &id, gateway.look_at_refund(&object).await).await,
            None => Ok(true),
        },
        About::Card(card) => match gateway.card(&card).await {
            Now::There(card) => store.update_card(gateway.name(), &card).await.map(|()| true),
            Now::Gone => store.forget_card(gateway.name(), &card).await.map(|()| true),
            Now::Unknown => Ok(false),
        }
        .map_err(Problem::from),
        About::Customer(customer) => {
            let now = gateway.customer(&customer).await;
            if now == Now::Gone {
                store.forget_customer(gateway.name(), &customer).await?;
            }
            Ok(now != Now::Unknown)
        }
    }
}

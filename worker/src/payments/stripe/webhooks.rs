//! Webhooks of Stripe, and the objects that they make the Worker read: payments, cards, customers.

use order_events::Timestamp;

use crate::domain::payment_outcome::{Card, PaymentOutcome};
use crate::payments::provider::{BoxFuture, WebhookError, Webhooks};
use crate::payments::provider_event::{Lookup, ProviderEvent, RefundOutcome};
use crate::payments::stripe::objects::{Named, PaymentIntent, PaymentMethod};
use crate::payments::stripe::reply::Failed;
use crate::payments::stripe::{Stripe, event, signature};
use crate::store::payments::PaymentRow;

const NOT_SIGNED: &str = "Invalid header Stripe-Signature. Check STRIPE_WEBHOOK_SECRET, and the \
    clock of the sender.";

impl Webhooks for Stripe {
    fn parse_webhook(
        &self,
        signature: &str,
        body: &[u8],
        now: Timestamp,
    ) -> Result<ProviderEvent, WebhookError> {
        let Some(secrets) = &self.webhook_secrets else { return Err(WebhookError::NotConfigured) };
        let is_separator = |c: char| c == ',' || c.is_whitespace();
        let secrets: Vec<&str> =
            secrets.0.split(is_separator).filter(|secret| !secret.is_empty()).collect();
        let seconds = now.milliseconds().div_euclid(1000);
        if !signature::is_valid(signature, body, &secrets, seconds) {
            return Err(WebhookError::Invalid(NOT_SIGNED));
        }
        event::read(body, self.live).map_err(WebhookError::Invalid)
    }

    fn fetch_payment<'a>(
        &'a self,
        payment: &'a PaymentRow,
        object: &'a str,
    ) -> BoxFuture<'a, PaymentOutcome> {
        Box::pin(self.fetch_status(payment, object))
    }

    fn fetch_refund<'a>(&'a self, object: &'a str) -> BoxFuture<'a, RefundOutcome> {
        Box::pin(self.read_refund(object))
    }

    fn fetch_card<'a>(&'a self, card: &'a str) -> BoxFuture<'a, Lookup<Card>> {
        Box::pin(self.read_card(card))
    }

    fn fetch_customer<'a>(&'a self, customer: &'a str) -> BoxFuture<'a, Lookup<()>> {
        Box::pin(self.read_customer(customer))
    }
}

impl Stripe {
    async fn fetch_status(&self, payment: &PaymentRow, object: &str) -> PaymentOutcome {
        if !payment.is_by_saved_card() {
            return match self.page_of(payment).await {
                // A card was declined there, and the payer can try another.
                Ok(_) => PaymentOutcome::Open,
                Err(outcome) => outcome,
            };
        }
        let path = format!("/v1/payment_intents/{object}?expand[0]=payment_method");
        match self.client.get::<PaymentIntent>(&path).await {
            Ok(intent) if intent.is_of(&payment.id) => intent.outcome(),
            Ok(_) => PaymentOutcome::Unknown("Stripe returned another payment".to_owned()),
            Err(_) => PaymentOutcome::Unknown("Stripe did not return the payment".to_owned()),
        }
    }

    pub(super) async fn read_card(&self, card: &str) -> Lookup<Card> {
        match self.client.get::<PaymentMethod>(&format!("/v1/payment_methods/{card}")).await {
            Ok(method) if method.customer.is_none() => Lookup::Deleted,
            Ok(method) => method.card().map_or(Lookup::Deleted, Lookup::Found),
            Err(failed) => deleted_or_unknown(&failed),
        }
    }

    async fn read_customer(&self, customer: &str) -> Lookup<()> {
        match self.client.get::<Named>(&format!("/v1/customers/{customer}")).await {
            Ok(named) if named.deleted => Lookup::Deleted,
            Ok(_) => Lookup::Found(()),
            Err(failed) => deleted_or_unknown(&failed),
        }
    }
}

pub(super) fn deleted_or_unknown<T>(failed: &Failed) -> Lookup<T> {
    match failed {
        Failed::Refused(refusal) if refusal.is_missing() => Lookup::Deleted,
        _ => Lookup::Unknown,
    }
}

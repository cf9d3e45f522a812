//! Stripe: Checkout pages for payers, and saved cards that are charged without the payer.

mod amount;
mod cards;
mod client;
mod event;
mod forms;
mod objects;
mod reply;
mod retrieve;
mod signature;

use order_events::Timestamp;
use serde::Serialize;

use self::client::Client;
use self::forms::{NewCustomer, NewPage, NewPaymentIntent, Nothing};
use self::objects::{CheckoutSession, List, Named, PaymentIntent};
use self::reply::Failed;
use super::mode::StripeAccount;
use super::{Asked, CardForm, Gateway, Page, PageError, WebhookError};
use crate::domain::decline::{Advice, Decline};
use crate::domain::payment_outcome::{Answer, Card, CardTyped};
use crate::payments::provider_event::{Event, Now, Refunded};
use crate::store::card_setups::CardSetupRow;
use crate::store::payments::PaymentRow;
use crate::store::refunds::RefundRow;

/// Stripe knows an idempotency key for 24 hours at least. An hour is left for clocks that differ.
const KEY_KNOWN_FOR: i64 = 23 * 60 * 60 * 1000;

const INEXACT: &str = "Exactly this amount cannot be paid by card. Nothing was paid. Please ask whoever \
    sent you this link how to pay.";

const NOT_SIGNED: &str = "The header Stripe-Signature does not fit: check STRIPE_WEBHOOK_SECRET, \
    and the clock of whoever sends this.";

/// Seconds by which the list of payments begins before the payment was stored.
const LIST_FROM: i64 = 60 * 60;

/// The account of this deployment.
pub(super) struct Stripe {
    client: Client,
    live: bool,
    /// One or, while they are replaced, several, with commas between.
    webhook_secrets: Option<String>,
}

impl Stripe {
    pub(super) fn new(account: StripeAccount) -> Self {
        let StripeAccount { secret_key, base, live, webhook_secrets } = account;
        Self { client: Client { secret_key, base }, live, webhook_secrets }
    }

    async fn charge_card(&self, payment: &PaymentRow) -> Answer {
        let (Some(customer), Some(card)) = (&payment.customer, &payment.card) else {
            return Answer::Abandoned;
        };
        let Some(form) = NewPaymentIntent::of(payment, customer, card) else { return inexact() };
        let path = "/v1/payment_intents";
        let asked = self.client.post::<PaymentIntent>(path, &form, &payment.idempotency_key).await;
        asked.map_or_else(Answer::from, PaymentIntent::answer)
    }

    /// Looks for a payment whose key Stripe may have forgotten. Only when Stripe has none of it may
    /// another key be used.
    async fn find(&self, payment: &PaymentRow) -> Answer {
        let Some(customer) = &payment.customer else { return Answer::Abandoned };
        let from = payment.created_at.div_euclid(1000).saturating_sub(LIST_FROM);
        let mut after = String::new();
        let mut found: Option<PaymentIntent> = None;
        loop {
            let path = format!(
                "/v1/payment_intents?customer={customer}&created[gte]={from}&limit=100{after}"
            );
            let list: List<PaymentIntent> = match self.client.get(&path).await {
                Ok(list) => list,
                Err(failed) => return unread(failed),
            };
            let next = list.data.last().map(|intent| format!("&starting_after={}", intent.id));
            let ours = list.data.into_iter().filter(|intent| intent.is_of(&payment.id));
            for intent in ours {
                if intent.is_paid() {
                    return intent.answer();
                }
                found = Some(intent);
            }
            match next.filter(|_| list.has_more) {
                Some(next) => after = next,
                None => return found.map_or(Answer::Abandoned, PaymentIntent::answer),
            }
        }
    }

    async fn create_customer(&self, member: super::NewCustomer<'_>) -> Result<String, Answer> {
        let key = format!("{}/customer", member.idempotency_key);
        let form = NewCustomer::of(&member);
        let made: Named = self.client.post("/v1/customers", &form, &key).await?;
        Ok(made.id)
    }

    async fn create_page(
        &self,
        payment: &PaymentRow,
        customer: &str,
        back: &str,
    ) -> Result<Page, PageError> {
        match NewPage::of(payment, customer, back) {
            Some(form) => self.make_page(&form, &payment.idempotency_key).await,
            None => Err(PageError::Answer(inexact())),
        }
    }

    /// Makes a page from a form.
    async fn make_page(&self, form: &impl Serialize, key: &str) -> Result<Page, PageError> {
        let path = "/v1/checkout/sessions";
        let made: Result<CheckoutSession, Failed> = self.client.post(path, form, key).await;
        match made {
            Ok(CheckoutSession { id, url: Some(address), .. }) => Ok(Page { id, address }),
            Ok(_) => Err(PageError::Answer(Answer::Unknown("A page without an address".into()))),
            Err(Failed::Refused(refusal)) if refusal.misses("customer") => {
                Err(PageError::CustomerGone)
            }
            Err(failed) => Err(PageError::Answer(failed.into())),
        }
    }

    async fn session(&self, page: &str) -> Result<CheckoutSession, Failed> {
        let path = format!(
            "/v1/checkout/sessions/{page}?expand[0]=payment_intent&\
             expand[1]=payment_intent.payment_method"
        );
        self.client.get(&path).await
    }

    async fn page_of(&self, payment: &PaymentRow) -> Result<Page, Answer> {
        // Stripe may have created a page, but no payer was sent there.
        let page = payment.page.as_deref().ok_or(Answer::Abandoned)?;
        let session = self.session(page).await.map_err(unread)?;
        match (session.is_open(), session.url.clone()) {
            (true, Some(address)) => Ok(Page { id: session.id, address }),
            _ => Err(session.answer()),
        }
    }

    async fn expire_page(&self, payment: &PaymentRow) -> Answer {
        let Some(page) = &payment.page else { return Answer::Abandoned };
        let key = format!("{}/expire", payment.idempotency_key);
        let path = format!("/v1/checkout/sessions/{page}/expire");
        match self.client.post::<CheckoutSession>(&path, &Nothing {}, &key).await {
            Ok(session) => session.answer(),
            // The payer has just paid on it, or it has expired.
            Err(Failed::Refused(_)) => {
                self.session(page).await.map_or_else(unread, CheckoutSession::answer)
            }
            Err(Failed::Lost(why)) => Answer::Unknown(why),
        }
    }
}

/// Stripe cannot be asked for exactly this amount, and another is not owed.
fn inexact() -> Answer {
    let advice = Advice::AskPayer;
    Answer::Declined(Decline { message: INEXACT, advice, reference: None })
}

/// A read that failed says nothing of the payment, unless Stripe has no such thing at all.
fn unread(failed: Failed) -> Answer {
    match failed {
        Failed::Refused(refusal) if refusal.is_missing() => Answer::Abandoned,
        Failed::Refused(_) => Answer::Unknown("Stripe refuses to tell of it".to_owned()),
        Failed::Lost(why) => Answer::Unknown(why),
    }
}

impl Gateway for Stripe {
    fn name(&self) -> &'static str {
        if self.live { "stripe" } else { "stripe test" }
    }

    fn card_form(&self) -> CardForm {
        CardForm::Theirs
    }

    fn charge<'a>(&'a self, payment: &'a PaymentRow) -> Asked<'a, Answer> {
        Box::pin(self.charge_card(payment))
    }

    fn resume<'a>(&'a self, payment: &'a PaymentRow, now: Timestamp) -> Asked<'a, Answer> {
        Box::pin(async move {
            let age = now.milliseconds().saturating_sub(payment.created_at);
            match (payment.is_by_saved_card(), age < KEY_KNOWN_FOR) {
                (true, true) => self.charge_card(payment).await,
                (true, false) => self.find(payment).await,
                (false, _) => match self.page_of(payment).await {
                    Ok(_) => Answer::Open,
                    Err(answer) => answer,
                },
            }
        })
    }

    fn new_customer<'a>(
        &'a self,
        member: super::NewCustomer<'a>,
    ) -> Asked<'a, Result<String, Answer>> {
        Box::pin(self.create_customer(member))
    }

    fn open_card_page<'a>(
        &'a self,
        setup: &'a CardSetupRow,
        customer: &'a str,
        back: &'a str,
    ) -> Asked<'a, Result<Page, PageError>> {
        Box::pin(self.create_card_page(setup, customer, back))
    }

    fn look_at_card_page<'a>(&'a self, setup: &'a CardSetupRow) -> Asked<'a, CardTyped> {
        Box::pin(self.card_typed(setup))
    }

    fn remove_card<'a>(&'a self, card: &'a str) -> Asked<'a, Now<()>> {
        Box::pin(self.detach(card))
    }

    fn open_page<'a>(
        &'a self,
        payment: &'a PaymentRow,
        customer: &'a str,
        back: &'a str,
    ) -> Asked<'a, Result<Page, PageError>> {
        Box::pin(self.create_page(payment, customer, back))
    }

    fn find_page<'a>(&'a self, payment: &'a PaymentRow) -> Asked<'a, Result<Page, Answer>> {
        Box::pin(self.page_of(payment))
    }

    fn close_page<'a>(&'a self, payment: &'a PaymentRow) -> Asked<'a, Answer> {
        Box::pin(self.expire_page(payment))
    }

    fn look_at<'a>(&'a self, payment: &'a PaymentRow, object: &'a str) -> Asked<'a, Answer> {
        Box::pin(self.what_became_of(payment, object))
    }

    fn refund<'a>(&'a self, refund: &'a RefundRow, now: Timestamp) -> Asked<'a, Refunded> {
        Box::pin(self.pay_back(refund, now))
    }

    fn look_at_refund<'a>(&'a self, object: &'a str) -> Asked<'a, Refunded> {
        Box::pin(self.read_refund(object))
    }

    fn card<'a>(&'a self, card: &'a str) -> Asked<'a, Now<Card>> {
        Box::pin(self.read_card(card))
    }

    fn customer<'a>(&'a self, customer: &'a str) -> Asked<'a, Now<()>> {
        Box::pin(self.read_customer(customer))
    }

    fn hear(&self, signature: &str, body: &[u8], now: Timestamp) -> Result<Event, WebhookError> {
        let Some(secrets) = &self.webhook_secrets else { return Err(WebhookError::NotSetUp) };
        let is_separator = |c: char| c == ',' || c.is_whitespace();
        let secrets: Vec<&str> =
            secrets.split(is_separator).filter(|secret| !secret.is_empty()).collect();
        let seconds = now.milliseconds().div_euclid(1000);
        if !signature::is_valid(signature, body, &secrets, seconds) {
            return Err(WebhookError::Refused(NOT_SIGNED));
        }
        event::read(body, self.live).map_err(WebhookError::Refused)
    }
}

//! Stripe: Checkout pages for payers, and saved cards that are charged without the payer.

mod amount;
mod cards;
mod client;
mod event;
mod forms;
mod objects;
mod refunds;
mod reply;
mod signature;
mod webhooks;

use order_events::Timestamp;
use serde::Serialize;

use self::client::Client;
use self::forms::{NewCustomer, NewPage, NewPaymentIntent, Nothing};
use self::objects::{CheckoutSession, List, Named, PaymentIntent};
use self::reply::Failed;
use crate::domain::decline::{Advice, Decline};
use crate::domain::payment_outcome::PaymentOutcome;
use crate::domain::states::PaymentProvider;
use crate::payments::provider::{
    self, BoxFuture, Checkout, Customers, Page, PageError, SavedCards,
};
use crate::payments::provider_event::Lookup;
use crate::platform::config::{Secret, StripeAccount};
use crate::store::payments::PaymentRow;

/// Stripe knows an idempotency key for 24 hours at least. An hour is left for clocks that differ.
const KEY_KNOWN_FOR: i64 = 23 * 60 * 60 * 1000;

const INEXACT: &str = "Exactly this amount cannot be paid by card. Nothing was paid. Please ask whoever \
    sent you this link how to pay.";

/// Seconds by which the list of payments begins before the payment was stored.
const LIST_FROM: i64 = 60 * 60;

/// The account of this deployment.
pub(crate) struct Stripe {
    client: Client,
    live: bool,
    /// One or, while they are replaced, several, with commas between.
    webhook_secrets: Option<Secret>,
}

impl Stripe {
    pub(super) fn new(account: StripeAccount) -> Self {
        let StripeAccount { secret_key, base, live, webhook_secrets } = account;
        Self { client: Client { secret_key, base }, live, webhook_secrets }
    }

    /// Its name in the database.
    pub(super) fn name(&self) -> PaymentProvider {
        if self.live { PaymentProvider::Stripe } else { PaymentProvider::StripeTest }
    }

    async fn charge_card(&self, payment: &PaymentRow) -> PaymentOutcome {
        let (Some(customer), Some(card)) = (&payment.customer, &payment.card) else {
            return PaymentOutcome::Abandoned;
        };
        let Some(form) = NewPaymentIntent::of(payment, customer, card) else { return inexact() };
        let path = "/v1/payment_intents";
        let asked = self.client.post::<PaymentIntent>(path, &form, &payment.idempotency_key).await;
        asked.map_or_else(PaymentOutcome::from, PaymentIntent::outcome)
    }

    /// Looks for a payment whose key Stripe may have forgotten. Only when Stripe has none of it may
    /// another key be used.
    async fn find(&self, payment: &PaymentRow) -> PaymentOutcome {
        let Some(customer) = &payment.customer else { return PaymentOutcome::Abandoned };
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
                    return intent.outcome();
                }
                found = Some(intent);
            }
            match next.filter(|_| list.has_more) {
                Some(next) => after = next,
                None => return found.map_or(PaymentOutcome::Abandoned, PaymentIntent::outcome),
            }
        }
    }

    async fn post_customer(
        &self,
        customer: provider::NewCustomer<'_>,
    ) -> Result<String, PaymentOutcome> {
        let key = format!("{}/customer", customer.idempotency_key);
        let form = NewCustomer::of(&customer);
        let made: Named = self.client.post("/v1/customers", &form, &key).await?;
        Ok(made.id)
    }

    async fn create_page(
        &self,
        payment: &PaymentRow,
        customer: &str,
        return_url: &str,
    ) -> Result<Page, PageError> {
        match NewPage::of(payment, customer, return_url) {
            Some(form) => self.make_page(&form, &payment.idempotency_key).await,
            None => Err(PageError::Failed(inexact())),
        }
    }

    /// Makes a page from a form.
    async fn make_page(&self, form: &impl Serialize, key: &str) -> Result<Page, PageError> {
        let path = "/v1/checkout/sessions";
        let made: Result<CheckoutSession, Failed> = self.client.post(path, form, key).await;
        match made {
            Ok(CheckoutSession { id, url: Some(address), .. }) => Ok(Page { id, address }),
            Ok(_) => {
                Err(PageError::Failed(PaymentOutcome::Unknown("A page without an address".into())))
            }
            Err(Failed::Refused(refusal)) if refusal.misses("customer") => {
                Err(PageError::CustomerDeleted)
            }
            Err(failed) => Err(PageError::Failed(failed.into())),
        }
    }

    async fn session(&self, page: &str) -> Result<CheckoutSession, Failed> {
        let path = format!(
            "/v1/checkout/sessions/{page}?expand[0]=payment_intent&\
             expand[1]=payment_intent.payment_method"
        );
        self.client.get(&path).await
    }

    async fn page_of(&self, payment: &PaymentRow) -> Result<Page, PaymentOutcome> {
        // Stripe may have created a page, but no payer was sent there.
        let page = payment.page.as_deref().ok_or(PaymentOutcome::Abandoned)?;
        let session = self.session(page).await.map_err(unread)?;
        match (session.is_open(), session.url.clone()) {
            (true, Some(address)) => Ok(Page { id: session.id, address }),
            _ => Err(session.outcome()),
        }
    }

    async fn expire_page(&self, payment: &PaymentRow) -> PaymentOutcome {
        let Some(page) = &payment.page else { return PaymentOutcome::Abandoned };
        let key = format!("{}/expire", payment.idempotency_key);
        let path = format!("/v1/checkout/sessions/{page}/expire");
        match self.client.post::<CheckoutSession>(&path, &Nothing {}, &key).await {
            Ok(session) => session.outcome(),
            // The payer has just paid on it, or it has expired.
            Err(Failed::Refused(_)) => {
                self.session(page).await.map_or_else(unread, CheckoutSession::outcome)
            }
            Err(Failed::Lost(why)) => PaymentOutcome::Unknown(why),
        }
    }
}

/// Stripe cannot be asked for exactly this amount, and another is not owed.
fn inexact() -> PaymentOutcome {
    let advice = Advice::AskPayer;
    PaymentOutcome::Declined(Decline { message: INEXACT, advice, reference: None })
}

/// A read that failed says nothing of the payment, unless Stripe has no such thing at all.
fn unread(failed: Failed) -> PaymentOutcome {
    match failed {
        Failed::Refused(refusal) if refusal.is_missing() => PaymentOutcome::Abandoned,
        Failed::Refused(_) => PaymentOutcome::Unknown("Stripe refuses to return it".to_owned()),
        Failed::Lost(why) => PaymentOutcome::Unknown(why),
    }
}

impl SavedCards for Stripe {
    fn charge<'a>(&'a self, payment: &'a PaymentRow) -> BoxFuture<'a, PaymentOutcome> {
        Box::pin(self.charge_card(payment))
    }

    fn resume_charge<'a>(
        &'a self,
        payment: &'a PaymentRow,
        now: Timestamp,
    ) -> BoxFuture<'a, PaymentOutcome> {
        let age = now.milliseconds().saturating_sub(payment.created_at);
        if age < KEY_KNOWN_FOR {
            return self.charge(payment);
        }
        Box::pin(self.find(payment))
    }

    fn remove_card<'a>(&'a self, card: &'a str) -> BoxFuture<'a, Lookup<()>> {
        Box::pin(self.detach(card))
    }
}

impl Customers for Stripe {
    fn create_customer<'a>(
        &'a self,
        customer: provider::NewCustomer<'a>,
    ) -> BoxFuture<'a, Result<String, PaymentOutcome>> {
        Box::pin(self.post_customer(customer))
    }
}

impl Checkout for Stripe {
    fn open_page<'a>(
        &'a self,
        payment: &'a PaymentRow,
        customer: &'a str,
        return_url: &'a str,
    ) -> BoxFuture<'a, Result<Page, PageError>> {
        Box::pin(self.create_page(payment, customer, return_url))
    }

    fn find_page<'a>(
        &'a self,
        payment: &'a PaymentRow,
    ) -> BoxFuture<'a, Result<Page, PaymentOutcome>> {
        Box::pin(self.page_of(payment))
    }

    fn close_page<'a>(&'a self, payment: &'a PaymentRow) -> BoxFuture<'a, PaymentOutcome> {
        Box::pin(self.expire_page(payment))
    }
}

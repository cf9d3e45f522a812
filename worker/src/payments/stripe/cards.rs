//! Cards that are saved on a page of Stripe's without a payment, and taken away again.

use super::Stripe;
use super::forms::{NewCardPage, Nothing};
use super::objects::{CheckoutSession, Named};
use super::reply::Failed;
use crate::crypto::new_id;
use crate::domain::payment_outcome::CardSetupOutcome;
use crate::payments::provider::{BoxFuture, CardSetups, Page, PageError};
use crate::payments::provider_event::Lookup;
use crate::payments::stripe::webhooks::deleted_or_unknown;
use crate::store::card_setups::CardSetupRow;

impl CardSetups for Stripe {
    fn open_setup_page<'a>(
        &'a self,
        setup: &'a CardSetupRow,
        customer: &'a str,
        return_url: &'a str,
    ) -> BoxFuture<'a, Result<Page, PageError>> {
        Box::pin(self.create_setup_page(setup, customer, return_url))
    }

    fn fetch_setup<'a>(&'a self, setup: &'a CardSetupRow) -> BoxFuture<'a, CardSetupOutcome> {
        Box::pin(self.read_setup(setup))
    }
}

impl Stripe {
    async fn create_setup_page(
        &self,
        setup: &CardSetupRow,
        customer: &str,
        return_url: &str,
    ) -> Result<Page, PageError> {
        let form = NewCardPage::of(setup, customer, return_url);
        self.make_page(&form, &setup.idempotency_key).await
    }

    async fn read_setup(&self, setup: &CardSetupRow) -> CardSetupOutcome {
        // Stripe may have created a page, but no payer was sent there.
        let Some(page) = &setup.page else { return CardSetupOutcome::Abandoned };
        let path = format!(
            "/v1/checkout/sessions/{page}?expand[0]=setup_intent&\
             expand[1]=setup_intent.payment_method"
        );
        match self.client.get::<CheckoutSession>(&path).await {
            Ok(session) => session.card(),
            Err(Failed::Refused(refusal)) if refusal.is_missing() => CardSetupOutcome::Abandoned,
            Err(Failed::Refused(_)) => {
                CardSetupOutcome::Unknown("Stripe refuses to return it".to_owned())
            }
            Err(Failed::Lost(why)) => CardSetupOutcome::Unknown(why),
        }
    }

    pub(super) async fn detach(&self, card: &str) -> Lookup<()> {
        let path = format!("/v1/payment_methods/{card}/detach");
        // Taking it away twice is no more than once, and an old failure is not to be repeated.
        let Ok(key) = new_id("detach") else { return Lookup::Unknown };
        match self.client.post::<Named>(&path, &Nothing {}, &key).await {
            Ok(_) => Lookup::Deleted,
            // The card may be detached already, which Stripe also rejects, so the current state of
            // the card decides.
            Err(Failed::Refused(refusal)) if !refusal.is_missing() => {
                match self.read_card(card).await {
                    Lookup::Found(_) => Lookup::Found(()),
                    Lookup::Deleted => Lookup::Deleted,
                    Lookup::Unknown => Lookup::Unknown,
                }
            }
            Err(failed) => deleted_or_unknown(&failed),
        }
    }
}

//! Cards that are saved on a page of Stripe's without a payment, and taken away again.

use super::Stripe;
use super::forms::{NewCardPage, Nothing};
use super::objects::{CheckoutSession, Named};
use super::reply::Failed;
use crate::crypto::new_id;
use crate::domain::payment_outcome::CardTyped;
use crate::payments::provider_event::Now;
use crate::payments::stripe::retrieve::gone_or_unknown;
use crate::payments::{Page, PageError};
use crate::store::card_setups::CardSetupRow;

impl Stripe {
    pub(super) async fn create_card_page(
        &self,
        setup: &CardSetupRow,
        customer: &str,
        back: &str,
    ) -> Result<Page, PageError> {
        self.make_page(&NewCardPage::of(setup, customer, back), &setup.idempotency_key).await
    }

    pub(super) async fn card_typed(&self, setup: &CardSetupRow) -> CardTyped {
        // Stripe may have created a page, but no payer was sent there.
        let Some(page) = &setup.page else { return CardTyped::Abandoned };
        let path = format!(
            "/v1/checkout/sessions/{page}?expand[0]=setup_intent&\
             expand[1]=setup_intent.payment_method"
        );
        match self.client.get::<CheckoutSession>(&path).await {
            Ok(session) => session.card(),
            Err(Failed::Refused(refusal)) if refusal.is_missing() => CardTyped::Abandoned,
            Err(Failed::Refused(_)) => {
                CardTyped::Unknown("Stripe refuses to tell of it".to_owned())
            }
            Err(Failed::Lost(why)) => CardTyped::Unknown(why),
        }
    }

    pub(super) async fn detach(&self, card: &str) -> Now<()> {
        let path = format!("/v1/payment_methods/{card}/detach");
        // Taking it away twice is no more than once, and an old failure is not to be repeated.
        let Ok(key) = new_id("detach") else { return Now::Unknown };
        match self.client.post::<Named>(&path, &Nothing {}, &key).await {
            Ok(_) => Now::Gone,
            // The card may be detached already, which Stripe also rejects, so the current state of
            // the card decides.
            Err(Failed::Refused(refusal)) if !refusal.is_missing() => {
                match self.read_card(card).await {
                    Now::There(_) => Now::There(()),
                    Now::Gone => Now::Gone,
                    Now::Unknown => Now::Unknown,
                }
            }
            Err(failed) => gone_or_unknown(&failed),
        }
    }
}

//! A payment provider that moves no money: Stripe's published test numbers decide the outcome.

mod cards;

use order_events::Timestamp;

pub(crate) use self::cards::{Outcome, TestCard};
use crate::domain::decline::Decline;
use crate::domain::payment_outcome::{Card, PaymentOutcome, Receipt};
use crate::payments::provider::{BoxFuture, SavedCards};
use crate::payments::provider_event::Lookup;
use crate::store::payments::PaymentRow;

/// The provider of a development machine.
pub(crate) struct Sandbox;

impl Sandbox {
    /// Describes a test card like a real one: its last four digits are also its id.
    pub(crate) fn card(card: &TestCard) -> Card {
        Card {
            reference: card.last_four().to_owned(),
            brand: card.brand.to_owned(),
            last_four: card.last_four().to_owned(),
            expires: None,
        }
    }

    /// The result of a payment with this card.
    pub(crate) fn receipt(payment: &PaymentRow, card: &TestCard) -> Receipt {
        Receipt {
            reference: Some(format!("test_{}", payment.id)),
            amount: payment.amount,
            currency: payment.currency.clone(),
            card: Some(Self::card(card)),
        }
    }

    fn outcome(payment: &PaymentRow) -> PaymentOutcome {
        let Some(card) = payment.card.as_deref().and_then(TestCard::ending_in) else {
            return PaymentOutcome::Abandoned;
        };
        match card.when_charged {
            Outcome::Paid => PaymentOutcome::Paid(Self::receipt(payment, card)),
            Outcome::AuthenticationNeeded => PaymentOutcome::NeedsCustomer { reference: None },
            Outcome::Declined(code) => PaymentOutcome::Declined(Decline::of_code(code)),
        }
    }
}

impl SavedCards for Sandbox {
    fn charge<'a>(&'a self, payment: &'a PaymentRow) -> BoxFuture<'a, PaymentOutcome> {
        Box::pin(async { Self::outcome(payment) })
    }

    /// A repeated call moves no more money than one call.
    fn resume_charge<'a>(
        &'a self,
        payment: &'a PaymentRow,
        _: Timestamp,
    ) -> BoxFuture<'a, PaymentOutcome> {
        self.charge(payment)
    }

    /// A card is known by its digits, so the same card may be another merchant's, too.
    fn remove_card<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Lookup<()>> {
        Box::pin(async { Lookup::Deleted })
    }
}

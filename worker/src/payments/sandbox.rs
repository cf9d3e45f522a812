//! A payment provider that moves no money: Stripe's published test numbers decide the outcome.

mod cards;

use order_events::Timestamp;

pub(crate) use self::cards::{Outcome, TestCard};
use super::{Asked, CardForm, Gateway};
use crate::domain::decline::Decline;
use crate::domain::payment_outcome::{Answer, Card, Receipt};
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

    fn answer(payment: &PaymentRow) -> Answer {
        let Some(card) = payment.card.as_deref().and_then(TestCard::ending_in) else {
            return Answer::Abandoned;
        };
        match card.when_charged {
            Outcome::Paid => Answer::Paid(Self::receipt(payment, card)),
            Outcome::AuthenticationNeeded => Answer::NeedsCustomer { reference: None },
            Outcome::Declined(code) => Answer::Declined(Decline::of_code(code)),
        }
    }
}

impl Gateway for Sandbox {
    fn name(&self) -> &'static str {
        "sandbox"
    }

    fn card_form(&self) -> CardForm {
        CardForm::Ours
    }

    fn charge<'a>(&'a self, payment: &'a PaymentRow) -> Asked<'a, Answer> {
        Box::pin(async { Self::answer(payment) })
    }

    /// A repeated call moves no more money than one call. A payer who left the page can no longer
    /// confirm the payment.
    fn resume<'a>(&'a self, payment: &'a PaymentRow, _: Timestamp) -> Asked<'a, Answer> {
        if payment.is_by_saved_card() { self.charge(payment) } else { self.close_page(payment) }
    }

    fn close_page<'a>(&'a self, _: &'a PaymentRow) -> Asked<'a, Answer> {
        Box::pin(async { Answer::Abandoned })
    }
}

//! The outcomes of payment providers, in the terms of the rest of the Worker.

use crate::domain::decline::Decline;

/// The outcome of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PaymentOutcome {
    /// The money is taken.
    Paid(Receipt),
    /// The bank said no. Nothing was paid.
    Declined(Decline),
    /// The bank wants the payer to confirm it, who is not there. Nothing was paid.
    NeedsCustomer {
        /// The provider's name of the payment.
        reference: Option<String>,
    },
    /// Nothing was paid yet, and the payer can still do it on the provider's page.
    Open,
    /// Nothing was paid, and nothing can come of it any more.
    Abandoned,
    /// It may have been paid or not: it must be asked about again. The text is for the log.
    Unknown(String),
}

/// The amount that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Receipt {
    /// The provider's name of the payment.
    pub(crate) reference: Option<String>,
    /// Minor units.
    pub(crate) amount: i64,
    /// ISO 4217, in any case.
    pub(crate) currency: String,
    pub(crate) card: Option<Card>,
}

/// A card as the provider names it, and what a person needs to recognise it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Card {
    /// The provider's name of it, under which it can be charged again.
    pub(crate) reference: String,
    pub(crate) brand: String,
    pub(crate) last_four: String,
    /// Year and month: `2027-08`.
    pub(crate) expires: Option<String>,
}

/// The outcome of saving a card without a payment.
pub(crate) enum CardSetupOutcome {
    /// It can be charged from now on.
    Saved(Card),
    /// It can still be typed on the page, which is at this address.
    Open(String),
    /// Nothing can come of it any more.
    Abandoned,
    /// It must be asked about again. The text is for the log.
    Unknown(String),
}

//! Who takes the money. In development, a sandbox; otherwise nobody yet, and the page says so.

pub(crate) mod sandbox;

use crate::context::Settings;

/// What a provider says to a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The money is on its way.
    Paid,
    /// The bank said no; the text tells the payer why, and what to do.
    Declined(&'static str),
    /// The bank wants the payer to confirm it.
    AuthenticationNeeded,
}

/// The payment provider of this deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Provider {
    /// Pretends, by Stripe's published test numbers. Development only.
    Sandbox,
    /// No provider is set up: purchase orders are paid by other means.
    None,
}

impl Provider {
    /// The sandbox is there in development and nowhere else.
    pub(crate) fn of(settings: &Settings) -> Self {
        if settings.development { Provider::Sandbox } else { Provider::None }
    }
}

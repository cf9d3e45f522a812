//! Payment providers: the gateway of this deployment, and its abilities.

pub(crate) mod card_setup;
pub(crate) mod minimum;
pub(crate) mod provider;
pub(crate) mod provider_event;
pub(crate) mod sandbox;
pub(crate) mod settlement;
mod stripe;

use order_events::Timestamp;

use crate::domain::payment_outcome::PaymentOutcome;
use crate::domain::states::PaymentProvider;
use crate::payments::provider::{CardSetups, Checkout, Refunds, SavedCards, Webhooks};
use crate::payments::sandbox::Sandbox;
use crate::payments::stripe::Stripe;
use crate::platform::config::PaymentConfig;
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::store::payments::PaymentRow;

/// The page on which a payer enters a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CardForm {
    /// On our own page, which only the sandbox's test cards may see.
    Ours,
    /// On a page of the provider's.
    Theirs,
    /// Nowhere: purchase orders are paid by other means, and recorded.
    None,
}

/// The payment provider of a deployment.
pub(crate) enum Gateway {
    /// No provider: purchase orders are paid by other means, and the operator records the payment.
    Manual,
    /// Test cards, and no money moves.
    Sandbox(Sandbox),
    /// Cards, by Stripe.
    Stripe(Stripe),
}

impl Gateway {
    /// Its name in the database.
    pub(crate) fn name(&self) -> PaymentProvider {
        match self {
            Self::Manual => PaymentProvider::Manual,
            Self::Sandbox(_) => PaymentProvider::Sandbox,
            Self::Stripe(stripe) => stripe.name(),
        }
    }

    /// The page on which a payer enters a card.
    pub(crate) fn card_form(&self) -> CardForm {
        match self {
            Self::Manual => CardForm::None,
            Self::Sandbox(_) => CardForm::Ours,
            Self::Stripe(_) => CardForm::Theirs,
        }
    }

    /// Charges saved cards.
    pub(crate) fn saved_cards(&self) -> Option<&dyn SavedCards> {
        match self {
            Self::Manual => None,
            Self::Sandbox(sandbox) => Some(sandbox),
            Self::Stripe(stripe) => Some(stripe),
        }
    }

    /// Hosts pages on which payers pay.
    pub(crate) fn checkout(&self) -> Option<&dyn Checkout> {
        match self {
            Self::Manual | Self::Sandbox(_) => None,
            Self::Stripe(stripe) => Some(stripe),
        }
    }

    /// Hosts pages on which cards are saved.
    pub(crate) fn card_setups(&self) -> Option<&dyn CardSetups> {
        match self {
            Self::Manual | Self::Sandbox(_) => None,
            Self::Stripe(stripe) => Some(stripe),
        }
    }

    /// Refunds payments.
    pub(crate) fn refunds(&self) -> Option<&dyn Refunds> {
        match self {
            Self::Manual | Self::Sandbox(_) => None,
            Self::Stripe(stripe) => Some(stripe),
        }
    }

    /// Sends webhooks.
    pub(crate) fn webhooks(&self) -> Option<&dyn Webhooks> {
        match self {
            Self::Manual | Self::Sandbox(_) => None,
            Self::Stripe(stripe) => Some(stripe),
        }
    }

    /// Returns the outcome of an earlier payment whose response is not known.
    pub(crate) async fn resume(&self, payment: &PaymentRow, now: Timestamp) -> PaymentOutcome {
        if !payment.is_by_saved_card() {
            return match self.checkout() {
                Some(checkout) => match checkout.find_page(payment).await {
                    Ok(_) => PaymentOutcome::Open,
                    Err(outcome) => outcome,
                },
                // A payer who left our own page can no longer confirm the payment.
                None => PaymentOutcome::Abandoned,
            };
        }
        match self.saved_cards() {
            Some(cards) => cards.resume_charge(payment, now).await,
            None => PaymentOutcome::Unknown("PAYMENTS=manual charges no cards".to_owned()),
        }
    }

    /// Makes sure that a payer can no longer pay on the page of this payment. Returns the outcome.
    pub(crate) async fn close_page(&self, payment: &PaymentRow) -> PaymentOutcome {
        match self.checkout() {
            Some(checkout) => checkout.close_page(payment).await,
            None => PaymentOutcome::Abandoned,
        }
    }
}

/// The gateway of this deployment; an error says what the deployer has to set.
pub(crate) fn gateway(context: &RequestContext) -> Result<Gateway, Problem> {
    match &context.config.payments {
        Ok(PaymentConfig::Sandbox) => Ok(Gateway::Sandbox(Sandbox)),
        Ok(PaymentConfig::Manual) => Ok(Gateway::Manual),
        Ok(PaymentConfig::Stripe(account)) => Ok(Gateway::Stripe(Stripe::new(account.clone()))),
        Err(message) => Err(Problem::misconfigured(message)),
    }
}

/// Closes an open page, so that the payer cannot pay this purchase order by hand meanwhile. Returns
/// false if a payment has an unknown outcome, because a new payment must then wait.
pub(crate) async fn close_open_page(
    context: &RequestContext,
    gateway: &Gateway,
    purchase_order: &str,
) -> Result<bool, Problem> {
    let latest = context.store.latest_payment(purchase_order).await?;
    let Some(payment) = latest.filter(PaymentRow::is_under_way) else { return Ok(true) };
    if payment.provider != gateway.name() {
        return leave(context, gateway, &payment).await;
    }
    if payment.is_by_saved_card() {
        return Ok(false);
    }
    let outcome = gateway.close_page(&payment).await;
    let is_known = !matches!(outcome, PaymentOutcome::Unknown(_));
    settlement::settle(context, gateway, &payment, outcome).await?;
    Ok(is_known)
}

/// Ends a payment that another provider of this deployment's was asked for, where no money can have
/// moved: it was tried out before the real one was set up. Returns true if it has ended.
pub(crate) async fn leave(
    context: &RequestContext,
    gateway: &Gateway,
    payment: &PaymentRow,
) -> Result<bool, Problem> {
    let moves_no_money = match payment.provider {
        PaymentProvider::Sandbox | PaymentProvider::StripeTest => true,
        PaymentProvider::Manual | PaymentProvider::Stripe => false,
    };
    if moves_no_money {
        settlement::settle(context, gateway, payment, PaymentOutcome::Abandoned).await?;
    }
    Ok(moves_no_money)
}

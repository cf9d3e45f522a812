//! Payment providers: one narrow trait, and its implementations.

pub(crate) mod card_setup;
mod manual;
pub(crate) mod minimum;
mod mode;
pub(crate) mod provider_event;
pub(crate) mod sandbox;
pub(crate) mod settlement;
mod stripe;

use std::pin::Pin;

use order_events::Timestamp;

use crate::domain::payment_outcome::{Answer, Card, CardTyped};
use crate::payments::mode::{Mode, StripeAccount};
use crate::payments::provider_event::{Event, Now, Refunded};
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::store::card_setups::CardSetupRow;
use crate::store::payments::PaymentRow;
use crate::store::refunds::RefundRow;

/// A pending request to a provider.
pub(crate) type Asked<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

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

/// A page of the provider's on which a payer types a card.
pub(crate) struct Page {
    /// The provider's name of it.
    pub(crate) id: String,
    pub(crate) address: String,
}

/// Whom the provider is to know from now on.
pub(crate) struct NewCustomer<'a> {
    pub(crate) merchant_id: &'a str,
    /// The merchant's name.
    pub(crate) merchant: &'a str,
    /// Of the payment, or of the card to be saved, that it is made for.
    pub(crate) idempotency_key: &'a str,
}

/// Why there is no page.
pub(crate) enum PageError {
    /// The provider does not have this customer any more.
    CustomerGone,
    /// Anything else.
    Answer(Answer),
}

/// The reason why a webhook of the provider is rejected.
pub(crate) enum WebhookError {
    /// The deployer has not said how to know the provider.
    NotSetUp,
    /// It is not from the provider, or not for this deployment; the text says what to check.
    Refused(&'static str),
}

const NO_PAGES: &str = "This provider has no pages";
const TELLS_NOTHING: &str = "This provider tells nothing by itself";

/// A payment provider. Every payment is stored before the provider is asked, and everything that is
/// asked may be asked again: the payment's idempotency key stands for one movement of money.
pub(crate) trait Gateway {
    /// Its name in the database. Customers and cards of one provider do not exist at another.
    fn name(&self) -> &'static str;

    /// The page on which a payer enters a card.
    fn card_form(&self) -> CardForm;

    /// Charges the saved card without the payer.
    fn charge<'a>(&'a self, payment: &'a PaymentRow) -> Asked<'a, Answer>;

    /// Returns the outcome of an earlier payment whose response is not known.
    fn resume<'a>(&'a self, payment: &'a PaymentRow, now: Timestamp) -> Asked<'a, Answer>;

    /// Creates a customer for the merchant at the provider. Returns the provider's id of it.
    fn new_customer<'a>(&'a self, _: NewCustomer<'a>) -> Asked<'a, Result<String, Answer>> {
        Box::pin(async { Err(Answer::Unknown(NO_PAGES.to_owned())) })
    }

    /// Opens a page of the provider's for this payment, from which the payer comes `back`.
    fn open_page<'a>(
        &'a self,
        _payment: &'a PaymentRow,
        _customer: &'a str,
        _back: &'a str,
    ) -> Asked<'a, Result<Page, PageError>> {
        Box::pin(async { Err(PageError::Answer(Answer::Unknown(NO_PAGES.to_owned()))) })
    }

    /// The page of this payment, while it is open; or what came of it.
    fn find_page<'a>(&'a self, _payment: &'a PaymentRow) -> Asked<'a, Result<Page, Answer>> {
        Box::pin(async { Err(Answer::Unknown(NO_PAGES.to_owned())) })
    }

    /// Sees to it that a payer can no longer pay on the page of this payment. Once it has returned
    /// anything but [`Answer::Unknown`], nothing more can come of the page.
    fn close_page<'a>(&'a self, payment: &'a PaymentRow) -> Asked<'a, Answer>;

    /// Opens a page of the provider's on which a card is saved and nothing is paid, from which the
    /// payer comes `back`.
    fn open_card_page<'a>(
        &'a self,
        _setup: &'a CardSetupRow,
        _customer: &'a str,
        _back: &'a str,
    ) -> Asked<'a, Result<Page, PageError>> {
        Box::pin(async { Err(PageError::Answer(Answer::Unknown(NO_PAGES.to_owned()))) })
    }

    /// Returns the outcome of such a page.
    fn look_at_card_page<'a>(&'a self, _setup: &'a CardSetupRow) -> Asked<'a, CardTyped> {
        Box::pin(async { CardTyped::Unknown(NO_PAGES.to_owned()) })
    }

    /// Detaches a card from the merchant, so that it can no longer be charged.
    fn remove_card<'a>(&'a self, _card: &'a str) -> Asked<'a, Now<()>> {
        Box::pin(async { Now::Gone })
    }

    /// Returns the outcome of the payment with this name at the provider.
    fn look_at<'a>(&'a self, _payment: &'a PaymentRow, _object: &'a str) -> Asked<'a, Answer> {
        Box::pin(async { Answer::Unknown(TELLS_NOTHING.to_owned()) })
    }

    /// Pays back what was taken twice; the same refund once, however often it is asked for.
    fn refund<'a>(&'a self, _refund: &'a RefundRow, _now: Timestamp) -> Asked<'a, Refunded> {
        Box::pin(async { Refunded::Unknown(TELLS_NOTHING.to_owned()) })
    }

    /// Returns the outcome of the refund with this name at the provider.
    fn look_at_refund<'a>(&'a self, _object: &'a str) -> Asked<'a, Refunded> {
        Box::pin(async { Refunded::Unknown(TELLS_NOTHING.to_owned()) })
    }

    /// A saved card as it is now.
    fn card<'a>(&'a self, _card: &'a str) -> Asked<'a, Now<Card>> {
        Box::pin(async { Now::Unknown })
    }

    /// A customer as it is now.
    fn customer<'a>(&'a self, _customer: &'a str) -> Asked<'a, Now<()>> {
        Box::pin(async { Now::Unknown })
    }

    /// Reads a webhook of the provider, with its signature.
    fn hear(&self, _signature: &str, _body: &[u8], _now: Timestamp) -> Result<Event, WebhookError> {
        Err(WebhookError::NotSetUp)
    }
}

/// The deployer's instructions for payments without a card.
pub(crate) fn instructions(context: &RequestContext) -> Option<String> {
    context.variables.text("PAYMENT_INSTRUCTIONS")
}

/// The provider of this deployment; an error says what the deployer has to set.
pub(crate) fn gateway(context: &RequestContext) -> Result<Box<dyn Gateway>, Problem> {
    let text = |name| context.variables.text(name);
    let wanted = text("PAYMENTS");
    let account = StripeAccount::read(
        text("STRIPE_SECRET_KEY"),
        text("STRIPE_API_BASE"),
        text("STRIPE_WEBHOOK_SECRET"),
        context.settings.development,
    );
    let mode = account
        .and_then(|account| mode::of(wanted.as_deref(), context.settings.development, account));
    Ok(match mode.map_err(|message| Problem::misconfigured(&message))? {
        Mode::Sandbox => Box::new(sandbox::Sandbox),
        Mode::Manual => Box::new(manual::Manual),
        Mode::Stripe(account) => Box::new(stripe::Stripe::new(account)),
    })
}

/// Closes an open page, so that the payer cannot pay this purchase order by hand meanwhile. Returns
/// false if a payment has an unknown outcome, because a new payment must then wait.
pub(crate) async fn close_open_page(
    context: &RequestContext,
    gateway: &dyn Gateway,
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
    let answer = gateway.close_page(&payment).await;
    let is_known = !matches!(answer, Answer::Unknown(_));
    settlement::settle(context, gateway, &payment, answer).await?;
    Ok(is_known)
}

/// Ends a payment that another provider of this deployment's was asked for, where no money can have
/// moved: it was tried out before the real one was set up. Returns true if it has ended.
pub(crate) async fn leave(
    context: &RequestContext,
    gateway: &dyn Gateway,
    payment: &PaymentRow,
) -> Result<bool, Problem> {
    let moves_no_money = ["sandbox", "stripe test"].contains(&payment.provider.as_str());
    if moves_no_money {
        settlement::settle(context, gateway, payment, Answer::Abandoned).await?;
    }
    Ok(moves_no_money)
}

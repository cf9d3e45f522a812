//! The abilities of payment providers, one narrow trait each. A provider implements those it has.

use std::pin::Pin;

use order_events::Timestamp;

use crate::domain::payment_outcome::{Card, CardSetupOutcome, PaymentOutcome};
use crate::payments::provider_event::{Lookup, ProviderEvent, RefundOutcome};
use crate::store::card_setups::CardSetupRow;
use crate::store::payments::PaymentRow;
use crate::store::refunds::RefundRow;

/// A pending request to a provider.
pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// A page of the provider's on which a payer enters a card.
pub(crate) struct Page {
    /// The provider's id of the page.
    pub(crate) id: String,
    pub(crate) address: String,
}

/// The merchant that becomes a customer at the provider.
pub(crate) struct NewCustomer<'a> {
    pub(crate) merchant_id: &'a str,
    /// The merchant's name.
    pub(crate) merchant: &'a str,
    /// The key of the payment or card setup that needs the customer.
    pub(crate) idempotency_key: &'a str,
}

/// The reason why there is no page.
pub(crate) enum PageError {
    /// The provider does not have this customer any more.
    CustomerDeleted,
    /// Anything else.
    Failed(PaymentOutcome),
}

/// The reason why a webhook of the provider is rejected.
pub(crate) enum WebhookError {
    /// The deployment has no secret to verify webhooks with.
    NotConfigured,
    /// It is not from the provider, or not for this deployment; the text says what to check.
    Invalid(&'static str),
}

/// Charges saved cards. Every payment is stored before it is requested and may be requested again:
/// its idempotency key stands for one movement of money.
pub(crate) trait SavedCards {
    /// Charges the saved card without the payer.
    fn charge<'a>(&'a self, payment: &'a PaymentRow) -> BoxFuture<'a, PaymentOutcome>;

    /// Returns the outcome of an earlier charge whose response is not known.
    fn resume_charge<'a>(
        &'a self,
        payment: &'a PaymentRow,
        now: Timestamp,
    ) -> BoxFuture<'a, PaymentOutcome>;

    /// Detaches a card from the merchant, so that it can no longer be charged.
    fn remove_card<'a>(&'a self, card: &'a str) -> BoxFuture<'a, Lookup<()>>;
}

/// Keeps merchants as customers, whom pages and saved cards belong to.
pub(crate) trait Customers {
    /// Creates a customer for the merchant. Returns the provider's id of it.
    fn create_customer<'a>(
        &'a self,
        customer: NewCustomer<'a>,
    ) -> BoxFuture<'a, Result<String, PaymentOutcome>>;
}

/// Hosts the page on which a payer pays a purchase order.
pub(crate) trait Checkout: Customers {
    /// Opens a page for this payment, from which the payer returns to `return_url`.
    fn open_page<'a>(
        &'a self,
        payment: &'a PaymentRow,
        customer: &'a str,
        return_url: &'a str,
    ) -> BoxFuture<'a, Result<Page, PageError>>;

    /// Returns the page of this payment while it is open, or else the outcome.
    fn find_page<'a>(
        &'a self,
        payment: &'a PaymentRow,
    ) -> BoxFuture<'a, Result<Page, PaymentOutcome>>;

    /// Closes the page of this payment. After any outcome but [`PaymentOutcome::Unknown`], no payer
    /// can pay on it any more.
    fn close_page<'a>(&'a self, payment: &'a PaymentRow) -> BoxFuture<'a, PaymentOutcome>;
}

/// Hosts the page on which a card is saved without a payment.
pub(crate) trait CardSetups: Customers {
    /// Opens a page for this setup, from which the owner returns to `return_url`.
    fn open_setup_page<'a>(
        &'a self,
        setup: &'a CardSetupRow,
        customer: &'a str,
        return_url: &'a str,
    ) -> BoxFuture<'a, Result<Page, PageError>>;

    /// Returns the outcome of this setup.
    fn fetch_setup<'a>(&'a self, setup: &'a CardSetupRow) -> BoxFuture<'a, CardSetupOutcome>;
}

/// Refunds payments.
pub(crate) trait Refunds {
    /// Refunds a duplicate payment. The money moves once, however often the refund is requested.
    fn refund<'a>(&'a self, refund: &'a RefundRow, now: Timestamp) -> BoxFuture<'a, RefundOutcome>;
}

/// Sends webhooks, each of which makes the Worker read the current state of an object.
pub(crate) trait Webhooks {
    /// Verifies and reads a webhook.
    fn parse_webhook(
        &self,
        signature: &str,
        body: &[u8],
        now: Timestamp,
    ) -> Result<ProviderEvent, WebhookError>;

    /// Returns the outcome of the payment that this object of the provider's pays.
    fn fetch_payment<'a>(
        &'a self,
        payment: &'a PaymentRow,
        object: &'a str,
    ) -> BoxFuture<'a, PaymentOutcome>;

    /// Returns the outcome of the refund with this id at the provider.
    fn fetch_refund<'a>(&'a self, object: &'a str) -> BoxFuture<'a, RefundOutcome>;

    /// Reads a saved card.
    fn fetch_card<'a>(&'a self, card: &'a str) -> BoxFuture<'a, Lookup<Card>>;

    /// Reads a customer.
    fn fetch_customer<'a>(&'a self, customer: &'a str) -> BoxFuture<'a, Lookup<()>>;
}

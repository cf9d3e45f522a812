//! Payments on the provider's page: one page per purchase order, created on demand.

use axum::http::Uri;
use axum::response::Response;

use crate::crypto::new_id;
use crate::domain::payment_outcome::PaymentOutcome;
use crate::payments::provider::{Checkout, NewCustomer, PageError};
use crate::payments::settlement::settle;
use crate::payments::{self, Gateway};
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::store::StoreError;
use crate::store::payments::{NewPayment, PaymentRow};
use crate::store::purchase_orders::PurchaseOrderRow;
use crate::web::pay::{PayForm, back_to, page};
use crate::web::redirect;

const UNDER_WAY: &str = "Another payment is under way. Please reload this page in a minute.";
const NO_PAGE: &str = "The page for your card does not open just now. Nothing was paid. Please try \
    again in a minute.";

/// Milliseconds during which a page is requested again. Later, the payer would have too little
/// time.
const PAGE_WANTED_FOR: i64 = 20 * 60 * 1000;

/// The payer's request.
pub(super) struct Request<'a> {
    pub(super) token: &'a str,
    pub(super) order: &'a PurchaseOrderRow,
    pub(super) form: &'a PayForm,
    /// The address of the pay page, with the origin at which the payer sees it.
    pub(super) uri: &'a Uri,
}

/// The state of an earlier payment.
enum Resumption {
    /// Its page is open, at this address.
    Open(String),
    /// Its page was requested, and the response is not known.
    Requested,
    /// It may still be paid.
    UnderWay,
    /// It is paid, or cannot be paid any more.
    Over,
}

/// Settles the payment whose page a payer returns from, if it is the one of this purchase order.
pub(super) async fn settle_returned(
    context: &RequestContext,
    order: &PurchaseOrderRow,
    page: &str,
) -> Result<(), Problem> {
    let latest = context.store.latest_payment(&order.id).await?;
    let waiting =
        latest.filter(|payment| payment.is_under_way() && payment.page.as_deref() == Some(page));
    let gateway = payments::gateway(context)?;
    let waiting = waiting.filter(|payment| payment.provider == gateway.name());
    if let (Some(payment), Some(checkout)) = (waiting, gateway.checkout())
        && let Err(outcome) = checkout.find_page(&payment).await
    {
        settle(context, &gateway, &payment, outcome).await?;
    }
    Ok(())
}

/// A provider that hosts the page of a payment.
pub(super) struct Hosted<'a> {
    pub(super) context: &'a RequestContext,
    pub(super) gateway: &'a Gateway,
    pub(super) checkout: &'a dyn Checkout,
}

impl Hosted<'_> {
    /// Redirects the payer to the page that is open, or to a new one.
    pub(super) async fn redirect_to_checkout(
        &self,
        request: &Request<'_>,
    ) -> Result<Response, Problem> {
        let context = self.context;
        let latest = context.store.latest_payment(&request.order.id).await?;
        let (token, remember) = (request.token, request.form.remember.is_some());
        let payment = match latest.filter(PaymentRow::is_under_way) {
            Some(payment) => match self.resume(&payment, remember).await? {
                Resumption::Open(address) => return Ok(redirect(&address)),
                Resumption::Requested => Some(payment),
                Resumption::UnderWay => return page(context, token, Some(UNDER_WAY)).await,
                Resumption::Over => None,
            },
            None => None,
        };
        let payment = match payment {
            Some(payment) => payment,
            None => match self.begin(request).await {
                Ok(Some(payment)) => payment,
                // It was paid in the meantime.
                Ok(None) => return Ok(back_to(token)),
                Err(StoreError::Conflict) => return page(context, token, Some(UNDER_WAY)).await,
                Err(error) => return Err(error.into()),
            },
        };
        match self.open(&payment, request.uri).await? {
            Some(address) => Ok(redirect(&address)),
            None => page(context, token, Some(NO_PAGE)).await,
        }
    }

    async fn resume(&self, payment: &PaymentRow, remember: bool) -> Result<Resumption, Problem> {
        let context = self.context;
        if payment.provider != self.gateway.name() {
            let has_ended = payments::leave(context, self.gateway, payment).await?;
            return Ok(if has_ended { Resumption::Over } else { Resumption::UnderWay });
        }
        let same = payment.is_to_be_remembered() == remember;
        let age = context.now.milliseconds().saturating_sub(payment.created_at);
        let outcome = if payment.is_by_saved_card() {
            self.gateway.resume(payment, context.now).await
        } else if payment.page.is_none() && same && age < PAGE_WANTED_FOR {
            return Ok(Resumption::Requested);
        } else {
            match self.checkout.find_page(payment).await {
                Ok(page) if same => return Ok(Resumption::Open(page.address)),
                // The payer has changed their mind about the card.
                Ok(_) => self.checkout.close_page(payment).await,
                Err(outcome) => outcome,
            }
        };
        let is_known = !matches!(outcome, PaymentOutcome::Unknown(_));
        settle(context, self.gateway, payment, outcome).await?;
        Ok(if is_known { Resumption::Over } else { Resumption::UnderWay })
    }

    async fn begin(&self, request: &Request<'_>) -> Result<Option<PaymentRow>, StoreError> {
        let Ok(id) = new_id("pay") else { return Err(StoreError::Failed("no id".to_owned())) };
        let new = NewPayment {
            id: &id,
            purchase_order: &request.order.id,
            provider: self.gateway.name(),
            card: None,
            remember: request.form.remember.is_some(),
            now: self.context.now.milliseconds(),
        };
        self.context.store.begin_payment(new).await
    }

    /// Returns the address of the payment's page. If there is none, returns `None`, and the
    /// payment's state says why.
    async fn open(&self, payment: &PaymentRow, uri: &Uri) -> Result<Option<String>, Problem> {
        let (context, gateway) = (self.context, self.gateway);
        let payment = match self.with_customer(payment).await? {
            Ok(payment) => payment,
            Err(outcome) => {
                settle(context, gateway, payment, outcome).await?;
                return Ok(None);
            }
        };
        let customer = payment.customer.as_deref().unwrap_or_default();
        let return_url = return_url(uri);
        let page = match self.checkout.open_page(&payment, customer, &return_url).await {
            Ok(page) => page,
            Err(error) => {
                let outcome = match error {
                    PageError::Failed(outcome) => outcome,
                    PageError::CustomerDeleted => {
                        // The next attempt makes another.
                        let now = context.now.milliseconds();
                        context.store.forget_customer(gateway.name(), customer, now).await?;
                        PaymentOutcome::Abandoned
                    }
                };
                settle(context, gateway, &payment, outcome).await?;
                return Ok(None);
            }
        };
        if context.store.set_page(&payment.id, &page.id).await? {
            return Ok(Some(page.address));
        }
        // It was paid by other means, or is being charged, while the page was made.
        let unwanted = payment.on_page(page.id);
        let outcome = self.checkout.close_page(&unwanted).await;
        settle(context, gateway, &unwanted, outcome).await?;
        Ok(None)
    }

    /// The payment, with the merchant's customer at the provider.
    async fn with_customer(
        &self,
        payment: &PaymentRow,
    ) -> Result<Result<PaymentRow, PaymentOutcome>, Problem> {
        if payment.customer.is_some() {
            return Ok(Ok(payment.clone()));
        }
        let customer = NewCustomer {
            merchant_id: &payment.merchant_id,
            merchant: &payment.merchant,
            idempotency_key: &payment.idempotency_key,
        };
        let customer = match self.checkout.create_customer(customer).await {
            Ok(customer) => customer,
            Err(outcome) => return Ok(Err(outcome)),
        };
        let store = &self.context.store;
        store.keep_customer(&payment.id, &customer, self.context.now.milliseconds()).await?;
        let payment = store.set_customer(&payment.id).await?;
        payment.map(Ok).ok_or_else(|| Problem::internal("A payment is not there any more"))
    }
}

/// The address of the pay page, as the payer sees it, without what stands behind the question mark.
fn return_url(uri: &Uri) -> String {
    let scheme = uri.scheme_str().unwrap_or("https");
    let authority = uri.authority().map(ToString::to_string).unwrap_or_default();
    format!("{scheme}://{authority}{}", uri.path())
}

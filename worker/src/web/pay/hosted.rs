//! Payments on the provider's page: one page per purchase order, created on demand.

use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use crate::crypto::new_id;
use crate::domain::payment_outcome::Answer;
use crate::payments::settlement::settle;
use crate::payments::{self, Gateway, NewCustomer, PageError};
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::store::StoreError;
use crate::store::payments::{NewPayment, PaymentRow};
use crate::store::purchase_orders::PurchaseOrderRow;
use crate::web::pay::{PayForm, back_to, page};

const UNDER_WAY: &str = "Another payment is under way. Please reload this page in a minute.";
const NO_ANSWER: &str = "The page for your card does not open just now. Nothing was paid. Please try \
    again in a minute.";

/// Milliseconds after which a page is not asked for again: the payer would have too little time.
const PAGE_WANTED_FOR: i64 = 20 * 60 * 1000;

/// The payer's request.
pub(super) struct Wish<'a> {
    pub(super) token: &'a str,
    pub(super) order: &'a PurchaseOrderRow,
    pub(super) form: &'a PayForm,
    /// The address of the pay page, with the origin at which the payer sees it.
    pub(super) uri: &'a Uri,
}

/// Leads the payer to the page: the one that is open, or a new one.
pub(super) async fn lead(
    context: &RequestContext,
    gateway: &dyn Gateway,
    wish: &Wish<'_>,
) -> Result<Response, Problem> {
    let latest = context.store.latest_payment(&wish.order.id).await?;
    let (token, remember) = (wish.token, wish.form.remember.is_some());
    let payment = match latest.filter(PaymentRow::is_under_way) {
        Some(payment) => match take_up(context, gateway, &payment, remember).await? {
            TakenUp::Open(address) => return Ok(to(&address)),
            TakenUp::Wanted => Some(payment),
            TakenUp::UnderWay => return page(context, token, Some(UNDER_WAY)).await,
            TakenUp::Over => None,
        },
        None => None,
    };
    let payment = match payment {
        Some(payment) => payment,
        None => match begin(context, gateway, wish).await {
            Ok(Some(payment)) => payment,
            // It was paid in the meantime.
            Ok(None) => return Ok(back_to(token)),
            Err(StoreError::Conflict) => return page(context, token, Some(UNDER_WAY)).await,
            Err(error) => return Err(error.into()),
        },
    };
    match open(context, gateway, &payment, wish.uri).await? {
        Some(address) => Ok(to(&address)),
        None => page(context, token, Some(NO_ANSWER)).await,
    }
}

/// Asks what came of the page that a payer comes back from, if it is the one of this purchase
/// order.
pub(super) async fn come_back(
    context: &RequestContext,
    order: &PurchaseOrderRow,
    page: &str,
) -> Result<(), Problem> {
    let latest = context.store.latest_payment(&order.id).await?;
    let waiting =
        latest.filter(|payment| payment.is_under_way() && payment.page.as_deref() == Some(page));
    let gateway = payments::gateway(context)?;
    let waiting = waiting.filter(|payment| payment.provider == gateway.name());
    if let Some(payment) = waiting
        && let Err(answer) = gateway.find_page(&payment).await
    {
        settle(context, gateway.as_ref(), &payment, answer).await?;
    }
    Ok(())
}

/// The state of an earlier payment.
enum TakenUp {
    /// Its page is open, at this address.
    Open(String),
    /// Its page was asked for, and whether there is one is not known.
    Wanted,
    /// It may still be paid.
    UnderWay,
    /// Nothing more will come of it, or it is paid.
    Over,
}

async fn take_up(
    context: &RequestContext,
    gateway: &dyn Gateway,
    payment: &PaymentRow,
    remember: bool,
) -> Result<TakenUp, Problem> {
    if payment.provider != gateway.name() {
        let has_ended = payments::leave(context, gateway, payment).await?;
        return Ok(if has_ended { TakenUp::Over } else { TakenUp::UnderWay });
    }
    let same = payment.is_to_be_remembered() == remember;
    let age = context.now.milliseconds().saturating_sub(payment.created_at);
    let answer = if payment.is_by_saved_card() {
        gateway.resume(payment, context.now).await
    } else if payment.page.is_none() && same && age < PAGE_WANTED_FOR {
        return Ok(TakenUp::Wanted);
    } else {
        match gateway.find_page(payment).await {
            Ok(page) if same => return Ok(TakenUp::Open(page.address)),
            // The payer has changed their mind about the card.
            Ok(_) => gateway.close_page(payment).await,
            Err(answer) => answer,
        }
    };
    let is_known = !matches!(answer, Answer::Unknown(_));
    settle(context, gateway, payment, answer).await?;
    Ok(if is_known { TakenUp::Over } else { TakenUp::UnderWay })
}

async fn begin(
    context: &RequestContext,
    gateway: &dyn Gateway,
    wish: &Wish<'_>,
) -> Result<Option<PaymentRow>, StoreError> {
    let Ok(id) = new_id("pay") else { return Err(StoreError::Failed("no id".to_owned())) };
    let new = NewPayment {
        id: &id,
        purchase_order: &wish.order.id,
        provider: gateway.name(),
        card: None,
        remember: wish.form.remember.is_some(),
        now: context.now.milliseconds(),
    };
    context.store.begin_payment(new).await
}

/// Returns the address of the payment's page. If there is none, returns `None`, and the payment's
/// state says why.
async fn open(
    context: &RequestContext,
    gateway: &dyn Gateway,
    payment: &PaymentRow,
    uri: &Uri,
) -> Result<Option<String>, Problem> {
    let payment = match with_customer(context, gateway, payment).await? {
        Ok(payment) => payment,
        Err(answer) => {
            settle(context, gateway, payment, answer).await?;
            return Ok(None);
        }
    };
    let customer = payment.customer.as_deref().unwrap_or_default();
    let back = back(uri);
    match gateway.open_page(&payment, customer, &back).await {
        Ok(page) if context.store.set_page(&payment.id, &page.id).await? => Ok(Some(page.address)),
        Ok(page) => {
            // It was paid by other means, or is being charged, while the page was made.
            let unwanted = payment.on_page(page.id);
            let answer = gateway.close_page(&unwanted).await;
            settle(context, gateway, &unwanted, answer).await?;
            Ok(None)
        }
        Err(error) => {
            let answer = match error {
                PageError::Answer(answer) => answer,
                PageError::CustomerGone => {
                    // The next attempt makes another.
                    context.store.forget_customer(gateway.name(), customer).await?;
                    Answer::Abandoned
                }
            };
            settle(context, gateway, &payment, answer).await?;
            Ok(None)
        }
    }
}

/// The payment, with the customer that the merchant is to the provider.
async fn with_customer(
    context: &RequestContext,
    gateway: &dyn Gateway,
    payment: &PaymentRow,
) -> Result<Result<PaymentRow, Answer>, Problem> {
    if payment.customer.is_some() {
        return Ok(Ok(payment.clone()));
    }
    let member = NewCustomer {
        merchant_id: &payment.merchant_id,
        merchant: &payment.merchant,
        idempotency_key: &payment.idempotency_key,
    };
    let customer = match gateway.new_customer(member).await {
        Ok(customer) => customer,
        Err(answer) => return Ok(Err(answer)),
    };
    let now = context.now.milliseconds();
    context.store.keep_customer(&payment.id, &customer, now).await?;
    let payment = context.store.set_customer(&payment.id).await?;
    payment.map(Ok).ok_or_else(|| Problem::internal("A payment is not there any more"))
}

/// The address of the pay page, as the payer sees it, without what stands behind the question mark.
fn back(uri: &Uri) -> String {
    let scheme = uri.scheme_str().unwrap_or("https");
    let authority = uri.authority().map(ToString::to_string).unwrap_or_default();
    format!("{scheme}://{authority}{}", uri.path())
}

fn to(address: &str) -> Response {
    match HeaderValue::from_str(address) {
        Ok(address) => (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response(),
        Err(_) => Problem::internal("The provider's page has no address").into_response(),
    }
}

//! `POST /api/purchase_orders/{id}/payments`: records that a purchase order was paid by other
//! means.

use axum::Extension;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::Response;
use order_events::Timestamp;
use serde::{Deserialize, Serialize};

use crate::auth::owned::Owned;
use crate::auth::scope::PaymentsWrite;
use crate::crypto::new_id;
use crate::domain::names;
use crate::domain::states::PurchaseOrderState;
use crate::http::body;
#[cfg(test)]
use crate::http::responses::Changed;
use crate::payments;
use crate::platform::context::RequestContext;
use crate::platform::problem::{Problem, json};
use crate::store::payments::PaymentRow;
use crate::store::purchase_orders::PurchaseOrderRow;

/// Characters in the longest reference.
const REFERENCE_LENGTH_MAX: usize = 255;

/// A reference to the source of the money.
#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRecordedPayment {
    /// Such as the number of the bank transfer. Please no names and no account numbers.
    #[cfg_attr(test, schema(min_length = 1, max_length = 255, example = "Transfer 2026-12-04/7"))]
    reference: String,
}

/// A payment that was recorded.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct RecordedPayment {
    id: String,
    purchase_order: String,
    /// Minor units of `currency`: all that the purchase order comes to.
    amount: i64,
    currency: String,
    reference: String,
    recorded_at: Option<Timestamp>,
}

/// Record that a purchase order was paid by other means than a card.
///
/// The operator receives the money, so only the operator's keys have the scope, which
/// `play-it-green merchant record-payment` makes. A page on which the payer was about to type a
/// card is closed first. Sending the same reference again changes nothing and gets the same answer.
#[cfg_attr(test, utoipa::path(post, path = "/api/purchase_orders/{id}/payments",
    tag = "Purchase orders",
    params(("id" = String, Path, description = "The purchase order's id.")),
    request_body = NewRecordedPayment,
    extensions(("x-live-keys-only" = json!(true))),
    security(("secret_key" = ["payments:write"])),
    responses((status = 201, description = "It is recorded, and the purchase order is paid.",
        body = RecordedPayment), Changed)))]
#[worker::send]
pub(crate) async fn record_payment(
    Extension(context): Extension<RequestContext>,
    found: Owned<PaymentsWrite, PurchaseOrderRow>,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let (key, order) = (found.key, found.resource);
    let wanted: NewRecordedPayment = body::read(&bytes)?;
    names::check("reference", &wanted.reference, REFERENCE_LENGTH_MAX)?;
    let gateway = payments::gateway(&context)?;
    if order.state == PurchaseOrderState::PaymentDue {
        payments::close_open_page(&context, &gateway, &order.id).await?;
        let (id, now) = (new_id("pay")?, context.now.milliseconds());
        let store = &context.store;
        context.note_mail();
        store.record_payment(&order.id, &id, &wanted.reference, &key.key_id, now).await?;
    }
    // This call or an earlier one recorded it: the same reference is the same payment.
    let latest = context.store.latest_payment(&order.id).await?;
    let recorded = latest.filter(|payment| {
        payment.is_recorded() && payment.reference.as_deref() == Some(&wanted.reference)
    });
    match recorded {
        Some(payment) => Ok(json(StatusCode::CREATED, &answer(payment, wanted.reference))),
        None => Err(conflict(refusal(order.state))),
    }
}

fn answer(payment: PaymentRow, reference: String) -> RecordedPayment {
    RecordedPayment {
        id: payment.id,
        purchase_order: payment.purchase_order_id,
        amount: payment.amount,
        currency: payment.currency,
        reference,
        recorded_at: Timestamp::from_milliseconds(payment.created_at),
    }
}

fn refusal(state: PurchaseOrderState) -> &'static str {
    match state {
        PurchaseOrderState::Open | PurchaseOrderState::Closed => {
            "This purchase order is not closed yet: it can be paid afterwards."
        }
        PurchaseOrderState::Paid => "This purchase order is paid already.",
        PurchaseOrderState::PaymentDue
        | PurchaseOrderState::Settled
        | PurchaseOrderState::CarriedOver => {
            "Another payment is under way. Please try again in a minute."
        }
    }
}

fn conflict(message: &str) -> Problem {
    Problem::new(StatusCode::CONFLICT, message)
}

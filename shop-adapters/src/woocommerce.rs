//! `WooCommerce`: the webhook, whose body is the REST API's order, and the data island that our
//! `WordPress` plugin prints on the order-received page.

pub mod island;
pub mod order;
#[cfg(feature = "signatures")]
pub mod signature;
#[cfg(all(feature = "json", feature = "signatures"))]
pub mod signed_island;
#[cfg(feature = "json")]
mod site;
#[cfg(feature = "json")]
pub mod webhook;

pub use island::Island;
pub use order::Order;

#[cfg(feature = "json")]
use order_events::PaymentNote;
use order_events::SaleStatus;

use crate::text;

/// Returns true if a request is the ping that `WooCommerce` sends when a webhook is saved: the
/// unsigned form field `webhook_id=<number>`. The response must have the status 200.
///
/// ```
/// assert!(shop_adapters::woocommerce::is_ping(b"webhook_id=1"));
/// assert!(!shop_adapters::woocommerce::is_ping(b"{\"id\":16}"));
/// ```
#[must_use]
pub fn is_ping(body: &[u8]) -> bool {
    body.strip_prefix(b"webhook_id=")
        .is_some_and(|number| !number.is_empty() && number.iter().all(u8::is_ascii_digit))
}

/// Returns the sale status for a status of `WooCommerce`. A custom status counts as paid if the
/// order was paid or is paid on delivery.
///
/// Cash on delivery becomes `processing` at once and is paid later. `WooCommerce` counts it as a
/// sale, and so do we.
pub(crate) fn status(status: &str, is_paid: bool) -> SaleStatus {
    match slug(status).as_str() {
        "processing" | "completed" => SaleStatus::Paid,
        "on-hold" | "pending" | "checkout-draft" | "auto-draft" | "draft" => SaleStatus::Placed,
        "cancelled" | "failed" | "trash" => SaleStatus::Cancelled,
        "refunded" => SaleStatus::Refunded,
        _ if is_paid => SaleStatus::Paid,
        _ => SaleStatus::Placed,
    }
}

/// Returns a status without the prefix that `WooCommerce` stores.
fn slug(status: &str) -> String {
    let status = text::bare(status).to_ascii_lowercase();
    status.strip_prefix("wc-").unwrap_or(&status).to_owned()
}

/// Returns the open question about the payment that a status implies.
#[cfg(feature = "json")]
pub(crate) fn payment_note(status: &str, is_paid: bool) -> PaymentNote {
    match slug(status).as_str() {
        "failed" => PaymentNote::Failed,
        "processing" | "completed" | "refunded" | "cancelled" | "trash" | "on-hold" | "pending"
        | "checkout-draft" | "auto-draft" | "draft" => PaymentNote::Clear,
        _ if is_paid => PaymentNote::Clear,
        _ => PaymentNote::OwnStatus,
    }
}

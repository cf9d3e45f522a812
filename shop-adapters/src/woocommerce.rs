//! `WooCommerce`: the webhook, whose body is the REST API's order, and the data island that our
//! `WordPress` plugin prints on the order-received page.

pub mod island;
pub mod order;
#[cfg(feature = "signatures")]
pub mod signature;
#[cfg(all(feature = "json", feature = "signatures"))]
pub mod signed_island;
#[cfg(feature = "json")]
pub mod webhook;

pub use island::Island;
pub use order::Order;

#[cfg(feature = "json")]
use order_events::PaymentNote;
use order_events::SaleStatus;

/// Whether a request is the ping that `WooCommerce` sends when a webhook is saved: the form field
/// `webhook_id=<number>`, unsigned. It must be answered with exactly 200.
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

/// How far an order of this status has come. A status of the shop's own counts by whether the order
/// was paid, or is paid on delivery.
///
/// Cash on delivery goes to `processing` at once and is paid later: `WooCommerce` counts it as a
/// sale, and so do we.
fn status(status: &str, is_paid: bool) -> SaleStatus {
    match slug(status).as_str() {
        "processing" | "completed" => SaleStatus::Paid,
        "on-hold" | "pending" | "checkout-draft" | "auto-draft" | "draft" => SaleStatus::Placed,
        "cancelled" | "failed" | "trash" => SaleStatus::Cancelled,
        "refunded" => SaleStatus::Refunded,
        _ if is_paid => SaleStatus::Paid,
        _ => SaleStatus::Placed,
    }
}

/// A status without the prefix that `WooCommerce` stores it with.
fn slug(status: &str) -> String {
    let status = status.trim_ascii().to_ascii_lowercase();
    status.strip_prefix("wc-").unwrap_or(&status).to_owned()
}

/// What a status leaves open about the payment.
#[cfg(feature = "json")]
fn payment_note(status: &str, is_paid: bool) -> PaymentNote {
    match slug(status).as_str() {
        "failed" => PaymentNote::Failed,
        "processing" | "completed" | "refunded" | "cancelled" | "trash" | "on-hold" | "pending"
        | "checkout-draft" | "auto-draft" | "draft" => PaymentNote::Clear,
        _ if is_paid => PaymentNote::Clear,
        _ => PaymentNote::OwnStatus,
    }
}

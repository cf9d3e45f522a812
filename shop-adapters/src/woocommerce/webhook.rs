//! The body of a `WooCommerce` webhook: an order, or the id of one that was deleted.

use order_events::{Proof, SaleFacts, Timestamp};

use super::order;
use crate::webhook::{Delivery, ReportedSale, Unreadable};

/// Reads the body of a webhook. `topic` is the header `X-WC-Webhook-Topic`, such as
/// `order.restored`; `received_at` is when the delivery arrived.
///
/// # Errors
/// What cannot be read as a sale, with the field and the reason.
pub fn read(
    body: &[u8],
    topic: Option<&str>,
    received_at: Timestamp,
) -> Result<Delivery, Unreadable> {
    let order = serde_json::from_slice(body).map_err(|_| Unreadable::not_json())?;
    let sale = order::sale(order).map_err(|error| Unreadable::of(None, error))?;
    let sale_id = sale.id.clone();
    let facts = SaleFacts::from_snapshot(Proof::Verified, sale);
    let facts = if topic == Some("order.restored") { facts.restored(received_at) } else { facts };
    Ok(Delivery::Sale(ReportedSale { sale_id, number: None, facts }))
}

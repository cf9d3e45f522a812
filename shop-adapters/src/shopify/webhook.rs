//! The body of a Shopify webhook: an order, a refund, a draft, a checkout, or the id of an order that
//! was deleted.

use order_events::{Proof, SaleFacts, Timestamp};

use super::order;
use crate::webhook::{Delivery, ReportedSale, Unreadable};

/// Reads the body of a webhook of any topic, which the body itself shows. `received_at` is when the
/// delivery arrived.
///
/// # Errors
/// What cannot be read as a sale, with the field and the reason.
pub fn read(body: &[u8], received_at: Timestamp) -> Result<Delivery, Unreadable> {
    let _ = received_at;
    let order = serde_json::from_slice(body).map_err(|_| Unreadable::not_json())?;
    let sale = order::sale(order).map_err(|error| Unreadable::of(None, error))?;
    let sale_id = sale.id.clone();
    let facts = SaleFacts::from_snapshot(Proof::Verified, sale);
    Ok(Delivery::Sale(ReportedSale { sale_id, number: None, facts }))
}

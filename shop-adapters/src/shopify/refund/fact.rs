//! A refund as a separate fact, to be merged with the other facts of the sale.

use order_events::limits;

use super::{Refund, created_at, money, returned_money};
use crate::decimal::Quantity;
use crate::shopify::order_id;
use crate::{AdapterError, Field};

/// A refund as a separate fact, which
/// [`SaleFacts::from_refund`](order_events::SaleFacts::from_refund) takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundFact {
    /// The refunded order: the id of the sale.
    pub order_id: String,
    /// The shop's id of the refund.
    pub refund_id: String,
    /// The money and units that came back.
    pub refund: order_events::Refund,
}

/// Returns the refund as a separate fact, with everything that it states for certain.
///
/// # Errors
/// Names the field that is missing or malformed.
#[allow(clippy::needless_pass_by_value, reason = "every adapter takes its payload")]
pub fn fact(refund: Refund) -> Result<RefundFact, AdapterError> {
    let order_id = order_id(Field::at("order_id"), &refund.order_id)?;
    let refund_id = Field::at("id").id(&refund.id)?;
    let money = money(&refund)?;
    let entries = refund.lines.iter().filter(|entry| entry.line_item.is_known());
    let lines =
        entries.map(|entry| entry.line_item.refund_line(Quantity::read(&entry.quantity).units()));
    let returned = order_events::Refund {
        at: created_at(&refund)?,
        currency: money.currency,
        amount: returned_money(std::slice::from_ref(&refund), money).min(limits::AMOUNT),
        lines: lines.filter(|line| line.quantity > 0).take(limits::LINES_PER_SALE).collect(),
    };
    Ok(RefundFact { order_id, refund_id, refund: returned })
}

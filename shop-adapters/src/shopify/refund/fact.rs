//! A refund as a fact beside the sale, to be merged with what else is known of it.

use super::{Refund, created_at, currencies, returned_money};
use crate::check::{id, item_ids};
use crate::shopify::order_id;
use crate::{AdapterError, Field, Id};

/// A refund as a fact of its own, which
/// [`SaleFacts::from_refund`](order_events::SaleFacts::from_refund) takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundFact {
    /// The order that it is a refund of: the id of the sale.
    pub order_id: String,
    /// The shop's id of the refund.
    pub refund_id: String,
    /// What came back.
    pub refund: order_events::Refund,
}

/// The refund as a fact of its own: all that it knows for certain.
///
/// # Errors
/// Names the field that is missing or malformed, or that breaks a limit of
/// [`order_events::limits`].
pub fn fact(mut refund: Refund) -> Result<RefundFact, AdapterError> {
    let order_id = order_id(Field::at("order_id"), refund.order_id.take())?;
    let refund_id = Field::at("id").required(refund.id.take().and_then(Id::into_known))?;
    id(Field::at("order_id"), &order_id)?;
    id(Field::at("id"), &refund_id)?;
    let currencies = currencies(&refund)?;
    let amount = Field::at("transactions[].amount")
        .zero_or_more(returned_money(std::slice::from_ref(&refund), &currencies)?)?;
    let (at, currency) = (created_at(&refund)?, currencies.sale);
    let lines = Field::at("refund_line_items").lines(refund.lines, |entry, index| {
        let units =
            Field::within("refund_line_items[].quantity", index).count(entry.quantity.as_ref())?;
        let item =
            Field::within("refund_line_items[].line_item", index).required(entry.line_item)?;
        let line = item.into_refund_line(units);
        item_ids(index, [&line.product, &line.variant, &line.sku])?;
        Ok(line)
    })?;
    let lines = lines.into_iter().filter(|line| line.quantity > 0).collect();
    let refund = order_events::Refund { at, currency, amount, lines };
    Ok(RefundFact { order_id, refund_id, refund })
}

//! The order from a snippet on Squarespace's order confirmation page: three values that Squarespace
//! inserts, and the currency, which the shop owner types because no token provides it.
//!
//! ```json
//! {"orderId": "{orderId}", "orderGrandTotal": "{orderGrandTotal}",
//!  "orderSubtotal": "{orderSubtotal}", "currency": "USD"}
//! ```
//!
//! The snippet does not report the items, so only conditions on the whole order can hold. Source:
//! Squarespace's help on code injection.

use order_events::{Platform, Sale, Timestamp};
use serde::Deserialize;

use crate::browser_sale::claimed;
use crate::{AdapterError, Field, Problem, decimal, text};

/// The object that the snippet passes on, with Squarespace's names.
#[derive(Clone, Debug, Deserialize)]
pub struct Order {
    #[serde(rename = "orderId")]
    id: String,
    #[serde(rename = "orderGrandTotal")]
    grand_total: String,
    #[serde(rename = "orderSubtotal")]
    subtotal: String,
    currency: String,
}

/// Returns the sale that the snippet reports. The snippet carries no time: `received_at` is when we
/// received it. If one of the two amounts is missing, the other one is used for both.
///
/// # Errors
/// [`Problem::NotAnOrderId`] if Squarespace did not replace its token, as on any other page.
/// Otherwise names the field that is missing or malformed.
#[allow(clippy::needless_pass_by_value, reason = "every adapter takes its payload")]
pub fn sale(order: Order, received_at: Timestamp) -> Result<Sale, AdapterError> {
    let field = Field::at("orderId");
    if order.id.starts_with('{') {
        return Err(field.error(Problem::NotAnOrderId));
    }
    let id = field.id(&order.id)?;
    let currency = text::currency_of_sale(&order.currency);
    let subtotal = decimal::amount(&order.subtotal, currency).filter(|amount| *amount >= 0);
    let total = Field::at("orderGrandTotal").amount_or(subtotal, &order.grand_total, currency)?;
    let items_total = subtotal.unwrap_or(total);
    Ok(Sale { total, items_total, ..claimed(Platform::Squarespace, id, received_at, currency) })
}

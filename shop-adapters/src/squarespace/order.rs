//! What a snippet on Squarespace's order confirmation page knows: three values that Squarespace
//! writes into it, and the currency, which the shop owner types because no token gives it.
//!
//! ```json
//! {"orderId": "{orderId}", "orderGrandTotal": "{orderGrandTotal}",
//!  "orderSubtotal": "{orderSubtotal}", "currency": "USD"}
//! ```
//!
//! It does not tell what was bought, so only conditions on the whole order can hold.
//! Source: Squarespace's help on code injection.

use order_events::{Platform, Sale, Timestamp};
use serde::Deserialize;

use crate::check::checked;
use crate::placed::placed;
use crate::{AdapterError, Decimal, Field, Id, Problem};

/// The object that the snippet hands over, with Squarespace's names.
#[derive(Clone, Debug, Deserialize)]
pub struct Order {
    #[serde(rename = "orderId")]
    id: Option<Id>,
    #[serde(rename = "orderGrandTotal")]
    grand_total: Option<Decimal>,
    #[serde(rename = "orderSubtotal")]
    subtotal: Option<Decimal>,
    currency: Option<String>,
}

/// The sale that the snippet tells of. It carries no time: `received_at` is when we saw it.
///
/// # Errors
/// [`Problem::NotAnOrderId`] when Squarespace did not replace its token, as on any other page;
/// otherwise names the field that is missing or malformed.
pub fn sale(order: Order, received_at: Timestamp) -> Result<Sale, AdapterError> {
    let order_id = Field::at("orderId");
    let id = order_id.required(order.id.and_then(Id::into_known))?;
    if id.starts_with('{') {
        return Err(order_id.error(Problem::NotAnOrderId));
    }
    let currency = Field::at("currency").currency(order.currency.as_deref())?;
    let amount = |path, decimal: Option<Decimal>| {
        Field::at(path).amount(decimal.map(Decimal::without_thousands_commas).as_ref(), currency)
    };
    checked(Sale {
        total: amount("orderGrandTotal", order.grand_total)?,
        items_total: amount("orderSubtotal", order.subtotal)?,
        ..placed(Platform::Squarespace, id, received_at, currency)
    })
}

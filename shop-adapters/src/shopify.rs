//! Shopify: the web pixel in the browser, and the webhooks made in the admin.

pub mod checkout_completed;
#[cfg(feature = "import")]
pub mod graphql;
mod line_item;
pub mod order;
mod price_set;
pub mod refund;
#[cfg(feature = "signatures")]
pub mod signature;
#[cfg(feature = "json")]
pub mod webhook;

pub use checkout_completed::CheckoutCompleted;
pub use order::Order;
pub use refund::Refund;

use crate::{AdapterError, Field, Problem, text};

/// Returns the number of an order, which is the same in every source: `5396439498987`, also from
/// `gid://shopify/OrderIdentity/5396439498987`.
pub(crate) fn order_id(field: Field, id: &str) -> Result<String, AdapterError> {
    if id.is_empty() {
        return Err(field.error(Problem::Missing));
    }
    text::trailing_digits(id)
        .filter(|digits| digits.len() <= LONGEST_ID && digits != "0")
        .ok_or(field.error(Problem::NotAnOrderId))
}

/// Digits of the largest integer of 64 bits.
const LONGEST_ID: usize = 20;

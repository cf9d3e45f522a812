//! Reads payloads from JSON text, as leniently as the storefront plugin reads them from values of
//! JavaScript.
//!
//! The payloads of this crate ask for texts, lists and objects. A reader gives each field what it has:
//! a number or boolean as its text, the values of an object where a list should be, and nothing where
//! a field is missing or has another shape. So an odd detail costs that detail and not the sale, and
//! a payload needs no word about it.

mod text;
mod value;

pub use value::Lenient;

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::Value;

/// The text is not JSON, or it is nested too deep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotJson;

impl fmt::Display for NotJson {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the body is not JSON: send the body as the shop made it")
    }
}

impl std::error::Error for NotJson {}

/// Reads a payload, such as [`Found`](crate::Found) or [`woocommerce::Order`](crate::woocommerce::Order).
///
/// # Errors
/// The text is not JSON, or holds a canonical [`Sale`](order_events::Sale) that is malformed: that
/// one is read strictly.
///
/// ```
/// let order: shop_adapters::woocommerce::Order = shop_adapters::json::read(br#"{"id": 5}"#)?;
/// assert!(shop_adapters::woocommerce::order::sale(order).is_err());
/// # Ok::<(), shop_adapters::json::NotJson>(())
/// ```
pub fn read<P: DeserializeOwned>(text: &[u8]) -> Result<P, NotJson> {
    payload(&parse(text)?)
}

/// The JSON value of a text, which may begin with a byte order mark, and hold control characters,
/// halves of emoji, and lists within lists however deep: plugins of a shop store their own data in its
/// orders.
///
/// # Errors
/// See [`NotJson`].
pub fn parse(text: &[u8]) -> Result<Value, NotJson> {
    serde_json::from_slice(text)
        .or_else(|_| serde_json::from_str(&text::shallow(&text::repaired(text))))
        .map_err(|_| NotJson)
}

/// A payload from a JSON value.
pub(crate) fn payload<P: DeserializeOwned>(value: &Value) -> Result<P, NotJson> {
    P::deserialize(Lenient(value)).map_err(|_| NotJson)
}

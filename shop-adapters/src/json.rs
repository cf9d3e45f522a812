//! Reads payloads from JSON text, as leniently as the storefront plugin reads them from JavaScript
//! values.
//!
//! The payloads of this crate ask for texts, lists and objects. A reader converts each field: a
//! number or boolean becomes its text, and an object becomes the list of its values. A missing
//! field or one of another shape becomes empty. So an odd detail loses that detail and never the
//! sale, and payload types need no code for it.

mod names;
#[cfg(test)]
mod tests;
mod value;

pub use lenient_json::{JsonError, VALUES_MAX};
pub(crate) use names::names_of;
pub use value::Lenient;

use lenient_json::Names;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads a payload, such as [`Found`](crate::Found) or
/// [`woocommerce::Order`](crate::woocommerce::Order).
///
/// # Errors
/// The text is not JSON, it holds too many values, or it holds a malformed canonical
/// [`Sale`](order_events::Sale), which is read strictly.
///
/// ```
/// let order: shop_adapters::woocommerce::Order = shop_adapters::json::read(br#"{"id": 5}"#)?;
/// assert!(shop_adapters::woocommerce::order::sale(order).is_err());
/// # Ok::<(), shop_adapters::json::JsonError>(())
/// ```
pub fn read<P: DeserializeOwned>(text: &[u8]) -> Result<P, JsonError> {
    payload(&parse(text, names_of::<P>().as_ref())?)
}

/// Returns the JSON value of a text, without lists in fields that have none of these names: plugins
/// of a shop store their own data in its orders.
pub(crate) fn parse(text: &[u8], names: Option<&Names>) -> Result<Value, JsonError> {
    lenient_json::read(text, names)
}

/// Returns a payload from a JSON value.
pub(crate) fn payload<P: DeserializeOwned>(value: &Value) -> Result<P, JsonError> {
    P::deserialize(Lenient(value)).map_err(|_| JsonError::NotJson)
}

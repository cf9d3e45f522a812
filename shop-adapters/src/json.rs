//! Reads payloads from JSON text, as leniently as the storefront plugin reads them from JavaScript
//! values.
//!
//! The payloads of this crate ask for texts, lists and objects. A reader converts each field: a
//! number or boolean becomes its text, and an object becomes the list of its values. A missing
//! field or one of another shape becomes empty. So an odd detail loses that detail and never the
//! sale, and payload types need no code for it.

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

/// Reads a payload, such as [`Found`](crate::Found) or
/// [`woocommerce::Order`](crate::woocommerce::Order).
///
/// # Errors
/// The text is not JSON, or it holds a malformed canonical [`Sale`](order_events::Sale), which is
/// read strictly.
///
/// ```
/// let order: shop_adapters::woocommerce::Order = shop_adapters::json::read(br#"{"id": 5}"#)?;
/// assert!(shop_adapters::woocommerce::order::sale(order).is_err());
/// # Ok::<(), shop_adapters::json::NotJson>(())
/// ```
pub fn read<P: DeserializeOwned>(text: &[u8]) -> Result<P, NotJson> {
    payload(&parse(text)?)
}

/// Returns the JSON value of a text. The text may begin with a byte order mark and contain control
/// characters, unpaired surrogates and deeply nested lists: plugins of a shop store their own data
/// in its orders.
///
/// # Errors
/// See [`NotJson`].
pub fn parse(text: &[u8]) -> Result<Value, NotJson> {
    serde_json::from_slice(text)
        .or_else(|_| serde_json::from_str(&text::shallow(&text::repaired(text))))
        .map_err(|_| NotJson)
}

/// Returns a payload from a JSON value.
pub(crate) fn payload<P: DeserializeOwned>(value: &Value) -> Result<P, NotJson> {
    P::deserialize(Lenient(value)).map_err(|_| NotJson)
}

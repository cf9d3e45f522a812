//! Reads payloads from JSON text, as leniently as the storefront plugin reads them from JavaScript
//! values.
//!
//! The payloads of this crate ask for texts, lists and objects. A reader converts each field: a
//! number or boolean becomes its text, and an object becomes the list of its values. A missing
//! field or one of another shape becomes empty. So an odd detail loses that detail and never the
//! sale, and payload types need no code for it.

mod kept;
mod names;
#[cfg(test)]
mod tests;
mod text;
mod value;

pub use kept::VALUES_MAX;
pub(crate) use names::Names;
pub use value::Lenient;

use std::fmt;

use serde::de::{DeserializeOwned, DeserializeSeed};
use serde_json::Value;

use crate::Problem;
use kept::{Budget, Kept};

/// Why a text holds no payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonError {
    /// It is not JSON, or it is nested too deep.
    NotJson,
    /// It holds more than [`VALUES_MAX`] values.
    TooManyValues,
}

impl From<JsonError> for Problem {
    fn from(error: JsonError) -> Self {
        match error {
            JsonError::NotJson => Self::NotJson,
            JsonError::TooManyValues => Self::TooManyValues,
        }
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the body {}", Problem::from(*self))
    }
}

impl std::error::Error for JsonError {}

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
    payload(&parse(text, Names::of::<P>().as_ref())?)
}

/// Returns the JSON value of a text, of which only fields with these names are needed. The text may
/// begin with a byte order mark and contain control characters, unpaired surrogates and deeply
/// nested lists: plugins of a shop store their own data in its orders.
pub(crate) fn parse(text: &[u8], names: Option<&Names>) -> Result<Value, JsonError> {
    let kept = |text: &[u8]| {
        let budget = Budget::new();
        let mut json = serde_json::Deserializer::from_slice(text);
        let value = Kept { names, budget: &budget, is_wanted: true }.deserialize(&mut json);
        match value.and_then(|value| json.end().map(|()| value)) {
            Err(_) if budget.is_exceeded() => Err(JsonError::TooManyValues),
            value => value.map_err(|_| JsonError::NotJson),
        }
    };
    let mut text = text;
    while let Some(rest) = text.strip_prefix("\u{feff}".as_bytes()) {
        text = rest;
    }
    let error = match kept(text) {
        Err(JsonError::NotJson) => JsonError::NotJson,
        value => return value,
    };
    let repaired = text::shallow(&text::repaired(text));
    // A large text is not read twice when nothing of it could be repaired.
    if repaired.as_bytes() == text { Err(error) } else { kept(repaired.as_bytes()) }
}

/// Returns a payload from a JSON value.
pub(crate) fn payload<P: DeserializeOwned>(value: &Value) -> Result<P, JsonError> {
    P::deserialize(Lenient(value)).map_err(|_| JsonError::NotJson)
}

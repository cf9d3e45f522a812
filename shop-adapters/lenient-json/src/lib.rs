//! Reads JSON as shops write it, in one pass and into a tree of bounded size.
//!
//! Shops send texts that parsers reject: control characters and half an emoji within texts, bytes
//! that are not UTF-8, a byte order mark, lists in lists that a plugin stored. A body of 8 MB that
//! is repaired first and parsed then would take a multiple of the time. This crate is compiled for
//! speed, unlike the rest of the Worker, so it holds nothing else.

mod names;
mod reader;
#[cfg(test)]
mod tests;
mod text;

pub use names::Names;

use std::fmt;

use serde_json::Value;

use reader::Reader;

/// Values that are kept of one text, at most. An order of a thousand lines, with taxes, discounts
/// and custom fields, has about 60,000.
pub const VALUES_MAX: usize = 100_000;

/// Levels of nesting that are kept; deeper values never describe a sale.
pub const LEVELS_MAX: usize = 100;

/// Why a text holds no payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonError {
    /// It is not JSON.
    NotJson,
    /// It holds more than [`VALUES_MAX`] values.
    TooManyValues,
}

/// The problem and its remedy, to be read after the name of the text.
impl fmt::Display for JsonError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson => formatter.write_str("is not JSON: send the body as the shop made it"),
            Self::TooManyValues => write!(
                formatter,
                "holds more than {VALUES_MAX} values: find the plugin of the shop that stores so \
                 many in an order, and post the sale with a secret key"
            ),
        }
    }
}

impl std::error::Error for JsonError {}

/// Returns the value of a JSON text. Without names, every field is wanted.
///
/// - A field whose name is not in `names` is left out unless it is an object. Its content
///   is neither counted nor checked. One of several such fields stays, so that the object shows that
///   it has more: as `true`, or as `false` if each is `null`, `false`, an empty text or an empty list.
/// - A list or object below [`LEVELS_MAX`] levels becomes `null`.
/// - A control character within a text becomes a space.
/// - Half a surrogate pair and bytes that are not UTF-8 become the replacement character.
/// - Byte order marks between values are left out.
/// - Of two fields with the same name, the last one counts.
/// - A number keeps its text.
///
/// # Errors
/// The text is not JSON otherwise, or holds too many values.
///
/// ```
/// let text = b"{\"id\": 5, \"note\": \"two\nlines\", \"junk\": [1, 2], \"more\": 3}";
/// let mut names = lenient_json::Names::default();
/// names.extend(["id", "note"]);
/// let value = lenient_json::read(text, Some(&names))?;
/// assert_eq!(value.to_string(), r#"{"id":5,"junk":true,"note":"two lines"}"#);
/// # Ok::<(), lenient_json::JsonError>(())
/// ```
pub fn read(text: &[u8], names: Option<&Names>) -> Result<Value, JsonError> {
    Reader::new(text, names).whole()
}

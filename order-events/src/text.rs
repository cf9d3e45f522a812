//! Deserializes a value from its text.

use std::fmt;

use serde::Deserializer;
use serde::de::{Error, Visitor};

/// Parses a text with `read`. The error is raised while the text is read, so formats that report a
/// position report the position of the text.
pub(crate) fn deserialize<'de, D: Deserializer<'de>, T, E: fmt::Display>(
    deserializer: D,
    read: fn(&str) -> Result<T, E>,
) -> Result<T, D::Error> {
    deserializer.deserialize_str(Text(read))
}

struct Text<T, E>(fn(&str) -> Result<T, E>);

impl<T, E: fmt::Display> Visitor<'_> for Text<T, E> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string")
    }

    fn visit_str<F: Error>(self, text: &str) -> Result<T, F> {
        (self.0)(text).map_err(Error::custom)
    }
}

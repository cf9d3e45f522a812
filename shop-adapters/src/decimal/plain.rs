//! Reads a text that is nothing but a number: the platforms of this build send their amounts so.

use crate::text;

/// A number.
pub(super) struct Written<'a> {
    /// Its digits, with a point and an exponent.
    pub(super) number: &'a [u8],
    /// True with a minus sign before it.
    pub(super) is_negative: bool,
    /// True if it is written as pages show it, which it is not.
    pub(super) is_shown: bool,
}

/// Reads the number.
pub(super) fn written(text: &str) -> Written<'_> {
    let text = text::trimmed(text);
    let number = text.strip_prefix('-');
    let is_negative = number.is_some();
    Written { number: number.unwrap_or(text).as_bytes(), is_negative, is_shown: false }
}

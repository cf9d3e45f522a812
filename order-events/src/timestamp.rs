//! Instants as RFC 3339 text and as milliseconds since 1970.
//!
//! It is written by hand because of the storefront's download size: a date library costs the plugin
//! more than all of its conditions together. The tests compare it with such a library.

mod calendar;
mod reader;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text;

/// An instant, in milliseconds since 1970-01-01T00:00:00Z, in the years 1970 to 9998. The year 9999
/// is excluded so that every instant has a date in every time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// The text is not an instant such as `2026-11-22T08:51:49Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimestampError;

const MILLISECONDS_PER_DAY: i64 = 86_400_000;

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const MIN: Self = Self(0);

    /// 9998-12-31T23:59:59.999Z.
    pub const MAX: Self = Self(253_370_764_799_999);

    /// Returns the instant this many milliseconds after 1970-01-01T00:00:00Z; `None` outside 1970
    /// to 9998.
    #[must_use]
    pub fn from_milliseconds(milliseconds: i64) -> Option<Self> {
        (Self::MIN.0..=Self::MAX.0).contains(&milliseconds).then_some(Self(milliseconds))
    }

    /// Returns milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn milliseconds(self) -> i64 {
        self.0
    }

    /// Returns true if this instant is at or after `from` and before `until`; `None` is no bound.
    #[must_use]
    pub fn is_within(self, from: Option<Self>, until: Option<Self>) -> bool {
        from.is_none_or(|from| from <= self) && until.is_none_or(|until| self < until)
    }

    /// Returns RFC 3339 in UTC, with milliseconds only if they are not zero:
    /// `2026-11-22T08:51:49Z`.
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        // Both fit: there are 2.9 million days, of 86.4 million milliseconds each.
        let days = i32::try_from(self.0.div_euclid(MILLISECONDS_PER_DAY)).unwrap_or_default();
        let of_day = i32::try_from(self.0.rem_euclid(MILLISECONDS_PER_DAY)).unwrap_or_default();
        let (year, month, day) = calendar::date_from_days(days);
        let (seconds, milliseconds) = (of_day / 1000, of_day % 1000);
        let parts = [
            (year, 4, '-'),
            (month, 2, '-'),
            (day, 2, 'T'),
            (seconds / 3600, 2, ':'),
            (seconds / 60 % 60, 2, ':'),
            (seconds % 60, 2, if milliseconds == 0 { 'Z' } else { '.' }),
            (milliseconds, 3, 'Z'),
        ];
        let mut text = String::with_capacity(24);
        for (number, width, separator) in parts {
            push_digits(&mut text, number, width);
            text.push(separator);
            if separator == 'Z' {
                break;
            }
        }
        text
    }
}

/// Appends the last `width` digits of a number that is not negative.
///
/// The storefront's plugin writes instants, and the formatting code of the standard library is
/// larger than the whole date code.
fn push_digits(text: &mut String, number: i32, width: u32) {
    let mut place = 1_i32;
    for _ in 1..width {
        place = place.wrapping_mul(10);
    }
    while place > 0 {
        let digit = u8::try_from(number.checked_div(place).unwrap_or_default() % 10);
        text.push(char::from(b'0'.wrapping_add(digit.unwrap_or_default())));
        place /= 10;
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        reader::Reader(text.as_bytes())
            .timestamp()
            .and_then(Self::from_milliseconds)
            .ok_or(TimestampError)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.to_rfc3339())
    }
}

impl fmt::Display for TimestampError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .write_str("not an instant: use RFC 3339 with a zone, such as 2026-11-22T08:51:49Z")
    }
}

impl std::error::Error for TimestampError {}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_rfc3339())
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text::deserialize(deserializer, Self::from_str)
    }
}

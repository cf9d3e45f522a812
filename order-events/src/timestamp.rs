//! Instants as RFC 3339 text and as milliseconds since 1970.
//!
//! Written here because the storefront pays for every byte: a date library costs the plugin more
//! than all of its conditions together. The tests hold it against that library.

mod calendar;
mod reader;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An instant, in milliseconds since 1970-01-01T00:00:00Z, in the years 1970 to 9998. The year 9999
/// is left out so that every instant has a date in every time zone.
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

    /// The instant so many milliseconds after 1970-01-01T00:00:00Z; `None` outside 1970 to 9998.
    #[must_use]
    pub fn from_milliseconds(milliseconds: i64) -> Option<Self> {
        (Self::MIN.0..=Self::MAX.0).contains(&milliseconds).then_some(Self(milliseconds))
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn milliseconds(self) -> i64 {
        self.0
    }

    /// Whether this instant is at or after `from` and before `until`; `None` is no bound.
    #[must_use]
    pub fn is_within(self, from: Option<Self>, until: Option<Self>) -> bool {
        from.is_none_or(|from| from <= self) && until.is_none_or(|until| self < until)
    }

    /// RFC 3339 in UTC, with milliseconds only where there are any: `2026-11-22T08:51:49Z`.
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        let (year, month, day) = calendar::date_from_days(self.0.div_euclid(MILLISECONDS_PER_DAY));
        let of_day = self.0.rem_euclid(MILLISECONDS_PER_DAY);
        let mut text = String::with_capacity(24);
        let parts = [
            (year, 4, '-'),
            (month, 2, '-'),
            (day, 2, 'T'),
            (of_day.div_euclid(3_600_000), 2, ':'),
            (of_day.div_euclid(60_000).rem_euclid(60), 2, ':'),
        ];
        for (number, width, separator) in parts {
            push_digits(&mut text, number, width);
            text.push(separator);
        }
        push_digits(&mut text, of_day.div_euclid(1000).rem_euclid(60), 2);
        let milliseconds = of_day.rem_euclid(1000);
        if milliseconds != 0 {
            text.push('.');
            push_digits(&mut text, milliseconds, 3);
        }
        text.push('Z');
        text
    }
}

/// Appends the last `width` digits of a number.
///
/// By hand, because a storefront that posts a sale writes its instants, and the formatting
/// machinery of the standard library costs more than the whole date.
fn push_digits(text: &mut String, number: i64, width: u32) {
    for place in (0..width).rev() {
        let digit = number.div_euclid(10_i64.saturating_pow(place)).rem_euclid(10);
        text.push(char::from(b'0'.saturating_add(u8::try_from(digit).unwrap_or_default())));
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
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

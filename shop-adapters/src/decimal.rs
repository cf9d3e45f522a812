//! Decimal numbers as the text that the platform wrote: never a float, not even on the way.

use std::fmt;

use order_events::{Currency, limits};
use serde::{Deserialize, Deserializer, de};

use crate::Problem;
use crate::number::text_of_number;

/// A decimal number as text, read from a string or from a number.
///
/// It accepts what each of its readers calls a number: an integer, a string (also how the plugin
/// hands over a number of JavaScript), or the map that stands for a number when `serde_json`'s
/// `arbitrary_precision` is on. It never accepts a float, and so it is read from JSON text and not
/// from a `serde_json::Value`, which makes floats of numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decimal(String);

/// Whether reading at a number of digits dropped anything but zeros.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rounding {
    Exact,
    Rounded,
}

impl Decimal {
    /// The amount in minor units of `currency`. What is finer than the minor unit is rounded half
    /// away from zero: shops print `"909.09"` for JPY when their number of decimals says so, and
    /// scripts print `0.30000000000000004`.
    ///
    /// # Errors
    /// [`Problem::NotADecimal`] or [`Problem::TooLarge`].
    pub fn minor_units(&self, currency: Currency) -> Result<i64, Problem> {
        scaled(&self.0, currency.exponent()).map(|(amount, _)| amount)
    }

    /// The number of units: a whole number from 0 to [`limits::QUANTITY`].
    ///
    /// # Errors
    /// [`Problem::NotACount`] for anything else.
    pub fn count(&self) -> Result<u32, Problem> {
        match scaled(&self.0, 0) {
            Ok((amount, Rounding::Exact)) => u32::try_from(amount).ok(),
            _ => None,
        }
        .filter(|count| *count <= limits::QUANTITY)
        .ok_or(Problem::NotACount)
    }

    /// The number without the commas between its thousands: `1,234.50` becomes `1234.50`. A comma
    /// anywhere else is kept, and then the text is no number: `1,5` may mean one and a half.
    #[must_use]
    pub fn without_thousands_commas(self) -> Self {
        let end = self.0.find('.').unwrap_or(self.0.len());
        let Some((whole, fraction)) = self.0.split_at_checked(end) else { return self };
        let mut groups = whole.trim_start_matches('-').split(',');
        let is_grouped = groups.next().is_some_and(|first| (1..=3).contains(&first.len()))
            && groups.all(|group| group.len() == 3);
        if is_grouped { Self(whole.replace(',', "") + fraction) } else { self }
    }
}

impl From<String> for Decimal {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// The value times ten to the power of `digits`, rounded half away from zero.
fn scaled(text: &str, digits: u8) -> Result<(i64, Rounding), Problem> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    // JavaScript prints 1e21 and 1e-7, PHP 1.0e+25.
    let place = |text: &str, sought: &[u8]| text.bytes().position(|byte| sought.contains(&byte));
    let (mantissa, exponent) = match place(unsigned, b"eE")
        .and_then(|end| Some((unsigned.get(..end)?, unsigned.get(end.checked_add(1)?..)?)))
    {
        Some((mantissa, exponent)) => {
            (mantissa, exponent.parse::<i16>().map_err(|_| Problem::NotADecimal)?)
        }
        None => (unsigned, 0),
    };
    let whole_digits = place(mantissa, b".").unwrap_or(mantissa.len());
    if whole_digits == 0 || mantissa.ends_with('.') {
        return Err(Problem::NotADecimal);
    }
    // Digits still to be kept: the first that is not decides the rounding.
    let mut kept = i32::try_from(whole_digits)
        .unwrap_or(i32::MAX)
        .saturating_add(i32::from(exponent))
        .saturating_add(i32::from(digits));
    let mut amount: i64 = 0;
    let mut rounding = Rounding::Exact;
    for (index, byte) in mantissa.bytes().enumerate() {
        let digit = match byte {
            b'0'..=b'9' => i64::from(byte.wrapping_sub(b'0')),
            b'.' if index == whole_digits => continue,
            _ => return Err(Problem::NotADecimal),
        };
        if kept > 0 {
            amount = shifted(amount, digit);
        } else if kept == 0 && digit >= 5 {
            amount = amount.wrapping_add(1);
        }
        if kept <= 0 && digit != 0 {
            rounding = Rounding::Rounded;
        }
        kept = kept.saturating_sub(1);
    }
    for _ in 0..kept {
        amount = shifted(amount, 0);
    }
    if amount > limits::AMOUNT {
        return Err(Problem::TooLarge);
    }
    Ok((if negative { amount.saturating_neg() } else { amount }, rounding))
}

/// One more digit of an amount, which stays just beyond the limit once it is beyond it. So it never
/// overflows, and the storefront need not carry the arithmetic that would look for that.
fn shifted(amount: i64, digit: i64) -> i64 {
    amount.wrapping_mul(10).wrapping_add(digit).min(BEYOND_LIMIT)
}

/// The smallest amount that is too large.
const BEYOND_LIMIT: i64 = limits::AMOUNT + 1;

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DecimalVisitor).map(Self)
    }
}

struct DecimalVisitor;

impl<'de> de::Visitor<'de> for DecimalVisitor {
    type Value = String;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a number or its text")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<String, E> {
        Ok(text)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<String, A::Error> {
        text_of_number(map)?.ok_or_else(|| de::Error::invalid_type(de::Unexpected::Map, &self))
    }
}

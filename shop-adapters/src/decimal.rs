//! Decimal numbers as the text that the shop wrote: never a float, not even on the way.

use order_events::{Currency, limits};

/// Digits after the point that a quantity is read with.
const QUANTITY_DIGITS: u8 = 6;

/// One unit, as a quantity is read.
const UNIT: i64 = 1_000_000;

/// The amount in minor units of `currency`; `None` if the text is no number, or one beyond
/// [`limits::AMOUNT`].
///
/// What is finer than the minor unit is rounded half away from zero: shops print `"909.09"` for JPY
/// if their number of decimals says so, and scripts print `0.30000000000000004`.
pub(crate) fn amount(text: &str, currency: Currency) -> Option<i64> {
    scaled(text, currency.exponent())
}

/// A quantity as millionths of a unit. Without a number it is one unit, and never below zero.
#[derive(Clone, Copy)]
pub(crate) struct Quantity(i64);

impl Quantity {
    pub(crate) fn read(text: &str) -> Self {
        Self(scaled(text, QUANTITY_DIGITS).unwrap_or(UNIT).max(0))
    }

    /// Whole units: a part of a unit counts as one, parts beside whole units do not count.
    pub(crate) fn units(self) -> u32 {
        if self.0 <= 0 {
            return 0;
        }
        let units = u32::try_from(self.0 / UNIT).unwrap_or(u32::MAX);
        units.clamp(1, limits::QUANTITY)
    }

    /// Units that came back, so that what was kept counts as units of its own. `returned` is a
    /// number with or without a minus sign; without a number nothing came back.
    pub(crate) fn returned(self, returned: &str) -> u32 {
        let returned = scaled(returned, QUANTITY_DIGITS).unwrap_or(0).saturating_abs();
        let kept = Self(self.0.saturating_sub(returned)).units();
        self.units().saturating_sub(kept)
    }

    /// The price of so much; `None` if it is beyond the limit.
    pub(crate) fn times(self, price: i64) -> Option<i64> {
        let exact = price.checked_mul(self.0).map(|price| price / UNIT);
        exact
            .or_else(|| price.checked_mul(self.0 / UNIT))
            .filter(|price| price.unsigned_abs() <= limits::AMOUNT.unsigned_abs())
    }
}

/// The value times ten to the power of `digits`, rounded half away from zero; `None` if the text is
/// no number, or one beyond [`limits::AMOUNT`].
fn scaled(text: &str, digits: u8) -> Option<i64> {
    // A currency stands before or after the number, such as "Rs. 5" or "5,- €".
    let is_digit = |character: char| character.is_ascii_digit();
    let text = text.trim().trim_end_matches(|character| !is_digit(character));
    let starts_with_point = text.starts_with(['.', ',']);
    let is_before = |character: char| !is_digit(character) && character != '-';
    let text = if starts_with_point { text } else { text.trim_start_matches(is_before) };
    let unsigned = text.trim_start_matches('-');
    let is_negative = unsigned.len() < text.len();
    let unsigned = if is_negative { unsigned.trim_start_matches(is_before) } else { unsigned };
    // JavaScript prints 1e21 and 1e-7, PHP 1.0e+25.
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(end) => {
            let exponent = unsigned.get(end.wrapping_add(1)..)?;
            (unsigned.get(..end)?, exponent.parse::<i16>().ok()?)
        }
        None => (unsigned, 0),
    };
    let point = decimal_point(mantissa);
    let whole_digits = mantissa.get(..point)?.bytes().filter(u8::is_ascii_digit).count();
    // Digits still to be kept: the first that is not decides the rounding.
    let mut kept = i32::try_from(whole_digits)
        .ok()?
        .saturating_add(i32::from(exponent))
        .saturating_add(i32::from(digits));
    let mut amount: i64 = 0;
    let mut is_number = false;
    for byte in mantissa.bytes() {
        match byte {
            b'0'..=b'9' => is_number = true,
            // Between thousands stand commas, points, spaces of several kinds, and apostrophes.
            b'.' | b',' | b' ' | b'\'' | 0x80.. => continue,
            _ => return None,
        }
        let digit = i64::from(byte.wrapping_sub(b'0'));
        if kept > 0 {
            amount = shifted(amount, digit);
        } else if kept == 0 && digit >= 5 {
            amount = amount.wrapping_add(1);
        }
        kept = kept.saturating_sub(1);
    }
    for _ in 0..kept {
        amount = shifted(amount, 0);
    }
    if !is_number || amount > limits::AMOUNT {
        return None;
    }
    Some(if is_negative { amount.wrapping_neg() } else { amount })
}

/// Where the digits after the point begin. A point or comma that stands once is the decimal point,
/// unless it is a comma between a thousand and its three digits; of both, the last one is.
fn decimal_point(mantissa: &str) -> usize {
    let Some(last) = mantissa.rfind(['.', ',']) else { return mantissa.len() };
    let (before, after) = mantissa.split_at(last);
    let is_comma = after.starts_with(',');
    let has_other = before.contains(if is_comma { '.' } else { ',' });
    let has_same = before.contains(if is_comma { ',' } else { '.' });
    let is_thousand = after.len() == 4 && before.len() <= 3 && before != "0";
    if has_same || (is_comma && !has_other && is_thousand) { mantissa.len() } else { last }
}

/// One more digit of an amount, which stays just beyond the limit once it is beyond it. So it never
/// overflows, and the storefront need not carry the arithmetic that would look for that.
fn shifted(amount: i64, digit: i64) -> i64 {
    amount.wrapping_mul(10).wrapping_add(digit).min(BEYOND_LIMIT)
}

/// The smallest amount that is too large.
const BEYOND_LIMIT: i64 = limits::AMOUNT + 1;

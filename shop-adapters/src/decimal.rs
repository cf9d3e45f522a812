//! Reads decimal numbers from the shop's text with integer arithmetic only.

use order_events::{Currency, limits};

use crate::text;

#[cfg_attr(feature = "written-amounts", path = "decimal/written.rs")]
#[cfg_attr(not(feature = "written-amounts"), path = "decimal/plain.rs")]
mod written;

use written::written;

/// Digits after the point of a quantity.
const QUANTITY_DIGITS: u8 = 6;

/// One unit in millionths.
const UNIT: i64 = 1_000_000;

/// Returns the amount in minor units of `currency`. Returns `None` if the text is no number or
/// exceeds [`limits::AMOUNT`].
///
/// Digits beyond the minor unit are rounded half away from zero. Shops print `"909.09"` for JPY if
/// their number of decimals is 2, and scripts print `0.30000000000000004`.
pub(crate) fn amount(text: &str, currency: Currency) -> Option<i64> {
    scaled(text, currency.exponent())
}

/// Returns the amount if `code` is empty, unknown or equal to `currency`; otherwise `None`.
pub(crate) fn amount_in(text: &str, code: &str, currency: Currency) -> Option<i64> {
    let is_other = text::currency(code).is_some_and(|other| other != currency);
    amount(text, currency).filter(|_| !is_other)
}

/// Returns an amount that is in minor units.
pub(crate) fn minor_units(text: &str) -> Option<i64> {
    scaled(text, 0)
}

/// A quantity in millionths of a unit. A text without a number is one unit. Below zero are the units
/// that a shop takes off again, such as those of a discount.
#[derive(Clone, Copy)]
pub(crate) struct Quantity(i64);

impl Quantity {
    pub(crate) fn read(text: &str) -> Self {
        Self::known(text).unwrap_or(Self(UNIT))
    }

    /// Returns the quantity; `None` for a text without a number.
    pub(crate) fn known(text: &str) -> Option<Self> {
        let quantity = scaled(text, QUANTITY_DIGITS)?;
        // Less than a millionth is still a part of a unit.
        let mut digits = text.bytes().take_while(|byte| !matches!(byte, b'e' | b'E'));
        let is_part = quantity == 0 && digits.any(|byte| matches!(byte, b'1'..=b'9'));
        let part = if text.starts_with('-') { -1 } else { 1 };
        Some(Self(if is_part { part } else { quantity }))
    }

    /// Returns whole units. A part of a unit alone counts as one; a part beside whole units is
    /// dropped.
    pub(crate) fn units(self) -> u32 {
        if self.0 <= 0 {
            return 0;
        }
        let units = u32::try_from(self.0 / UNIT).unwrap_or(u32::MAX);
        units.clamp(1, limits::QUANTITY)
    }

    /// Returns the units that came back, so that the units which the buyer kept add up. `returned`
    /// is a number with or without a minus sign; a text without a number is zero.
    pub(crate) fn returned(self, returned: &str) -> u32 {
        let returned = scaled(returned, QUANTITY_DIGITS).unwrap_or(0).saturating_abs();
        let kept = Self(self.0.saturating_sub(returned)).units();
        self.units().saturating_sub(kept)
    }

    /// Returns the price of this quantity; `None` if it exceeds the limit.
    pub(crate) fn times(self, price: i64) -> Option<i64> {
        let units = self.0.saturating_abs();
        let exact = price.checked_mul(units).map(|price| price / UNIT);
        exact
            .or_else(|| price.checked_mul(units / UNIT))
            .filter(|price| price.unsigned_abs() <= limits::AMOUNT.unsigned_abs())
            .map(|price| self.signed(price))
    }

    /// Returns what all units cost, below zero if the quantity or the cost is. A shop that writes
    /// both below zero takes the item off only once.
    pub(crate) fn signed(self, cost: i64) -> i64 {
        if self.0 < 0 { cost.saturating_abs().wrapping_neg() } else { cost }
    }
}

/// Returns the value times ten to the power of `digits`, rounded half away from zero. Returns
/// `None` if the text is no number or exceeds [`limits::AMOUNT`].
fn scaled(text: &str, digits: u8) -> Option<i64> {
    let written = written(text);
    let mut number: &[u8] = &written.number;
    // A symbol ends with a point if another one follows, such as that of MAD in Arabic.
    if let [b'.' | b',', rest @ ..] = number
        && rest.iter().any(|byte| matches!(byte, b'.' | b','))
    {
        number = rest;
    }
    let mut exponent = 0_i32;
    // Digits before the point, or all of them.
    let point = decimal_point(number, digits < 3 && written.is_shown);
    let mut kept = i32::from(digits);
    for (index, byte) in number.iter().enumerate() {
        match byte {
            b'0'..=b'9' if index < point => kept = kept.saturating_add(1),
            // JavaScript prints 1e21 and 1e-7, PHP 1.0e+25.
            b'e' | b'E' => {
                exponent = power_of_ten(number.get(index.wrapping_add(1)..)?)?;
                break;
            }
            _ => {}
        }
    }
    // Digits that are still read; the first one after them decides the rounding.
    let mut kept = kept.saturating_add(exponent);
    let mut amount: i64 = 0;
    for byte in number {
        let digit = match byte {
            b'0'..=b'9' => i64::from(byte.wrapping_sub(b'0')),
            // Commas, points, several kinds of spaces, and apostrophes separate thousands.
            b'.' | b',' | b' ' | b'\'' | 0x80.. => continue,
            b'e' | b'E' => break,
            _ => return None,
        };
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
    if number.is_empty() || amount > limits::AMOUNT {
        return None;
    }
    Some(if written.is_negative { amount.wrapping_neg() } else { amount })
}

/// Returns an exponent of at most four digits, with or without a sign.
fn power_of_ten(text: &[u8]) -> Option<i32> {
    let (digits, is_negative) = match text {
        [b'-', digits @ ..] => (digits, true),
        [b'+', digits @ ..] | digits => (digits, false),
    };
    let mut power = 0_i32;
    for digit in digits {
        if !digit.is_ascii_digit() || digits.len() > 4 {
            return None;
        }
        power = power.wrapping_mul(10).wrapping_add(i32::from(digit.wrapping_sub(b'0')));
    }
    Some(if is_negative { power.wrapping_neg() } else { power })
}

/// Returns the position where the digits after the point begin. A point or comma that occurs once
/// is the decimal point, unless it is a comma before exactly three digits, or a point before them
/// in an amount that a page shows: `Rp 45.000`. If both occur, the last one is the decimal point.
fn decimal_point(number: &[u8], is_shown: bool) -> usize {
    let end = number.len();
    let Some(last) = number.iter().rposition(|byte| matches!(byte, b'.' | b',')) else {
        return end;
    };
    let Some((before, [mark, after @ ..])) = number.split_at_checked(last) else { return end };
    let has_same = before.iter().any(|byte| byte == mark);
    let has_other = !has_same && before.iter().any(|byte| matches!(byte, b'.' | b','));
    let is_thousand = after.len() == 3 && before.len() <= 3 && before != b"0";
    let is_separator = is_thousand && !has_other && (is_shown || *mark == b',');
    if has_same || is_separator { end } else { last }
}

/// Appends one digit to an amount. A value beyond the limit is clamped just above it, so it cannot
/// overflow. This saves checked arithmetic in the storefront's download.
fn shifted(amount: i64, digit: i64) -> i64 {
    amount.wrapping_mul(10).wrapping_add(digit).min(BEYOND_LIMIT)
}

/// The smallest amount that is too large.
const BEYOND_LIMIT: i64 = limits::AMOUNT + 1;

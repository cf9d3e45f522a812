//! Reads decimal numbers from the shop's text with integer arithmetic only.

use order_events::{Currency, limits};

use crate::text;

/// Digits after the point of a quantity.
const QUANTITY_DIGITS: u8 = 6;

/// Digits after the point that show whether less than a millionth is more than nothing. Such a part
/// stays within [`limits::AMOUNT`].
const DIGITS_OF_PARTS: u8 = 21;

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
        let sign = scaled(text, DIGITS_OF_PARTS).map_or(0, i64::signum);
        Some(Self(if quantity == 0 { sign } else { quantity }))
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
    let number = written.number.as_slice();
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

/// Returns the number of bytes up to and with `mark`, or of all.
fn end_of(text: &[u8], mark: u8) -> usize {
    text.iter().take_while(|byte| **byte != mark).count().wrapping_add(1)
}

/// Stands for anything that pages write beside an amount. Each byte from this one on is of a letter
/// or sign outside ASCII.
const OTHER: u8 = 0x80;

/// Returns the character for an HTML entity.
fn entity(name: &[u8]) -> u8 {
    for minus in ["minus", "ndash", "#8722", "#x2212", "#8211", "#45", "#x2d"] {
        if name.starts_with(minus.as_bytes()) {
            return b'-';
        }
    }
    if name.starts_with(b"nbsp") || name.starts_with(b"#160") { b' ' } else { b'$' }
}

/// A number in a text that may say more, such as `Rs. 5`, `US-Dollar 5` or `5,- €`.
struct Written {
    /// From the first digit, or the point before it, to the last digit.
    number: Vec<u8>,
    /// True with a minus sign before or behind the number, or in parentheses, as accountants write
    /// it.
    is_negative: bool,
    /// True if it is written as pages show it, such as beside a currency.
    is_shown: bool,
}

/// Finds the number in a text. Shops print an amount as their pages show it, with typographic signs,
/// HTML entities and tags.
fn written(text: &str) -> Written {
    let mut rest = text::trimmed(text).as_bytes();
    let mut found = Written { number: Vec::new(), is_negative: false, is_shown: false };
    let (mut last, mut before_last) = (b' ', b' ');
    let mut is_behind_hyphen = false;
    let mut is_in_parentheses = false;
    while let [first, ..] = rest {
        let (byte, length) = character(rest, *first);
        rest = rest.get(length..).unwrap_or_default();
        found.is_shown |= !matches!(byte, b' '..=b'9' | b'e' | b'E') || byte == b'$';
        if !found.number.is_empty() {
            found.number.push(byte);
            continue;
        }
        match byte {
            b'0'..=b'9' => {
                // A point after a letter ends an abbreviation.
                if matches!(last, b'.' | b',') && !is_letter(before_last) {
                    found.number.push(last);
                }
                found.number.push(byte);
                found.is_negative |= is_behind_hyphen;
            }
            // A hyphen follows a character and leads to another one, as in `U.S.-Dollar`, `US-$`
            // and `inkl.-Betrag`.
            b'-' => {
                is_behind_hyphen = true;
                found.is_negative |= matches!(last, b' ' | b'(' | b':');
            }
            // A tag joins the characters on both sides.
            b'<' => continue,
            b' ' | b'.' | b',' => {}
            _ => {
                found.is_negative |= byte == b'$' && last == b'-' && before_last >= OTHER;
                is_behind_hyphen = false;
            }
        }
        is_in_parentheses = byte == b'(' || is_in_parentheses && byte != b')';
        (before_last, last) = (last, byte);
    }
    let mut behind = b' ';
    while let Some(last) = found.number.pop() {
        if last.is_ascii_digit() {
            found.number.push(last);
            let is_trailing = behind == b'-' && !is_letter(before_last);
            found.is_negative |= is_trailing;
            break;
        }
        found.is_negative |= is_in_parentheses && last == b')';
        (before_last, behind) = (behind, last);
    }
    found
}

/// Returns the first character of a text and its length: `-` for each minus sign, a space for other
/// spaces and for typographic signs, `$` for a currency symbol and for any other HTML entity, and
/// `<` for a tag.
fn character(rest: &[u8], first: u8) -> (u8, usize) {
    match rest {
        // Also the minus sign of mathematics, a hyphen or a dash between numbers, or a full-width
        // one. Neighbouring mathematical signs are accepted too. They precede no amount, and
        // excluding them would make every storefront's download larger.
        [0xe2, 0x80 | 0x88, 0x90..=0x93, ..] | [0xef, 0xbc, 0x8d, ..] => (b'-', 3),
        [0xe2, 0x80 | 0x81, ..] => (b' ', 3),
        [0xe2, 0x82, ..] | [0xef, 0xbf, ..] => (b'$', 3),
        [0xc2, 0xa0, ..] => (b' ', 2),
        [0xc2, ..] => (b'$', 2),
        [b'&', name @ ..] => (entity(name), end_of(rest, b';')),
        [b'<', ..] => (b'<', end_of(rest, b'>')),
        // A dash in place of decimals shows that the comma is the decimal point.
        [b',', b'-', ..] => (OTHER, 2),
        _ => (first, 1),
    }
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte >= OTHER
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

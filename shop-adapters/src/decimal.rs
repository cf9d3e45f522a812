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
    let text = plain(text);
    let (number, is_negative) = number(&text);
    let mut exponent = 0_i32;
    // Digits before the point, or all of them.
    let point = decimal_point(number, digits < 3 && has_mark(&text));
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
    Some(if is_negative { amount.wrapping_neg() } else { amount })
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

/// Returns the text with `-` for each minus sign, [`NO_BREAK_SPACE`], [`ENTITY`] for any other HTML
/// entity, such as `&#36;`, and `<` for a tag. Shops print an amount as their pages show it.
fn plain(text: &str) -> Vec<u8> {
    let mut plain = Vec::new();
    let mut rest = text::trimmed(text).as_bytes();
    while let [first, ..] = rest {
        let (byte, read) = match rest {
            // Also the minus sign of mathematics, a hyphen or a dash between numbers, or a
            // full-width one. Neighbouring mathematical signs are accepted too. They precede no
            // amount, and excluding them would make every storefront's download larger.
            [0xe2, 0x80 | 0x88, 0x90..=0x93, ..] | [0xef, 0xbc, 0x8d, ..] => (b'-', 3),
            [0xc2, 0xa0, ..] => (NO_BREAK_SPACE, 2),
            [b'&', ..] => (entity(rest), end_of(rest, b';')),
            [b'<', b'/' | b'A'..=b'z', ..] => (b'<', end_of(rest, b'>')),
            _ => (*first, 1),
        };
        plain.push(byte);
        rest = rest.get(read..).unwrap_or_default();
    }
    plain
}

/// Returns the number of bytes up to and with `mark`, or of all.
fn end_of(text: &[u8], mark: u8) -> usize {
    text.iter().take_while(|byte| **byte != mark).count().wrapping_add(1)
}

/// Returns the byte that stands for an HTML entity.
fn entity(text: &[u8]) -> u8 {
    if text.starts_with(b"&minus") || text.starts_with(b"&#8722") {
        b'-'
    } else if text.starts_with(b"&nbsp") || text.starts_with(b"&#160") {
        NO_BREAK_SPACE
    } else {
        ENTITY
    }
}

/// Stands for a non-breaking space. No character of UTF-8 begins with it.
const NO_BREAK_SPACE: u8 = 0x80;

/// Stands for an HTML entity. No character of UTF-8 contains it.
const ENTITY: u8 = 0xff;

/// Returns the part of a text from its first digit, or the point before it, to its last digit, and
/// true if the number is negative. A negative number has a minus sign before or behind it, or
/// stands in parentheses, as accountants write it. A currency may stand around it, such as `Rs. 5`
/// or `5,- €`, and a hyphen inside a word is no minus sign: `US-Dollar 5`.
fn number(text: &[u8]) -> (&[u8], bool) {
    let mut rest = text;
    let mut before = b' ';
    let mut is_negative = false;
    let mut is_in_parentheses = false;
    let starts_with_point = matches!(rest, [b'.' | b',', ..]);
    while let [first, tail @ ..] = rest {
        if first.is_ascii_digit() || starts_with_point {
            break;
        }
        let is_in_word = is_letter(before)
            && !matches!(tail, [b' ' | NO_BREAK_SPACE | b'<' | b'.' | b',' | b'0'..=b'9', ..]);
        is_negative |= *first == b'-' && !is_in_word;
        is_in_parentheses = *first == b'(' || is_in_parentheses && *first != b')';
        before = *first;
        rest = tail;
    }
    let mut behind = b' ';
    while let [head @ .., last] = rest {
        if last.is_ascii_digit() {
            break;
        }
        is_negative |= is_in_parentheses && *last == b')'
            || *last == b'-' && head.last().is_some_and(u8::is_ascii_digit) && !is_letter(behind);
        behind = *last;
        rest = head;
    }
    (rest, is_negative)
}

/// Returns `true` for a letter of ASCII and for each byte of any other character.
fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte >= 0x80
}

/// Returns `true` if an amount stands beside a currency, as pages show it.
fn has_mark(text: &[u8]) -> bool {
    text.iter().any(|byte| !matches!(byte, b' '..=b'9' | b'e' | b'E') || *byte == b'$')
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

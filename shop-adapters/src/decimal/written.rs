//! Finds the number in a text that a page shows.

use crate::text;

/// A number in a text that may say more, such as `Rs. 5`, `US-Dollar 5` or `5,- €`.
pub(super) struct Written {
    /// From the first digit, or the point before it, to the last digit.
    pub(super) number: Vec<u8>,
    /// True with a minus sign before or behind the number, or in parentheses, as accountants write
    /// it.
    pub(super) is_negative: bool,
    /// True if it is written as pages show it, such as beside a currency.
    pub(super) is_shown: bool,
}

/// Finds the number in a text. Shops print an amount as their pages show it, with typographic signs,
/// HTML entities and tags.
pub(super) fn written(text: &str) -> Written {
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
            // A dash in place of decimals shows that the comma is the decimal point.
            found.is_shown |= byte == b'-' && found.number.last() == Some(&b',');
            found.number.push(byte);
            continue;
        }
        match byte {
            b'0'..=b'9' => {
                // A point after a letter ends an abbreviation, as in `Rs.5` and `S/.5`.
                if matches!(last, b'.' | b',') && !is_letter(before_last) && before_last != b'/' {
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
                found.is_negative |=
                    matches!(byte, b'$' | ENTITY) && last == b'-' && before_last >= OTHER;
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
/// spaces and for typographic signs, `$` for a currency symbol, [`ENTITY`] for any other HTML entity,
/// and `<` for a tag.
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
        _ => (first, 1),
    }
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte >= OTHER && byte != ENTITY
}

/// Returns the number of bytes up to and with `mark`, or of all.
fn end_of(text: &[u8], mark: u8) -> usize {
    text.iter().take_while(|byte| **byte != mark).count().wrapping_add(1)
}

/// Stands for anything that pages write beside an amount. Each byte from this one on is of a letter
/// or sign outside ASCII.
const OTHER: u8 = 0x80;

/// Stands for an HTML entity: a currency before the number, and a separator in it.
const ENTITY: u8 = 0xff;

/// Returns the character for an HTML entity.
fn entity(name: &[u8]) -> u8 {
    for minus in ["minus", "ndash", "#8722", "#x2212", "#8211", "#45", "#x2d"] {
        if name.starts_with(minus.as_bytes()) {
            return b'-';
        }
    }
    // A letter of Arabic or Cyrillic, of which some currency symbols are made, or a space by its
    // number. A data layer holds the letters themselves, so the storefront's download goes without.
    #[cfg(feature = "json")]
    if name.starts_with(b"#x6") || name.starts_with(b"#10") {
        return OTHER;
    } else if name.starts_with(b"#160") {
        return b' ';
    }
    if name.starts_with(b"nbsp") { b' ' } else { ENTITY }
}

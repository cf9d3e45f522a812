//! Names that merchants and operators type, shown in one line of lists and pages.

use crate::invisible::is_invisible;

/// Characters that are not seen and join others: scripts and emoji need them.
const JOINERS: [char; 2] = ['\u{200C}', '\u{200D}'];

/// Characters in the longest name of a merchant, a shop or a key.
pub const LENGTH_MAX: usize = 100;

/// Checks that a text can be shown in one line.
///
/// # Errors
/// The reason, as the end of a sentence that begins with the field's name.
pub fn check(text: &str, characters_max: usize) -> Result<(), String> {
    if text.trim().is_empty() {
        return Err("is empty; give it a name.".to_owned());
    }
    if text.chars().count() > characters_max {
        return Err(format!("must be at most {characters_max} characters long."));
    }
    if text.chars().any(char::is_control) {
        return Err("must not hold control characters, such as tabs and line ends.".to_owned());
    }
    Ok(())
}

/// Checks the name of a merchant, which mails and public pages show: it also holds nothing invisible.
///
/// # Errors
/// As [`check`].
pub fn check_merchant(text: &str) -> Result<(), String> {
    check(text, LENGTH_MAX)?;
    if text.chars().any(|c| is_invisible(c) && !JOINERS.contains(&c)) {
        return Err("must not hold invisible characters.".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_must_be_shown_in_one_line() {
        assert_eq!(check("Müller & Töchter 🌳", 20), Ok(()));
        for text in ["", "  ", "a\nb", "a\0b", "123456789012345678901"] {
            assert!(check(text, 20).is_err(), "{text:?}");
        }
    }

    #[test]
    fn the_name_of_a_merchant_holds_nothing_invisible_but_joiners() {
        for text in ["Müller & Töchter 🌳", "می\u{200C}خواهم", "👩\u{200D}🌾 Trees"]
        {
            assert_eq!(check_merchant(text), Ok(()), "{text}");
        }
        for code in [0x9, 0xAD, 0x200B, 0x2028, 0x2029, 0x202E, 0x2066, 0xFEFF, 0xE0041] {
            let text = format!("Mugs{}", char::from_u32(code).unwrap());
            assert!(check_merchant(&text).unwrap_err().starts_with("must not"), "{code:x}");
        }
        assert!(check_merchant(" ").is_err());
    }
}

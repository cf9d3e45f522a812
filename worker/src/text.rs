//! Texts that merchants type: names that lists and pages can show.

use crate::problem::Problem;

/// Characters in the longest name of a merchant, a shop or a key.
pub const NAME_MAX: usize = 100;

/// What [`check`] takes, for `OpenAPI`: no control characters, and one character that is no space.
#[cfg(test)]
pub(crate) const PATTERN: &str = "^[^\\u0000-\\u001F\\u007F-\\u009F]*\
    [^\\u0000-\\u0020\\u007F-\\u00A0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000]\
    [^\\u0000-\\u001F\\u007F-\\u009F]*$";

/// Refuses a text that is empty, longer than `characters_max`, or holds control characters.
pub(crate) fn check(field: &str, text: &str, characters_max: usize) -> Result<(), Problem> {
    match flaw(text, characters_max) {
        Some(flaw) => Err(Problem::unprocessable(field, format!("{field}: {flaw}"))),
        None => Ok(()),
    }
}

/// Why a text is no name that can be shown in one line, if it is none.
#[must_use]
pub fn flaw(text: &str, characters_max: usize) -> Option<String> {
    if text.trim().is_empty() {
        return Some("is empty; give it a name.".to_owned());
    }
    if text.chars().count() > characters_max {
        return Some(format!("must be at most {characters_max} characters long."));
    }
    if text.chars().any(char::is_control) {
        return Some("must not hold control characters, such as tabs and line ends.".to_owned());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_must_be_shown_in_one_line() {
        assert!(check("name", "Müller & Töchter 🌳", 20).is_ok());
        for text in ["", "  ", "a\nb", "a\0b", "123456789012345678901"] {
            assert!(
                check("name", text, 20).unwrap_err().message().starts_with("name: "),
                "{text:?}"
            );
        }
    }
}

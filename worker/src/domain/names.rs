//! Texts that merchants type: names that lists and pages can show.

use play_it_green_accounts::name;
pub(crate) use play_it_green_accounts::name::LENGTH_MAX as NAME_MAX;

use crate::platform::problem::Problem;

/// The pattern of [`check`], for `OpenAPI`: no control characters, and one character that is no
/// space.
#[cfg(test)]
pub(crate) const PATTERN: &str = "^[^\\u0000-\\u001F\\u007F-\\u009F]*\
    [^\\u0000-\\u0020\\u007F-\\u00A0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000]\
    [^\\u0000-\\u001F\\u007F-\\u009F]*$";

/// Rejects a text that is empty, longer than `characters_max`, or holds control characters.
pub(crate) fn check(field: &str, text: &str, characters_max: usize) -> Result<(), Problem> {
    name::check(text, characters_max)
        .map_err(|reason| Problem::unprocessable(field, format!("{field}: {reason}")))
}

/// Rejects the name of a merchant as [`check`] does, and if it holds invisible characters.
pub(crate) fn check_merchant(field: &str, text: &str) -> Result<(), Problem> {
    name::check_merchant(text)
        .map_err(|reason| Problem::unprocessable(field, format!("{field}: {reason}")))
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

//! Names that merchants and operators type, shown in one line of lists and pages.

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
}

//! Texts that merchants type: names that lists and pages can show.

use crate::problem::Problem;

/// Refuses a text that is empty, longer than `characters_max`, or holds control characters.
pub(crate) fn check(field: &str, text: &str, characters_max: usize) -> Result<(), Problem> {
    let refuse =
        |message: String| Err(Problem::unprocessable(field, format!("{field}: {message}")));
    if text.trim().is_empty() {
        return refuse("is empty; give it a name.".to_owned());
    }
    if text.chars().count() > characters_max {
        return refuse(format!("must be at most {characters_max} characters long."));
    }
    if text.chars().any(char::is_control) {
        return refuse("must not hold control characters, such as tabs and line ends.".to_owned());
    }
    Ok(())
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

//! Mail addresses, as people type them.

use crate::invisible::is_invisible;

/// Characters in the longest address. Source: RFC 5321, 4.5.3.1.3, less the angle brackets.
pub const LENGTH_MAX: usize = 254;

/// Characters that an address has to quote, or that end it in a header of a mail.
const RESERVED: [char; 11] = [',', ';', ':', '<', '>', '(', ')', '[', ']', '"', '\\'];

/// Checks that mail can be sent to an address.
///
/// # Errors
/// The reason, as the end of a sentence that begins with the field's name.
pub fn check(text: &str) -> Result<(), String> {
    if text.chars().count() > LENGTH_MAX {
        return Err(format!("must be at most {LENGTH_MAX} characters long."));
    }
    let is_plain = |c: char| !c.is_whitespace() && !is_invisible(c) && !RESERVED.contains(&c);
    let is_address = text.split_once('@').is_some_and(|(name, host)| {
        let labels: Vec<&str> = host.split('.').collect();
        !name.is_empty()
            && text.chars().all(is_plain)
            && !host.contains('@')
            && labels.len() >= 2
            && labels.iter().all(|label| !label.is_empty())
    });
    if is_address { Ok(()) } else { Err("write an address such as owner@example.com.".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_name_and_a_host() {
        for text in ["owner@example.com", "o'brien+shop@mail.example.com", "müller@bäume.example"]
        {
            assert_eq!(check(text), Ok(()), "{text}");
        }
        for text in [
            "",
            "owner",
            "owner@",
            "@example.com",
            "owner@localhost",
            "owner@example..com",
            "a@b@example.com",
            "Owner <owner@example.com>",
            "owner@example.com, other@example.com",
            "owner@example.com\nBcc: other@example.com",
            "own er@example.com",
            "owner\u{200B}@example.com",
            "owner@exam\u{202E}ple.com",
            "owner@example.com\u{2028}",
            "\u{FEFF}owner@example.com",
            "own\u{AD}er@example.com",
        ] {
            assert!(check(text).unwrap_err().contains("such as"), "{text}");
        }
        let long = format!("{}@example.com", "a".repeat(LENGTH_MAX));
        assert!(check(&long).unwrap_err().contains("254"));
    }
}

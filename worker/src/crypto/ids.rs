//! Numbers that stand for ids, and keyed hashes.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::crypto::hexadecimal;

/// Hexadecimal digits of an id that are its number: 52 bits, which every reader of JSON keeps
/// exact.
const NUMBER_DIGITS: usize = 13;

/// The number that stands for an id of [`new_id`] where a client reads ids as numbers. It is below
/// 2^53; `None` for a text that is no such id.
pub(crate) fn number_of(id: &str) -> Option<u64> {
    let (_, digits) = id.rsplit_once('_')?;
    u64::from_str_radix(digits.get(..NUMBER_DIGITS)?, 16).ok()
}

/// The first characters of every id with this prefix that has the number `text`; `None` for a text
/// that is no number.
pub(crate) fn start_of_id(prefix: &str, text: &str) -> Option<String> {
    let number: u64 = text.parse().ok().filter(|number: &u64| number.to_string() == text)?;
    Some(format!("{prefix}_{number:0NUMBER_DIGITS$x}"))
}

/// A hash that only the owner of the key can compute.
pub(crate) fn keyed_hash(key: &[u8], text: &str) -> String {
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return String::new();
    };
    mac.update(text.as_bytes());
    hexadecimal(&mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::new_id;

    #[test]
    fn the_number_of_an_id_is_exact_in_json_and_leads_back_to_the_id() {
        for id in [new_id("po").unwrap(), new_id("ord").unwrap(), format!("po_{}", "f".repeat(32))]
        {
            let number = number_of(&id).unwrap();
            assert!(number < 1 << 53, "{id}: {number}");
            let prefix = id.split_once('_').unwrap().0;
            assert!(id.starts_with(&start_of_id(prefix, &number.to_string()).unwrap()), "{id}");
        }
        assert_eq!(start_of_id("po", "1").as_deref(), Some("po_0000000000001"));
        for text in ["", "+1", "01", "po_1", "1.5"] {
            assert_eq!(start_of_id("po", text), None, "{text}");
        }
        assert_eq!(
            (number_of("open"), number_of("po_12"), number_of("po_zzzzzzzzzzzzz")),
            (None, None, None)
        );
    }
}

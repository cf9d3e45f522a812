//! Random ids, and the two text forms of secrets: hexadecimal and hashed.

use sha2::{Digest, Sha256};

/// Creates an id that cannot be guessed: the prefix and 128 random bits.
///
/// # Errors
/// If the machine has no random bytes.
pub fn new_id(prefix: &str) -> Result<String, getrandom::Error> {
    Ok(format!("{prefix}_{}", hexadecimal(&random::<16>()?)))
}

/// Writes bytes as lower-case hexadecimal.
pub fn hexadecimal<'a>(bytes: impl IntoIterator<Item = &'a u8>) -> String {
    let mut text = String::new();
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            text.extend(char::from_digit(u32::from(digit), 16));
        }
    }
    text
}

/// Reads hexadecimal digits, two for each byte; `None` for any other text.
#[must_use]
pub fn bytes(hexadecimal: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = hexadecimal.as_bytes().chunks(2);
    pairs.map(|pair| Some(digit(*pair.first()?)? << 4 | digit(*pair.get(1)?)?)).collect()
}

/// Returns random bytes.
///
/// # Errors
/// If the machine has none.
pub fn random<const BYTES: usize>() -> Result<[u8; BYTES], getrandom::Error> {
    let mut bytes = [0_u8; BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// Returns SHA-256 in hexadecimal: the stored form of a secret. Each secret has 128 random bits or
/// more, so a slow hash would add nothing.
#[must_use]
pub fn hash(secret: &str) -> String {
    hash_bytes(secret.as_bytes())
}

/// Returns SHA-256 of bytes, in hexadecimal.
#[must_use]
pub fn hash_bytes(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_written_and_read_with_two_digits_each() {
        assert_eq!(hexadecimal(&[0, 10, 255]), "000aff");
        assert_eq!(bytes("000aFf"), Some(vec![0, 10, 255]));
        for text in ["0", "+f", "0g", "ü", " 0"] {
            assert_eq!(bytes(text), None, "{text}");
        }
    }

    #[test]
    fn an_id_has_its_prefix_and_is_never_repeated() {
        let (one, other) = (new_id("mer").unwrap(), new_id("mer").unwrap());
        assert!(one.starts_with("mer_") && one.len() == 36, "{one}");
        assert_ne!(one, other);
    }
}

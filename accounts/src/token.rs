//! Tokens of sign-in links and of the sessions that they start.

use super::{hash, hexadecimal, random};

/// A new token, which one person receives and which is never stored.
pub struct Token {
    /// 256 random bits in hexadecimal.
    pub text: String,
    /// The stored form.
    pub hash: String,
}

const RANDOM_BYTES: usize = 32;

impl Token {
    /// Creates a token.
    ///
    /// # Errors
    /// If the machine has no random bytes.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let text = hexadecimal(&random::<RANDOM_BYTES>()?);
        Ok(Self { hash: hash(&text), text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_256_bits_and_is_never_the_same() {
        let (one, other) = (Token::generate().unwrap(), Token::generate().unwrap());
        assert_eq!(one.text.len(), 64);
        assert_ne!(one.text, other.text);
        assert_eq!(one.hash, hash(&one.text));
    }
}

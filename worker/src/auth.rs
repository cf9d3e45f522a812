//! Secrets: how API keys, links and kept answers are written, read and stored.

pub(crate) mod api_key;
pub(crate) mod link;
pub mod seal;
pub mod token;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// An id that nobody can guess: the prefix and 128 random bits.
///
/// # Errors
/// When there are no random bytes.
pub fn new_id(prefix: &str) -> Result<String, getrandom::Error> {
    Ok(format!("{prefix}_{}", hexadecimal(&random::<16>()?)))
}

/// Bytes as lower-case hexadecimal.
pub(crate) fn hexadecimal<'a>(bytes: impl IntoIterator<Item = &'a u8>) -> String {
    let mut text = String::new();
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            text.extend(char::from_digit(u32::from(digit), 16));
        }
    }
    text
}

/// So many random bytes.
pub(crate) fn random<const BYTES: usize>() -> Result<[u8; BYTES], getrandom::Error> {
    let mut bytes = [0_u8; BYTES];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// SHA-256 in hexadecimal: what is stored of a secret that has 128 random bits or more, for which a
/// slow hash would add nothing.
pub(crate) fn hash(secret: &str) -> String {
    hexadecimal(&Sha256::digest(secret.as_bytes()))
}

/// A hash that only the owner of the deployment's secret can make. `purpose` keeps the hashes that
/// are made for different things apart.
pub(crate) fn keyed_hash(secret: &str, purpose: &str, text: &str) -> String {
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(purpose.as_bytes());
    mac.update(b"/");
    mac.update(text.as_bytes());
    hexadecimal(&mac.finalize().into_bytes())
}

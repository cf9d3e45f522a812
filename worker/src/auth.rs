//! Secrets: how API keys, links and kept answers are written, read and stored.

pub(crate) mod api_key;
pub(crate) mod link;
pub(crate) mod seal;

use sha2::{Digest, Sha256};

use crate::problem::Problem;

/// An id that nobody can guess: the prefix and 128 random bits.
pub(crate) fn new_id(prefix: &str) -> Result<String, Problem> {
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
pub(crate) fn random<const BYTES: usize>() -> Result<[u8; BYTES], Problem> {
    let mut bytes = [0_u8; BYTES];
    getrandom::fill(&mut bytes).map_err(|_| Problem::internal("No random bytes could be had"))?;
    Ok(bytes)
}

/// SHA-256 in hexadecimal: what is stored of a secret that has 128 random bits or more, for which a
/// slow hash would add nothing.
pub(crate) fn hash(secret: &str) -> String {
    hexadecimal(&Sha256::digest(secret.as_bytes()))
}

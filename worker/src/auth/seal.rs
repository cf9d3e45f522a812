//! Seals what must be kept and must not be readable in the database.

use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use sha2::{Digest, Sha256};

use super::{hexadecimal, random};

/// Nothing was sealed: there are no random bytes.
#[derive(Debug)]
pub struct NotSealed;

const NONCE_BYTES: usize = 12;

/// Encrypts and authenticates a text under a secret; the answer is hexadecimal.
///
/// # Errors
/// When there are no random bytes.
pub fn seal(secret: &str, text: &str) -> Result<String, NotSealed> {
    let nonce = random::<NONCE_BYTES>().map_err(|_| NotSealed)?;
    let sealed =
        cipher(secret).encrypt(&Nonce::from(nonce), text.as_bytes()).map_err(|_| NotSealed)?;
    Ok(hexadecimal(nonce.iter().chain(&sealed)))
}

/// The text that was sealed; `None` when the secret is another one, or the text was changed.
pub(crate) fn unseal(secret: &str, sealed: &str) -> Option<String> {
    let bytes = bytes(sealed)?;
    let (nonce, sealed) = bytes.split_at_checked(NONCE_BYTES)?;
    let nonce: [u8; NONCE_BYTES] = nonce.try_into().ok()?;
    let text = cipher(secret).decrypt(&Nonce::from(nonce), sealed).ok()?;
    String::from_utf8(text).ok()
}

/// A key of its own, derived from the secret that pay links are derived from.
fn cipher(secret: &str) -> ChaCha20Poly1305 {
    let mut hasher = Sha256::new();
    hasher.update(b"seal/");
    hasher.update(secret.as_bytes());
    let key: [u8; 32] = hasher.finalize().into();
    ChaCha20Poly1305::new(&Key::from(key))
}

fn bytes(hexadecimal: &str) -> Option<Vec<u8>> {
    hexadecimal
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_is_read_with_the_same_secret_only() {
        let sealed = seal("one secret", "{\"key\": \"pig_sk_live_…\"}").unwrap();
        assert!(!sealed.contains("pig_sk"));
        assert_eq!(unseal("one secret", &sealed).unwrap(), "{\"key\": \"pig_sk_live_…\"}");
        assert_eq!(unseal("another secret", &sealed), None);
        let changed = sealed.replacen(|c| c != '0', "0", 1);
        assert_eq!(unseal("one secret", &changed), None);
        assert_eq!(unseal("one secret", "not hexadecimal"), None);
    }

    #[test]
    fn the_same_text_is_never_sealed_alike() {
        assert_ne!(seal("secret", "text").unwrap(), seal("secret", "text").unwrap());
    }
}

//! Encrypts text that only the holder of a link may read, under the token of the link.

use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use sha2::{Digest, Sha256};

use super::{bytes, hexadecimal, random};

/// The machine has no random bytes, so nothing was encrypted.
#[derive(Debug)]
pub struct NotEncrypted;

const NONCE_BYTES: usize = 12;

/// Encrypts and authenticates a text under a secret; the result is hexadecimal.
///
/// # Errors
/// If the machine has no random bytes.
pub fn encrypt(secret: &str, text: &str) -> Result<String, NotEncrypted> {
    let nonce = random::<NONCE_BYTES>().map_err(|_| NotEncrypted)?;
    let encrypted =
        cipher(secret).encrypt(&Nonce::from(nonce), text.as_bytes()).map_err(|_| NotEncrypted)?;
    Ok(hexadecimal(nonce.iter().chain(&encrypted)))
}

/// Decrypts a text; `None` if the secret is another one, or the text was changed.
#[must_use]
pub fn decrypt(secret: &str, encrypted: &str) -> Option<String> {
    let bytes = bytes(encrypted)?;
    let (nonce, encrypted) = bytes.split_at_checked(NONCE_BYTES)?;
    let nonce: [u8; NONCE_BYTES] = nonce.try_into().ok()?;
    let text = cipher(secret).decrypt(&Nonce::from(nonce), encrypted).ok()?;
    String::from_utf8(text).ok()
}

/// Returns the key, derived from the secret with its own label, because other values derive from
/// that secret too.
fn cipher(secret: &str) -> ChaCha20Poly1305 {
    let mut hasher = Sha256::new();
    hasher.update(b"seal/");
    hasher.update(secret.as_bytes());
    let key: [u8; 32] = hasher.finalize().into();
    ChaCha20Poly1305::new(&Key::from(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_secret_decrypts() {
        let encrypted = encrypt("one secret", "{\"key\": \"pig_sk_live_…\"}").unwrap();
        assert!(!encrypted.contains("pig_sk"));
        assert_eq!(decrypt("one secret", &encrypted).unwrap(), "{\"key\": \"pig_sk_live_…\"}");
        assert_eq!(decrypt("another secret", &encrypted), None);
        let changed = encrypted.replacen(|c| c != '0', "0", 1);
        assert_eq!(decrypt("one secret", &changed), None);
        assert_eq!(decrypt("one secret", "not hexadecimal"), None);
    }

    #[test]
    fn the_same_text_is_never_encrypted_alike() {
        assert_ne!(encrypt("secret", "text").unwrap(), encrypt("secret", "text").unwrap());
    }
}

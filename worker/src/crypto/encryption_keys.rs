//! The deployment's encryption keys: the first encrypts, all decrypt, and each purpose has its own
//! key.

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use hkdf::Hkdf;
use sha2::Sha256;

use crate::crypto::encryption::NotEncrypted;
use crate::crypto::{bytes, hexadecimal, random};

/// The name of the secret that holds the keys.
pub(crate) const NAME: &str = "ENCRYPTION_KEYS";

/// Hexadecimal digits of one key: 256 bits.
const KEY_DIGITS: usize = 64;

/// Different bytes of one key, at least. 32 random bytes have about 30; repeated and counted digits
/// have fewer than 16.
const DIFFERENT_BYTES_MIN: usize = 16;

/// Keys of one deployment, at most: each value names its key, so a long list is no use.
pub(crate) const KEYS_MAX: usize = 10;

const NONCE_BYTES: usize = 12;

/// Hexadecimal digits of a key's id.
const ID_DIGITS: usize = 8;

/// The column that a value is encrypted for. Each purpose has a key of its own, and a value that is
/// moved to another row or another column cannot be decrypted there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// `merchants.email_encrypted`, of the merchant.
    EmailAddress,
    /// `shops.webhook_secret_encrypted`, of the shop.
    WebhookSecret,
    /// `shops.webhook_old_secret_encrypted`, of the shop.
    OldWebhookSecret,
    /// `shops.pull_credentials_encrypted`, of the shop.
    PullCredentials,
    /// `purchase_orders.link_encrypted`, of the purchase order.
    PayLink,
    /// `idempotency_records.body_encrypted`, of the key and the name's hash.
    StoredResponse,
    /// `mailbox.message_encrypted`, of the mail.
    MailboxMessage,
    /// `account_mails.recipient_encrypted`, of the mail.
    AccountMailRecipient,
    /// `account_mails.token_encrypted`, of the mail.
    AccountMailToken,
    /// `sign_in_requests.email_encrypted`, of the request.
    SignInRequest,
}

/// The keys of a deployment, in their order.
pub(crate) struct EncryptionKeys(Vec<EncryptionKey>);

impl fmt::Debug for EncryptionKeys {
    /// Prints how many there are.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "EncryptionKeys({})", self.0.len())
    }
}

struct EncryptionKey {
    id: String,
    root: Hkdf<Sha256>,
}

/// Why the keys cannot be used; the text is for the operator and holds no part of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeysError {
    Missing,
    /// The key at this place, counted from 1, is not 64 hexadecimal digits.
    Malformed(usize),
    /// The key at this place is not random.
    Weak(usize),
    /// The key at this place stands in the list before.
    Repeated(usize),
    TooMany,
}

thread_local! {
    /// The keys as they were last read. Reading them for each request would cost more than most
    /// encryption.
    static LAST_READ: RefCell<Option<(String, Arc<EncryptionKeys>)>> = const { RefCell::new(None) };
}

impl Purpose {
    pub(crate) const ALL: [Self; 10] = [
        Self::EmailAddress,
        Self::WebhookSecret,
        Self::OldWebhookSecret,
        Self::PullCredentials,
        Self::PayLink,
        Self::StoredResponse,
        Self::MailboxMessage,
        Self::AccountMailRecipient,
        Self::AccountMailToken,
        Self::SignInRequest,
    ];

    fn label(self) -> &'static str {
        match self {
            Self::EmailAddress => "merchants.email",
            Self::WebhookSecret => "shops.webhook_secret",
            Self::OldWebhookSecret => "shops.webhook_old_secret",
            Self::PullCredentials => "shops.pull_credentials",
            Self::PayLink => "purchase_orders.link",
            Self::StoredResponse => "idempotency_records.body",
            Self::MailboxMessage => "mailbox.message",
            Self::AccountMailRecipient => "account_mails.recipient",
            Self::AccountMailToken => "account_mails.token",
            Self::SignInRequest => "sign_in_requests.email",
        }
    }
}

impl EncryptionKeys {
    /// Reads a list of keys, separated by commas or white space.
    pub(crate) fn read(text: &str) -> Result<Arc<Self>, KeysError> {
        let known = LAST_READ.with_borrow(|last| {
            let (known, keys) = last.as_ref()?;
            (known == text).then(|| Arc::clone(keys))
        });
        if let Some(keys) = known {
            return Ok(keys);
        }
        let keys = Arc::new(Self::parse(text)?);
        LAST_READ.with_borrow_mut(|last| *last = Some((text.to_owned(), Arc::clone(&keys))));
        Ok(keys)
    }

    fn parse(text: &str) -> Result<Self, KeysError> {
        let mut keys: Vec<EncryptionKey> = Vec::new();
        let words = text.split([',', ' ', '\t', '\r', '\n']).filter(|word| !word.is_empty());
        for (place, word) in (1..).zip(words) {
            let secret = bytes(word).filter(|_| word.len() == KEY_DIGITS);
            let secret = secret.ok_or(KeysError::Malformed(place))?;
            let mut different = secret.clone();
            different.sort_unstable();
            different.dedup();
            if different.len() < DIFFERENT_BYTES_MIN {
                return Err(KeysError::Weak(place));
            }
            let key = EncryptionKey::new(&secret).ok_or(KeysError::Malformed(place))?;
            if keys.iter().any(|known| known.id == key.id) {
                return Err(KeysError::Repeated(place));
            }
            if keys.len() == KEYS_MAX {
                return Err(KeysError::TooMany);
            }
            keys.push(key);
        }
        if keys.is_empty() { Err(KeysError::Missing) } else { Ok(Self(keys)) }
    }

    /// Encrypts a text for one row: the id of the first key, a point, and hexadecimal digits.
    pub(crate) fn encrypt(
        &self,
        purpose: Purpose,
        row: &str,
        text: &str,
    ) -> Result<String, NotEncrypted> {
        let key = self.0.first().ok_or(NotEncrypted)?;
        let nonce = random::<NONCE_BYTES>().map_err(|_| NotEncrypted)?;
        let bound = bound(purpose, row);
        let payload = Payload { msg: text.as_bytes(), aad: bound.as_bytes() };
        let cipher = key.cipher(purpose).ok_or(NotEncrypted)?;
        let encrypted = cipher.encrypt(&Nonce::from(nonce), payload).map_err(|_| NotEncrypted)?;
        Ok(format!("{}.{}", key.id, hexadecimal(nonce.iter().chain(&encrypted))))
    }

    /// Decrypts a text that was encrypted for this row; `None` if its key is not in the list, if it
    /// was changed, or if it was encrypted for another row or purpose.
    pub(crate) fn decrypt(&self, purpose: Purpose, row: &str, encrypted: &str) -> Option<String> {
        let (id, digits) = encrypted.split_once('.')?;
        let key = self.0.iter().find(|key| key.id == id)?;
        let bytes = bytes(digits)?;
        let (nonce, text) = bytes.split_at_checked(NONCE_BYTES)?;
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().ok()?;
        let bound = bound(purpose, row);
        let payload = Payload { msg: text, aad: bound.as_bytes() };
        let text = key.cipher(purpose)?.decrypt(&Nonce::from(nonce), payload).ok()?;
        String::from_utf8(text).ok()
    }

    /// Decrypts the mail address in the row of a merchant; `None` without one, or if its key is gone.
    pub(crate) fn email_address(&self, merchant: &str, encrypted: Option<&str>) -> Option<String> {
        self.decrypt(Purpose::EmailAddress, merchant, encrypted?)
    }

    /// A key for hashes that only this deployment can compute.
    pub(crate) fn hashing_key(&self, label: &str) -> Option<[u8; 32]> {
        self.hashing_keys(label).next()
    }

    /// The same of every key of the list, for hashes that an older key made.
    pub(crate) fn hashing_keys(&self, label: &str) -> impl Iterator<Item = [u8; 32]> {
        self.0.iter().filter_map(move |key| key.derive(&format!("hash/{label}")))
    }

    /// The id of the key that encrypts.
    pub(crate) fn current_id(&self) -> &str {
        self.0.first().map_or("", |key| key.id.as_str())
    }

    /// The ids of the keys that only decrypt.
    pub(crate) fn older_ids(&self) -> impl Iterator<Item = &str> {
        self.0.iter().skip(1).map(|key| key.id.as_str())
    }
}

impl EncryptionKey {
    fn new(secret: &[u8]) -> Option<Self> {
        let root = Hkdf::<Sha256>::new(None, secret);
        let id = derive(&root, "id")?;
        let id = hexadecimal(&id).chars().take(ID_DIGITS).collect();
        Some(Self { id, root })
    }

    fn derive(&self, label: &str) -> Option<[u8; 32]> {
        derive(&self.root, label)
    }

    fn cipher(&self, purpose: Purpose) -> Option<ChaCha20Poly1305> {
        let key = self.derive(&format!("encrypt/{}", purpose.label()))?;
        Some(ChaCha20Poly1305::new(&Key::from(key)))
    }
}

/// HKDF (RFC 5869). It fails only for outputs far longer than this one.
fn derive(root: &Hkdf<Sha256>, label: &str) -> Option<[u8; 32]> {
    let mut key = [0_u8; 32];
    root.expand(format!("play-it-green/{label}").as_bytes(), &mut key).ok()?;
    Some(key)
}

/// The additional data that binds a value to its row.
fn bound(purpose: Purpose, row: &str) -> String {
    format!("{}/{row}", purpose.label())
}

impl fmt::Display for KeysError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const HOW: &str = "Create a key with `openssl rand -hex 32`.";
        match self {
            Self::Missing => write!(
                formatter,
                "The secret {NAME} is not set. {HOW} Store it with `npx wrangler secret put {NAME}`."
            ),
            Self::Malformed(place) => write!(
                formatter,
                "Key {place} of {NAME} is not {KEY_DIGITS} hexadecimal digits. {HOW}"
            ),
            Self::Weak(place) => write!(formatter, "Key {place} of {NAME} is not random. {HOW}"),
            Self::Repeated(place) => {
                write!(formatter, "Key {place} of {NAME} is in the list twice. Remove one of them.")
            }
            Self::TooMany => {
                write!(formatter, "{NAME} holds more than {KEYS_MAX} keys. Remove the oldest.")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f00123456789abcdef1032547698badcfe";
    const TWO: &str = "8c3f0b72d4e95a61b7c8d2f1406e9a35fb14c07d86e2a953719d5bc2084ef6a1";

    fn keys(text: &str) -> EncryptionKeys {
        EncryptionKeys::parse(text).unwrap()
    }

    #[test]
    fn the_first_key_encrypts_and_every_key_of_the_list_decrypts() {
        let old = keys(ONE).encrypt(Purpose::PayLink, "po_1", "a token").unwrap();
        let both = keys(&format!("{TWO},{ONE}"));
        let decrypted = both.decrypt(Purpose::PayLink, "po_1", &old);
        assert_eq!(decrypted.as_deref(), Some("a token"));
        let new = both.encrypt(Purpose::PayLink, "po_1", "a token").unwrap();
        assert!(new.starts_with(&format!("{}.", keys(TWO).current_id())), "{new}");
        assert_eq!(keys(TWO).decrypt(Purpose::PayLink, "po_1", &new).as_deref(), Some("a token"));
        assert_eq!(keys(TWO).decrypt(Purpose::PayLink, "po_1", &old), None);
        assert_eq!(both.older_ids().collect::<Vec<_>>(), [keys(ONE).current_id()]);
    }

    #[test]
    fn a_value_is_bound_to_its_row_and_its_purpose() {
        let keys = keys(ONE);
        for purpose in Purpose::ALL {
            let encrypted = keys.encrypt(purpose, "row_1", "a secret").unwrap();
            assert!(!encrypted.contains("secret"));
            assert_ne!(encrypted, keys.encrypt(purpose, "row_1", "a secret").unwrap());
            assert_eq!(keys.decrypt(purpose, "row_2", &encrypted), None);
            for other in Purpose::ALL {
                let decrypted = keys.decrypt(other, "row_1", &encrypted);
                assert_eq!(decrypted.is_some(), other == purpose, "{purpose:?} as {other:?}");
            }
            let changed = encrypted.replacen(|c| c != '0', "0", 1);
            assert_eq!(keys.decrypt(purpose, "row_1", &changed), None);
        }
        let cut = keys.encrypt(Purpose::PayLink, "row_1", "a secret").unwrap();
        let cut = cut.get(..cut.len() - 2).unwrap();
        for text in [cut, "", ".", "no point", "0f1e2d3c.", "0f1e2d3c.zz", "ü.ü"] {
            assert_eq!(keys.decrypt(Purpose::PayLink, "row_1", text), None, "{text}");
        }
    }

    #[test]
    fn keys_that_are_missing_short_weak_or_repeated_are_rejected_with_their_place() {
        let error = |text: &str| EncryptionKeys::parse(text).err();
        assert_eq!(error(""), Some(KeysError::Missing));
        assert_eq!(error(" ,\n"), Some(KeysError::Missing));
        assert_eq!(error(ONE.strip_suffix("fe").unwrap()), Some(KeysError::Malformed(1)));
        assert_eq!(error(&format!("{ONE},password")), Some(KeysError::Malformed(2)));
        assert_eq!(error(&ONE.replace('f', "g")), Some(KeysError::Malformed(1)));
        assert_eq!(
            error(&format!("{ONE} {}", "0123456789abcdef".repeat(4))),
            Some(KeysError::Weak(2))
        );
        assert_eq!(error(&format!("{ONE}\n{TWO}\n{ONE}")), Some(KeysError::Repeated(3)));
        assert_eq!(error(&format!("{ONE},{}", ONE.to_uppercase())), Some(KeysError::Repeated(2)));
        for error in [KeysError::Missing, KeysError::Malformed(1), KeysError::Weak(2)] {
            assert!(error.to_string().contains("openssl rand -hex 32"), "{error}");
        }
    }

    #[test]
    fn hashing_keys_differ_by_label_and_by_key() {
        let one = keys(ONE);
        assert_ne!(one.hashing_key("address"), one.hashing_key("other"));
        assert_ne!(one.hashing_key("address"), keys(TWO).hashing_key("address"));
    }
}

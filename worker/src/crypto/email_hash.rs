//! Keyed hashes of mail addresses, by which a merchant is found whose address is stored encrypted.

use crate::crypto::encryption_keys::EncryptionKeys;
use crate::crypto::ids::keyed_hash;

const LABEL: &str = "email";

impl EncryptionKeys {
    /// Returns the hash to store with an address.
    pub(crate) fn email_hash(&self, address: &str) -> String {
        self.email_hashes(address).into_iter().next().unwrap_or_default()
    }

    /// Returns the hashes that may be stored with an address: one of each key of the list, because
    /// a new key does not replace all stored hashes at once.
    pub(crate) fn email_hashes(&self, address: &str) -> Vec<String> {
        let address = normalized(address);
        self.hashing_keys(LABEL).map(|key| keyed_hash(&key, &address)).collect()
    }
}

/// Returns an address as it is compared: people write theirs in capitals at times, and no provider
/// of mail gives two people addresses that differ in nothing else. Other letters than those of ASCII
/// stay, because some have a lower case that looks like another letter's.
fn normalized(address: &str) -> String {
    address.trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f00123456789abcdef1032547698badcfe";
    const TWO: &str = "8c3f0b72d4e95a61b7c8d2f1406e9a35fb14c07d86e2a953719d5bc2084ef6a1";

    #[test]
    fn an_address_is_found_in_any_capitals_and_by_the_keys_of_the_list_only() {
        let one = EncryptionKeys::read(ONE).unwrap();
        let stored = one.email_hash("Owner@Example.com");
        assert_eq!(stored.len(), 64);
        assert_eq!(stored, one.email_hash(" owner@example.COM "));
        assert_ne!(stored, one.email_hash("other@example.com"));
        assert_ne!(one.email_hash("k@example.com"), one.email_hash("\u{212A}@example.com"));
        let both = EncryptionKeys::read(&format!("{TWO},{ONE}")).unwrap();
        assert_ne!(stored, both.email_hash("owner@example.com"));
        assert!(both.email_hashes("owner@example.com").contains(&stored));
        let two = EncryptionKeys::read(TWO).unwrap();
        assert!(!two.email_hashes("owner@example.com").contains(&stored));
    }
}

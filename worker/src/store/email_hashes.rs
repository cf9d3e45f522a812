//! The hashes in `merchants.email_hash`, by which merchants are found by their verified address.

use serde::Deserialize;

use super::{Statement, Store, StoreError, to_json};

/// A merchant with a verified address.
#[derive(Deserialize)]
pub(crate) struct MerchantOfEmail {
    pub(crate) id: String,
    pub(crate) email_encrypted: Option<String>,
}

/// The owner of several merchants may use one address for all of them. The oldest come first, so that
/// later ones displace none.
const FIND: &str = "
SELECT id, email_encrypted FROM merchants
WHERE email_hash IN (SELECT value FROM json_each(?1))
ORDER BY created_at, id LIMIT ?2";

/// The hash of an address that was changed in the meantime stays.
const REPLACE: &str = "
UPDATE merchants SET email_hash = ?3
WHERE id = ?1 AND email_encrypted = ?2 AND email_hash IS NOT NULL";

/// An address that was changed in the meantime is not verified.
const VERIFY: &str = "
UPDATE merchants SET email_hash = ?3 WHERE id = ?1 AND email_encrypted = ?2
AND EXISTS (SELECT 1 FROM sessions WHERE hash = ?4 AND merchant_id = ?1)";

impl Store {
    /// Returns the merchants whose verified address has one of these hashes, the oldest first.
    pub(crate) async fn merchants_of_email(
        &self,
        hashes: &[String],
        limit: i64,
    ) -> Result<Vec<MerchantOfEmail>, StoreError> {
        self.all(FIND, &[to_json(hashes, "hashes")?.into(), limit.into()]).await
    }

    /// Replaces the hash of the address that is encrypted as `encrypted`, if it is verified.
    pub(crate) fn replace_email_hash(
        &self,
        merchant: &str,
        encrypted: &str,
        hash: &str,
    ) -> Result<Statement, StoreError> {
        self.statement(REPLACE, &[merchant.into(), encrypted.into(), hash.into()])
    }

    /// Stores the hash of the address that is encrypted as `encrypted`, if the session was begun.
    pub(crate) fn verify_email(
        &self,
        merchant: &str,
        (encrypted, hash): (&str, &str),
        session_hash: &str,
    ) -> Result<Statement, StoreError> {
        let values = [merchant.into(), encrypted.into(), hash.into(), session_hash.into()];
        self.statement(VERIFY, &values)
    }
}

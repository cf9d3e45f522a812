//! The hashes in `merchants.email_hash`, by which merchants are found by their mail address.

use serde::Deserialize;

use super::{Statement, Store, StoreError, to_json};

/// A merchant whose address has no hash yet.
#[derive(Deserialize)]
pub(crate) struct UnhashedEmail {
    pub(crate) id: String,
    pub(crate) email_encrypted: String,
}

/// The owner of several merchants may use one address for all of them.
const FIND: &str = "
SELECT id FROM merchants WHERE email_hash IN (SELECT value FROM json_each(?1))
ORDER BY created_at DESC, id LIMIT ?2";

const UNHASHED: &str = "
SELECT id, email_encrypted FROM merchants
WHERE email_encrypted IS NOT NULL AND email_hash IS NULL LIMIT ?1";

/// The hash of an address that was changed in the meantime stays.
const SET: &str = "UPDATE merchants SET email_hash = ?3 WHERE id = ?1 AND email_encrypted = ?2";

impl Store {
    /// Returns the ids of merchants whose address has one of these hashes, the newest first.
    pub(crate) async fn merchants_of_email(
        &self,
        hashes: &[String],
        limit: i64,
    ) -> Result<Vec<String>, StoreError> {
        self.ids(FIND, &[to_json(hashes, "hashes")?.into(), limit.into()]).await
    }

    /// Returns merchants whose address has no hash yet.
    pub(crate) async fn unhashed_emails(
        &self,
        limit: i64,
    ) -> Result<Vec<UnhashedEmail>, StoreError> {
        self.all(UNHASHED, &[limit.into()]).await
    }

    /// Stores the hash of the address that is encrypted as `encrypted`.
    pub(crate) fn set_email_hash(
        &self,
        merchant: &str,
        encrypted: &str,
        hash: &str,
    ) -> Result<Statement, StoreError> {
        self.statement(SET, &[merchant.into(), encrypted.into(), hash.into()])
    }
}

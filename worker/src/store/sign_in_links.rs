//! The table `sign_in_links`: links that work once.

use serde::Deserialize;

use super::{Statement, Store, StoreError};

/// The address that the operator gave with a link.
#[derive(Deserialize)]
pub(crate) struct LinkEmailRow {
    pub(crate) merchant_id: String,
    /// Encrypted with the link's token.
    pub(crate) email_encrypted: String,
}

const EMAIL: &str = "
SELECT merchant_id, email_encrypted FROM sign_in_links
WHERE hash = ?1 AND used_at IS NULL AND email_encrypted IS NOT NULL";

const INSERT: &str = "
INSERT INTO sign_in_links (hash, merchant_id, created_at, expires_at) VALUES (?1, ?2, ?3, ?4)";

const USE_UP: &str = "
UPDATE sign_in_links SET used_at = ?2 WHERE hash = ?1
AND EXISTS (SELECT 1 FROM sessions WHERE hash = ?3)";

const FORGET: &str = "DELETE FROM sign_in_links WHERE expires_at <= ?1";

impl Store {
    /// Returns the address that the operator gave with a link, unless the link was used.
    pub(crate) async fn email_of_link(
        &self,
        hash: &str,
    ) -> Result<Option<LinkEmailRow>, StoreError> {
        self.first(EMAIL, &[hash.into()]).await
    }

    /// Stores a link that signs in to the merchant's settings.
    pub(crate) fn insert_link(
        &self,
        hash: &str,
        merchant: &str,
        now: i64,
        expires_at: i64,
    ) -> Result<Statement, StoreError> {
        let values = [hash.into(), merchant.into(), now.into(), expires_at.into()];
        self.statement(INSERT, &values)
    }

    /// Uses the link with this hash up, if the session was begun with it in the same transaction.
    pub(crate) fn use_up_link(
        &self,
        link_hash: &str,
        session_hash: &str,
        now: i64,
    ) -> Result<Statement, StoreError> {
        self.statement(USE_UP, &[link_hash.into(), now.into(), session_hash.into()])
    }

    /// Forgets the links that work no longer.
    pub(crate) fn forget_links(&self, now: i64) -> Result<Statement, StoreError> {
        self.statement(FORGET, &[now.into()])
    }
}

//! The table `sign_in_links`: links that work once.

use serde::Deserialize;

use super::{Statement, Store, StoreError};

#[derive(Deserialize)]
struct LinkEmailRow {
    email_sealed: Option<String>,
}

const EMAIL: &str = "SELECT email_sealed FROM sign_in_links WHERE hash = ?1 AND used_at IS NULL";

const USE_UP: &str = "
UPDATE sign_in_links SET used_at = ?2 WHERE hash = ?1
AND EXISTS (SELECT 1 FROM sessions WHERE hash = ?3)";

const FORGET: &str = "DELETE FROM sign_in_links WHERE expires_at <= ?1";

impl Store {
    /// The address that the operator gave with a link that was not used, sealed with its token.
    pub(crate) async fn email_of_link(&self, hash: &str) -> Result<Option<String>, StoreError> {
        let row: Option<LinkEmailRow> = self.first(EMAIL, &[hash.into()]).await?;
        Ok(row.and_then(|row| row.email_sealed))
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

//! The table `sign_in_links`: links that work once.

use super::{Statement, Store, StoreError};

const USE_UP: &str = "
UPDATE sign_in_links SET used_at = ?2 WHERE hash = ?1
AND EXISTS (SELECT 1 FROM sessions WHERE hash = ?3)";

const FORGET: &str = "DELETE FROM sign_in_links WHERE expires_at <= ?1";

impl Store {
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

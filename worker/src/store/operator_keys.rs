//! The table `operator_keys`: keys that the operator's command line stores for an hour at most.

use serde::Deserialize;

use super::{Statement, Store, StoreError};

#[derive(Deserialize)]
struct FoundRow {
    found: i64,
}

/// An expiry that lies further ahead than an hour does not count: no key lives long by mistake.
const FIND: &str = "
SELECT EXISTS (SELECT 1 FROM operator_keys
    WHERE hash = ?1 AND expires_at > ?2 AND expires_at <= ?2 + 3600000) AS found";

const DELETE: &str = "DELETE FROM operator_keys WHERE expires_at <= ?1";

impl Store {
    /// Returns whether an operator's key with this hash is valid.
    pub(crate) async fn has_operator_key(&self, hash: &str, now: i64) -> Result<bool, StoreError> {
        let row: Option<FoundRow> = self.first(FIND, &[hash.into(), now.into()]).await?;
        Ok(row.is_some_and(|row| row.found == 1))
    }

    /// Deletes the keys that have expired.
    pub(crate) fn delete_operator_keys(&self, now: i64) -> Result<Statement, StoreError> {
        self.statement(DELETE, &[now.into()])
    }
}

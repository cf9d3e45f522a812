//! The table `sessions`: who is signed in to the settings, by the hash of the token in the cookie.

use serde::Deserialize;

use super::sign_in_attempts::Attempt;
use super::{Statement, Store, StoreError};

/// A session that has not ended, with its merchant.
#[derive(Clone, Deserialize)]
pub(crate) struct SessionRow {
    pub(crate) hash: String,
    pub(crate) merchant_id: String,
    /// The merchant's name.
    pub(crate) merchant: String,
    pub(crate) time_zone: String,
    /// Since when no trees are ordered, because a purchase order is not paid.
    pub(crate) paused_at: Option<i64>,
    /// The merchant's currency if no price of a tree is set in it.
    pub(crate) unpriced_currency: Option<String>,
}

/// A session to be begun.
pub(crate) struct NewSession<'a> {
    pub(crate) hash: &'a str,
    pub(crate) now: i64,
    pub(crate) expires_at: i64,
}

const FIND: &str = "
SELECT s.hash, s.merchant_id, m.name AS merchant, m.time_zone, m.paused_at,
    CASE WHEN NOT EXISTS (SELECT 1 FROM tree_prices
        WHERE currency = m.currency AND valid_from <= ?2) THEN m.currency END AS unpriced_currency
FROM sessions s JOIN merchants m ON m.id = s.merchant_id
WHERE s.hash = ?1 AND s.expires_at > ?2";

/// The guard of signing in: the link was never used and still works, and the address has not failed
/// too often.
const BEGIN: &str = "
INSERT INTO sessions (hash, merchant_id, created_at, expires_at)
SELECT ?2, merchant_id, ?3, ?4 FROM sign_in_links
WHERE hash = ?1 AND used_at IS NULL AND expires_at > ?3
    AND NOT EXISTS (SELECT 1 FROM sign_in_attempts
        WHERE address_hash = ?5 AND window_started_at = ?6 AND attempts >= ?7)";

const END: &str = "DELETE FROM sessions WHERE hash = ?1";

const FORGET: &str = "DELETE FROM sessions WHERE expires_at <= ?1";

impl Store {
    /// The session with this hash, unless it has ended.
    pub(crate) async fn session(
        &self,
        hash: &str,
        now: i64,
    ) -> Result<Option<SessionRow>, StoreError> {
        self.first(FIND, &[hash.into(), now.into()]).await
    }

    /// Begins a session with the link of this hash, if the guard lets it.
    pub(crate) fn begin_session(
        &self,
        link_hash: &str,
        session: &NewSession<'_>,
        attempt: &Attempt<'_>,
    ) -> Result<Statement, StoreError> {
        self.statement(
            BEGIN,
            &[
                link_hash.into(),
                session.hash.into(),
                session.now.into(),
                session.expires_at.into(),
                attempt.address_hash.into(),
                attempt.window_started_at.into(),
                attempt.failures_max.into(),
            ],
        )
    }

    /// Ends a session.
    pub(crate) async fn end_session(&self, hash: &str) -> Result<(), StoreError> {
        self.write(END, &[hash.into()]).await.map(|_| ())
    }

    /// Forgets the sessions that have ended.
    pub(crate) fn forget_sessions(&self, now: i64) -> Result<Statement, StoreError> {
        self.statement(FORGET, &[now.into()])
    }
}

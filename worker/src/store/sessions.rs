//! The table `sessions`: who is signed in to the settings, by the hash of the token in the cookie.

use serde::Deserialize;

use super::sign_in_attempts::Attempt;
use super::sign_in_links::{Opener, WRONG_CODES_MAX};
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
    /// The end of a pause at the monthly budget.
    pub(crate) budget_paused_until: Option<i64>,
    /// The merchant's currency if no price of a tree is set in it.
    pub(crate) unpriced_currency: Option<String>,
    /// The name of a shop whose webhook does not confirm its sales.
    pub(crate) silent_shop: Option<String>,
    pub(crate) created_at: i64,
    /// To the hour.
    pub(crate) last_seen_at: i64,
}

/// A session as its owner sees it.
#[derive(Deserialize)]
pub(crate) struct ListedSession {
    pub(crate) hash: String,
    pub(crate) created_at: i64,
    pub(crate) last_seen_at: i64,
}

/// A session to be begun.
pub(crate) struct NewSession<'a> {
    pub(crate) hash: &'a str,
    pub(crate) now: i64,
    pub(crate) expires_at: i64,
}

const FIND: &str = "
SELECT s.hash, s.merchant_id, m.name AS merchant, m.time_zone, m.paused_at,
    iif(m.budget_paused_until > ?2, m.budget_paused_until, NULL) AS budget_paused_until,
    s.created_at, s.last_seen_at,
    CASE WHEN NOT EXISTS (SELECT 1 FROM tree_prices
        WHERE currency = m.currency AND valid_from <= ?2) THEN m.currency END AS unpriced_currency,
    (SELECT name FROM shops WHERE merchant_id = m.id AND deleted_at IS NULL
        AND silent_since IS NOT NULL ORDER BY silent_since LIMIT 1) AS silent_shop
FROM sessions s JOIN merchants m ON m.id = s.merchant_id
WHERE s.hash = ?1 AND s.expires_at > ?2 AND s.last_seen_at > ?3";

const LIST: &str = "
SELECT hash, created_at, last_seen_at FROM sessions
WHERE merchant_id = ?1 AND expires_at > ?2 AND last_seen_at > ?3
ORDER BY last_seen_at DESC, hash LIMIT 50";

const TOUCH: &str = "UPDATE sessions SET last_seen_at = ?2 WHERE hash = ?1";

const OTHERS_ENDED: &str = "merchant_id, 'signed out', NULL, ?3 FROM sessions
WHERE merchant_id = ?1 AND hash <> ?2 AND expires_at > ?3";

const END_OTHERS: &str = "DELETE FROM sessions WHERE merchant_id = ?1 AND hash <> ?2";

/// The guard of signing in: the link was never used and still works, this is the browser that asked
/// for it or its digits were typed, and the address has not failed too often.
const BEGIN: &str = "
INSERT INTO sessions (hash, merchant_id, created_at, expires_at, last_seen_at)
SELECT ?2, merchant_id, ?3, ?4, ?3 FROM sign_in_links
WHERE hash = ?1 AND used_at IS NULL AND expires_at > ?3
    AND (browser_hash IS NULL OR browser_hash = ?8 OR (code_hash = ?9 AND wrong_codes < ?10))
    AND NOT EXISTS (SELECT 1 FROM sign_in_attempts
        WHERE address_hash = ?5 AND window_started_at = ?6 AND attempts >= ?7)";

const BEGUN: &str = "merchant_id, 'signed in', NULL, created_at FROM sessions WHERE hash = ?1";

const ENDED: &str =
    "merchant_id, 'signed out', NULL, ?2 FROM sessions WHERE hash = ?1 AND expires_at > ?2";

const END: &str = "DELETE FROM sessions WHERE hash = ?1";

const REPLACED: &str = "merchant_id, 'signed out', NULL, ?3 FROM sessions
WHERE hash = ?1 AND expires_at > ?3 AND EXISTS (SELECT 1 FROM sessions WHERE hash = ?2)";

const REPLACE: &str = "
DELETE FROM sessions WHERE hash = ?1 AND EXISTS (SELECT 1 FROM sessions WHERE hash = ?2)";

/// Of those that are forgotten, the ones that were not used for long.
const IDLE_ENDED: &str = "merchant_id, 'signed out', NULL, ?1 FROM sessions
WHERE last_seen_at <= ?2 AND expires_at > ?1";

const FORGET: &str = "DELETE FROM sessions WHERE expires_at <= ?1 OR last_seen_at <= ?2";

impl Store {
    /// The session with this hash, unless it has ended or was last used before `seen_after`.
    pub(crate) async fn session(
        &self,
        hash: &str,
        now: i64,
        seen_after: i64,
    ) -> Result<Option<SessionRow>, StoreError> {
        self.first(FIND, &[hash.into(), now.into(), seen_after.into()]).await
    }

    /// Returns the merchant's sessions that have not ended, the last used first.
    pub(crate) async fn sessions(
        &self,
        merchant: &str,
        now: i64,
        seen_after: i64,
    ) -> Result<Vec<ListedSession>, StoreError> {
        self.all(LIST, &[merchant.into(), now.into(), seen_after.into()]).await
    }

    /// Notes that a session is in use.
    pub(crate) async fn touch_session(&self, hash: &str, now: i64) -> Result<(), StoreError> {
        self.write(TOUCH, &[hash.into(), now.into()]).await.map(|_| ())
    }

    /// Ends every session of the merchant but this one, and voids what may begin another.
    pub(crate) async fn end_other_sessions(
        &self,
        merchant: &str,
        hash: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        let statements = vec![
            self.log(OTHERS_ENDED, &[merchant.into(), hash.into(), now.into()])?,
            self.statement(END_OTHERS, &[merchant.into(), hash.into()])?,
            self.void_links(merchant)?,
            self.void_sign_in_requests(merchant, now)?,
        ];
        self.batch(statements).await.map(|_| ())
    }

    /// Begins a session with the link of this hash, if the guard lets it, and logs it.
    pub(crate) fn begin_session(
        &self,
        link_hash: &str,
        session: &NewSession<'_>,
        attempt: &Attempt<'_>,
        opener: &Opener<'_>,
    ) -> Result<[Statement; 2], StoreError> {
        let begin = self.statement(
            BEGIN,
            &[
                link_hash.into(),
                session.hash.into(),
                session.now.into(),
                session.expires_at.into(),
                attempt.address_hash.into(),
                attempt.window_started_at.into(),
                attempt.failures_max.into(),
                opener.browser_hash.into(),
                opener.code_hash.into(),
                WRONG_CODES_MAX.into(),
            ],
        )?;
        Ok([begin, self.log(BEGUN, &[session.hash.into()])?])
    }

    /// Ends a session, and logs it.
    pub(crate) async fn end_session(&self, hash: &str, now: i64) -> Result<(), StoreError> {
        let log = self.log(ENDED, &[hash.into(), now.into()])?;
        self.batch(vec![log, self.statement(END, &[hash.into()])?]).await.map(|_| ())
    }

    /// Ends a session if the one that replaces it has begun, and logs it.
    pub(crate) fn replace_session(
        &self,
        old: &str,
        new: &str,
        now: i64,
    ) -> Result<[Statement; 2], StoreError> {
        Ok([
            self.log(REPLACED, &[old.into(), new.into(), now.into()])?,
            self.statement(REPLACE, &[old.into(), new.into()])?,
        ])
    }

    /// Forgets the sessions that have ended, and logs those that nothing else ended.
    pub(crate) fn forget_sessions(
        &self,
        now: i64,
        seen_after: i64,
    ) -> Result<[Statement; 2], StoreError> {
        let values = [now.into(), seen_after.into()];
        Ok([self.log(IDLE_ENDED, &values)?, self.statement(FORGET, &values)?])
    }
}

//! The table `sign_in_attempts`: how often signing in failed from an address.

use serde::Deserialize;

use super::{Statement, Store, StoreError};

/// The source of an attempt, and how often it may fail there.
pub(crate) struct Attempt<'a> {
    pub(crate) address_hash: &'a str,
    pub(crate) window_started_at: i64,
    pub(crate) failures_max: i64,
}

/// The outcome of an attempt.
#[derive(Deserialize)]
pub(crate) struct Outcome {
    /// True if a session was begun: 0 or 1.
    pub(crate) begun: i64,
    /// Failures from the address in the window, with this one.
    pub(crate) failures: i64,
}

/// Counts one failure more, unless the session was begun in the same transaction.
const COUNT: &str = "
INSERT INTO sign_in_attempts (address_hash, window_started_at, attempts)
SELECT ?1, ?2, 1 WHERE NOT EXISTS (SELECT 1 FROM sessions WHERE hash = ?3)
ON CONFLICT (address_hash, window_started_at) DO UPDATE SET attempts = attempts + 1";

const OUTCOME: &str = "
SELECT EXISTS (SELECT 1 FROM sessions WHERE hash = ?3) AS begun,
    coalesce((SELECT attempts FROM sign_in_attempts
        WHERE address_hash = ?1 AND window_started_at = ?2), 0) AS failures";

const FORGET: &str = "DELETE FROM sign_in_attempts WHERE window_started_at < ?1";

impl Store {
    /// Counts a failure, if the session with this hash was not begun.
    pub(crate) fn count_failure(
        &self,
        attempt: &Attempt<'_>,
        session_hash: &str,
    ) -> Result<Statement, StoreError> {
        let (address, window) = (attempt.address_hash, attempt.window_started_at);
        self.statement(COUNT, &[address.into(), window.into(), session_hash.into()])
    }

    /// The [`Outcome`] of the attempt to begin the session with this hash.
    pub(crate) fn outcome(
        &self,
        attempt: &Attempt<'_>,
        session_hash: &str,
    ) -> Result<Statement, StoreError> {
        let (address, window) = (attempt.address_hash, attempt.window_started_at);
        self.statement(OUTCOME, &[address.into(), window.into(), session_hash.into()])
    }

    /// Forgets the windows that started before `oldest`.
    pub(crate) fn forget_failures(&self, oldest: i64) -> Result<Statement, StoreError> {
        self.statement(FORGET, &[oldest.into()])
    }
}

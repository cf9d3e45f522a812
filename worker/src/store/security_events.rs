//! The table `security_events`: what happened to a merchant's account. Each statement that changes
//! it stands in one batch with the one that logs the change.

use serde::Deserialize;

use super::{Statement, Store, StoreError, Value};
use crate::domain::states::SecurityEvent;

/// An event as it is listed.
#[derive(Deserialize)]
pub(crate) struct SecurityEventRow {
    pub(crate) kind: SecurityEvent,
    /// The name of the key or the shop.
    pub(crate) subject: Option<String>,
    pub(crate) created_at: i64,
}

/// One row an hour for each key, however often it is refused.
const LOG_REFUSAL: &str = "
INSERT INTO security_events (id, merchant_id, kind, subject, created_at)
SELECT 'refused_' || k.id || '_' || CAST(?2 / 3600000 AS INTEGER), k.merchant_id, 'request refused', k.name, ?2
FROM api_keys k WHERE k.id = ?1
ON CONFLICT DO NOTHING";

/// One row an hour for each merchant, however often a used link is tried.
const LOG_REFUSED_SIGN_IN: &str = "
INSERT INTO security_events (id, merchant_id, kind, created_at)
SELECT 'refused_' || l.merchant_id || '_' || CAST(?3 / 3600000 AS INTEGER), l.merchant_id, 'sign-in refused', ?3
FROM sign_in_links l
WHERE l.hash = ?1 AND NOT EXISTS (SELECT 1 FROM sessions WHERE hash = ?2)
ON CONFLICT DO NOTHING";

/// The columns of a query follow: the merchant, the kind, the subject and the time.
const LOG: &str = "
INSERT INTO security_events (id, merchant_id, kind, subject, created_at)
SELECT 'event_' || lower(hex(randomblob(16))),";

const LOG_CHANGED_ADDRESS: &str = "
INSERT INTO security_events (id, merchant_id, kind, created_at)
VALUES ('event_' || lower(hex(randomblob(16))), ?1, 'address changed', ?2)";

const LIST: &str = "
SELECT kind, subject, created_at FROM security_events
WHERE merchant_id = ?1 ORDER BY created_at DESC, rowid DESC LIMIT ?2";

const DELETE: &str = "DELETE FROM security_events WHERE created_at <= ?1";

impl Store {
    /// Logs an event for each row of a query, whose columns are the merchant, the kind, the subject
    /// and the time.
    pub(super) fn log(&self, query: &str, values: &[Value]) -> Result<Statement, StoreError> {
        self.statement(&format!("{LOG} {query}"), values)
    }

    /// Notes that a request with this key was refused.
    pub(crate) async fn log_refusal(&self, key: &str, now: i64) -> Result<(), StoreError> {
        self.write(LOG_REFUSAL, &[key.into(), now.into()]).await.map(|_| ())
    }

    /// Notes that a link was refused, if the session was not begun with it in the same transaction.
    pub(crate) fn log_refused_sign_in(
        &self,
        link_hash: &str,
        session_hash: &str,
        now: i64,
    ) -> Result<Statement, StoreError> {
        self.statement(LOG_REFUSED_SIGN_IN, &[link_hash.into(), session_hash.into(), now.into()])
    }

    /// Notes that the mail address was changed.
    pub(crate) fn log_changed_address(
        &self,
        merchant: &str,
        now: i64,
    ) -> Result<Statement, StoreError> {
        self.statement(LOG_CHANGED_ADDRESS, &[merchant.into(), now.into()])
    }

    /// Returns what happened to the merchant's account, the newest first.
    pub(crate) async fn security_events(
        &self,
        merchant: &str,
        limit: i64,
    ) -> Result<Vec<SecurityEventRow>, StoreError> {
        self.all(LIST, &[merchant.into(), limit.into()]).await
    }

    /// Deletes the events of `oldest` and before.
    pub(crate) fn delete_security_events(&self, oldest: i64) -> Result<Statement, StoreError> {
        self.statement(DELETE, &[oldest.into()])
    }
}

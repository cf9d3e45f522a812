//! The security log of merchants: what the command line changes of an account.

use super::statement::{bind, text};

const KEY_CREATED: &str = "
INSERT INTO security_events (id, merchant_id, kind, subject, created_at)
SELECT 'event_' || lower(hex(randomblob(16))), merchant_id, 'key created', name, created_at
FROM api_keys WHERE id = ?1;";

const SESSIONS_ENDED: &str = "
INSERT INTO security_events (id, merchant_id, kind, created_at)
SELECT 'event_' || lower(hex(randomblob(16))), merchant_id, 'signed out', unixepoch() * 1000
FROM sessions WHERE merchant_id = ?1 AND expires_at > unixepoch() * 1000;";

/// Logs the key with this id, after it was added.
pub(crate) fn key_created(id: &str) -> String {
    bind(KEY_CREATED, &[text(id)])
}

/// Logs the end of a merchant's sessions, before they end.
pub(crate) fn sessions_ended(merchant: &str) -> String {
    bind(SESSIONS_ENDED, &[text(merchant)])
}

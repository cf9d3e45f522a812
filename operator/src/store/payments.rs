//! Unpaid purchase orders, and the key that records a payment.

use serde::Deserialize;

use super::security_events::key_created;
use super::statement::{bind, text};

/// An unpaid purchase order.
#[derive(Deserialize)]
pub(crate) struct UnpaidRow {
    pub(crate) id: String,
    period: String,
    sequence: Option<i64>,
    pub(crate) merchant: String,
    /// Minor units of `currency`.
    pub(crate) total: i64,
    pub(crate) currency: String,
    /// The day on which it was closed, in UTC: `2026-12-01`.
    pub(crate) since: String,
}

impl UnpaidRow {
    /// The number of the purchase order: `PO-2026-11-0042`. One from before there were numbers has
    /// its month.
    pub(crate) fn number(&self) -> String {
        match self.sequence {
            Some(sequence) => purchase_orders::number(&self.period, sequence),
            None => self.period.clone(),
        }
    }
}

/// Lists the unpaid purchase orders, the oldest first.
pub(crate) const UNPAID: &str = "
SELECT p.id, p.period, p.sequence, m.name AS merchant, p.total, p.currency,
    date(p.closed_at / 1000, 'unixepoch') AS since
FROM purchase_orders p JOIN merchants m ON m.id = p.merchant_id
WHERE p.state = 'payment due' ORDER BY p.closed_at, p.id;";

/// A key with this one scope, valid for five minutes by the database's clock.
const ADD_KEY: &str = "
INSERT INTO api_keys (id, merchant_id, kind, mode, name, hash, hint, scopes, created_at, expires_at)
SELECT ?1, merchant_id, 'secret', 'live', 'The operator records a payment', ?3, ?4,
    '[\"payments:write\"]', unixepoch() * 1000, unixepoch() * 1000 + 300000
FROM purchase_orders WHERE id = ?2;";

const KEY_EXISTS: &str = "
SELECT count(*) AS made FROM api_keys WHERE id = ?1;";

/// Adds and logs the key for a purchase order; the row counts it as `made`.
pub(crate) fn add_key(id: &str, purchase_order: &str, hash: &str, last_four: &str) -> Vec<String> {
    let values = [id, purchase_order, hash, last_four].map(text);
    vec![bind(ADD_KEY, &values), key_created(id), bind(KEY_EXISTS, &values)]
}

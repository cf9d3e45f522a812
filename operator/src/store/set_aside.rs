//! Purchase orders that could not be closed or charged.

use serde::Deserialize;

use super::statement::{bind, text};

/// A purchase order that is set aside.
#[derive(Deserialize)]
pub(crate) struct SetAsideRow {
    pub(crate) id: String,
    /// The month: `2026-11`.
    pub(crate) period: String,
    pub(crate) merchant: String,
    pub(crate) state: String,
    /// The day on which it was set aside, in UTC: `2026-12-01`.
    pub(crate) since: String,
    pub(crate) reason: String,
}

/// Lists them, the oldest first.
pub(crate) const LIST: &str = "
SELECT p.id, p.period, m.name AS merchant, p.state,
    date(p.set_aside_at / 1000, 'unixepoch') AS since, p.set_aside_reason AS reason
FROM purchase_orders p JOIN merchants m ON m.id = p.merchant_id
WHERE p.set_aside_at IS NOT NULL AND p.state IN ('open', 'closed', 'payment due')
ORDER BY p.set_aside_at, p.id;";

const EXISTS: &str = "
SELECT count(*) AS made FROM purchase_orders WHERE id = ?1 AND set_aside_at IS NOT NULL;";

const RETRY: &str = "
UPDATE purchase_orders SET set_aside_at = NULL, set_aside_reason = NULL WHERE id = ?1;";

/// Counts, as `made`, the purchase orders with this id that are set aside.
pub(crate) fn exists(purchase_order: &str) -> String {
    bind(EXISTS, &[text(purchase_order)])
}

/// Lets the next month end work on it again.
pub(crate) fn retry(purchase_order: &str) -> String {
    bind(RETRY, &[text(purchase_order)])
}

//! Claims that nobody confirmed: they are on no purchase order, and expire.

use super::{Store, StoreError, ids_as_json};

/// Claims that have waited since before `?1`, found by an index and once for each order. None of their
/// orders is billed or waits for the owner.
const EXPIRED: &str = "
SELECT s.id FROM orders o JOIN sales s ON s.id = o.sale
WHERE o.waits_for IN ('confirmation', 'payment') AND o.received_at < ?1 AND s.proof = 'claimed'
    AND NOT EXISTS (SELECT 1 FROM orders x WHERE x.sale = s.id
        AND (x.waits_for IS NULL OR x.waits_for NOT IN ('confirmation', 'payment'))) LIMIT ?2";

/// Only what still waits: it may have been confirmed meanwhile.
const DELETE_ORDERS: &str = "
DELETE FROM orders WHERE sale IN (SELECT s.id FROM json_each(?1) j JOIN sales s ON s.id = j.value
        WHERE s.proof = 'claimed')
    AND waits_for IN ('confirmation', 'payment') AND purchase_order_id IS NULL";

const DELETE_SALES: &str = "
DELETE FROM sales WHERE id IN (SELECT value FROM json_each(?1)) AND proof = 'claimed'
    AND NOT EXISTS (SELECT 1 FROM orders WHERE sale = sales.id)";

impl Store {
    /// Deletes claims that were received before `until` and never confirmed or paid: at most `limit`.
    pub(crate) async fn expire_claims(&self, until: i64, limit: i64) -> Result<(), StoreError> {
        let ids = self.ids(EXPIRED, &[until.into(), limit.into()]).await?;
        if ids.is_empty() {
            return Ok(());
        }
        let statements =
            [DELETE_ORDERS, DELETE_SALES].map(|sql| self.statement(sql, &[ids_as_json(&ids)?]));
        self.batch(statements.into_iter().collect::<Result<Vec<_>, _>>()?).await?;
        Ok(())
    }
}

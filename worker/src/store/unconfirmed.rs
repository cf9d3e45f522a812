//! Claims that were never confirmed, including tests: they are on no purchase order, and expire.

use super::{Store, StoreError, ids_as_json};

/// Claims from before `?1` of which no order is billed or waits for the owner or a price. A claim
/// that was billed uses up a limit, so the index of those that use up none is short.
const EXPIRED: &str = "
SELECT s.id FROM sales s
WHERE s.proof = 'claimed' AND s.claimed_trees = 0 AND s.received_at < ?1
    AND NOT EXISTS (SELECT 1 FROM orders WHERE sale = s.id
        AND (purchase_order_id IS NOT NULL OR waits_for IN ('acceptance', 'price'))) LIMIT ?2";

/// Only what is still on no bill: it may have been confirmed meanwhile.
const DELETE_ORDERS: &str = "
DELETE FROM orders WHERE sale IN (SELECT s.id FROM json_each(?1) j JOIN sales s ON s.id = j.value
        WHERE s.proof = 'claimed')
    AND purchase_order_id IS NULL AND coalesce(waits_for, '') NOT IN ('acceptance', 'price')";

const DELETE_SALES: &str = "
DELETE FROM sales WHERE id IN (SELECT value FROM json_each(?1)) AND proof = 'claimed'
    AND NOT EXISTS (SELECT 1 FROM orders WHERE sale = sales.id)";

impl Store {
    /// Deletes claims that were received before `until` and never confirmed or paid: at most
    /// `limit`.
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

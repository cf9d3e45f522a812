//! The close of purchase orders: each statement guards on the state, so that a second closer changes
//! nothing.

use serde::Deserialize;

use super::purchase_order_lines::lines_so_far;
use super::purchase_orders::CARRIED_INTO;
use super::{Store, StoreError, Value};

/// A row of which only the id is asked.
#[derive(Deserialize)]
pub(crate) struct IdRow {
    pub(crate) id: String,
}

/// A closed purchase order that nobody has yet been asked to pay.
#[derive(Deserialize)]
pub(crate) struct UnsealedRow {
    pub(crate) id: String,
    pub(crate) currency: String,
    /// Minor units of `currency`.
    pub(crate) total: i64,
}

const DUE: &str = "
SELECT id FROM purchase_orders WHERE state = 'open' AND ends_at <= ?1 ORDER BY ends_at, id LIMIT ?2";

const IS_DUE: &str =
    "p.id IN (SELECT value FROM json_each(?1)) AND p.state = 'open' AND p.ends_at <= ?2";

/// A month of which nothing is left, after refunds, makes no purchase order.
const DROP_EMPTY: &str = "
DELETE FROM purchase_orders AS p WHERE {due}
    AND NOT EXISTS (SELECT 1 FROM orders WHERE purchase_order_id = p.id)
    AND NOT EXISTS (SELECT 1 FROM credits WHERE purchase_order_id = p.id)";

const FREEZE: &str = "
INSERT INTO purchase_order_lines (purchase_order_id, kind, campaign_id, campaign, shop_id, shop,
    unit_price, orders, trees, total)";

/// What waited is now on this one.
const TAKE_CARRIED: &str = "
UPDATE carried_over AS v SET to_purchase_order_id = p.id
FROM purchase_orders p WHERE v.to_purchase_order_id IS NULL AND ({carried}) AND {due}";

const CLOSE: &str = "
UPDATE purchase_orders AS p SET state = 'closed', closed_at = ?2,
    trees = (SELECT coalesce(sum(trees), 0) FROM purchase_order_lines
        WHERE purchase_order_id = p.id),
    total = (SELECT coalesce(sum(total), 0) FROM purchase_order_lines
        WHERE purchase_order_id = p.id)
WHERE {due}";

const UNSEALED: &str =
    "SELECT id, currency, total FROM purchase_orders WHERE state = 'closed' LIMIT ?1";

/// A saved card is charged at once. Without one, a closed purchase order waits for its pay link to
/// be used.
const SEAL: &str = "
UPDATE purchase_orders SET digest = ?2, state = 'payment due', next_attempt_at = closed_at
WHERE id = ?1 AND state = 'closed'";

const CARRY_OVER: &str = "
INSERT INTO carried_over (from_purchase_order_id, merchant_id, currency, amount)
SELECT id, merchant_id, currency, total FROM purchase_orders
WHERE id = ?1 AND state = 'closed' AND total <> 0";

const SEAL_CARRIED: &str = "
UPDATE purchase_orders SET digest = ?2, state = 'carried over' WHERE id = ?1 AND state = 'closed'";

impl Store {
    /// The ids of open purchase orders whose month was over at `now`, oldest first.
    pub(crate) async fn due_purchase_orders(
        &self,
        now: i64,
        limit: i64,
    ) -> Result<Vec<IdRow>, StoreError> {
        self.all(DUE, &[now.into(), limit.into()]).await
    }

    /// Freezes the lines and totals of those that are still open and due at `now`, in one
    /// transaction; answers how many that were.
    pub(crate) async fn close_purchase_orders(
        &self,
        ids: &[IdRow],
        now: i64,
    ) -> Result<usize, StoreError> {
        let ids: Vec<&str> = ids.iter().map(|row| row.id.as_str()).collect();
        let ids = serde_json::to_string(&ids)
            .map_err(|_| StoreError::Failed("ids could not be written as JSON".into()))?;
        let values: [Value; 2] = [ids.into(), now.into()];
        let freeze = format!("{FREEZE} {}", lines_so_far(IS_DUE));
        let take = TAKE_CARRIED.replace("{carried}", CARRIED_INTO);
        let statements = [DROP_EMPTY, &freeze, &take, CLOSE].map(|sql| {
            // A month of which nothing is left
            self.statement(&sql.replace("{due}", IS_DUE), &values)
        });
        let statements = statements.into_iter().collect::<Result<Vec<_>, _>>()?;
        let results = self.batch(statements).await?;
        let meta = results.last().map(worker::D1Result::meta).transpose()?.flatten();
        Ok(meta.and_then(|meta| meta.changes).unwrap_or_default())
    }

    /// Closed purchase orders that nobody has yet been asked to pay.
    pub(crate) async fn unsealed_purchase_orders(
        &self,
        limit: i64,
    ) -> Result<Vec<UnsealedRow>, StoreError> {
        self.all(UNSEALED, &[limit.into()]).await
    }

    /// Stores the digest over the frozen lines and makes the purchase order payable; once.
    pub(crate) async fn seal_purchase_order(
        &self,
        id: &str,
        digest: &str,
    ) -> Result<(), StoreError> {
        self.write(SEAL, &[id.into(), digest.into()]).await?;
        Ok(())
    }

    /// The same for one that is too small to be paid: its total waits for the next close; once.
    pub(crate) async fn carry_over(&self, id: &str, digest: &str) -> Result<(), StoreError> {
        let carry = self.statement(CARRY_OVER, &[id.into()])?;
        let seal = self.statement(SEAL_CARRIED, &[id.into(), digest.into()])?;
        self.batch(vec![carry, seal]).await.map(|_| ())
    }
}

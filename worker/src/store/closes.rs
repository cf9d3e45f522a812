//! The close of purchase orders: each statement guards on the state, so that a second closer
//! changes nothing.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::purchase_order_lines::lines_so_far;
use super::purchase_orders::CARRIED_INTO;
use super::set_aside::set_aside_too_large;
use super::{Store, StoreError, Value, ids_as_json, rows, to_json};

/// A closed purchase order whose payer has not been asked to pay yet.
#[derive(Deserialize)]
pub(crate) struct UnfinalizedRow {
    pub(crate) id: String,
    pub(crate) period: String,
    pub(crate) sequence: i64,
    pub(crate) currency: String,
    pub(crate) trees: i64,
    /// Minor units of `currency`.
    pub(crate) total: i64,
    /// The number of its orders and credits.
    pub(crate) items: i64,
    /// The digest of the lines and of the items up to `digest_after`, if a page was stored.
    pub(crate) digest_so_far: Option<String>,
    pub(crate) digest_after: Option<String>,
}

/// A closed purchase order and its digest.
#[derive(Serialize)]
pub(crate) struct Finalization {
    pub(crate) id: String,
    pub(crate) digest: String,
}

const DUE: &str = "
SELECT id FROM purchase_orders 
WHERE state = 'open' AND ends_at <= ?1 AND set_aside_at IS NULL ORDER BY ends_at LIMIT ?2";

const IS_DUE: &str = "p.id IN (SELECT value FROM json_each(?1)) AND p.state = 'open'
    AND p.ends_at <= ?2 AND p.set_aside_at IS NULL";

/// A month of which nothing is left, after refunds, makes no purchase order.
const DROP_EMPTY: &str = "
DELETE FROM purchase_orders AS p WHERE {due}
    AND NOT EXISTS (SELECT 1 FROM orders WHERE purchase_order_id = p.id)
    AND NOT EXISTS (SELECT 1 FROM credits WHERE purchase_order_id = p.id)";

const FREEZE: &str = "
INSERT INTO purchase_order_lines (purchase_order_id, kind, campaign_id, campaign, shop_id, shop,
    unit_price, orders, trees, total)";

/// Carried-over totals are now on this one.
const TAKE_CARRIED: &str = "
UPDATE carried_over AS v SET to_purchase_order_id = p.id
FROM purchase_orders p WHERE v.to_purchase_order_id IS NULL AND ({carried}) AND {due}";

/// The numbers of a month go on from the last one that was given.
const CLOSE: &str = "
UPDATE purchase_orders AS p SET state = 'closed', closed_at = ?2,
    sequence = n.after + n.nth,
    trees = (SELECT coalesce(sum(trees), 0) FROM purchase_order_lines
        WHERE purchase_order_id = p.id),
    total = (SELECT coalesce(sum(total), 0) FROM purchase_order_lines
        WHERE purchase_order_id = p.id)
FROM (SELECT p.id, row_number() OVER (PARTITION BY p.period ORDER BY p.ends_at, p.id) AS nth,
        coalesce((SELECT max(sequence) FROM purchase_orders WHERE period = p.period), 0) AS after
    FROM purchase_orders p WHERE {due}) n
WHERE p.id = n.id
RETURNING id";

const CLOSED: &str = "
SELECT id FROM purchase_orders
WHERE state = 'closed' AND set_aside_at IS NULL ORDER BY closed_at LIMIT ?1";

const UNFINALIZED: &str = "
SELECT id, period, sequence, currency, trees, total,
    (SELECT coalesce(sum(orders), 0) FROM purchase_order_lines WHERE purchase_order_id = p.id) AS items,
    digest_so_far, digest_after
FROM purchase_orders p
WHERE id IN (SELECT value FROM json_each(?1)) AND state = 'closed' AND set_aside_at IS NULL";

/// Repetitions compute the same pages, so an older one that arrives last costs only work.
const STORE_DIGEST_SO_FAR: &str = "
UPDATE purchase_orders SET digest_so_far = ?2, digest_after = ?3 WHERE id = ?1 AND state = 'closed'";

/// The columns that hold a digest. `?1` has the digests by id.
const DIGEST: &str =
    "digest = j.value ->> 'digest', digest_covers = 'orders', digest_so_far = NULL,
    digest_after = NULL";

const IS_FINALIZED_NOW: &str = "p.id = j.value ->> 'id' AND p.state = 'closed'";

/// A saved card is charged at once. Without one, a closed purchase order waits for its pay link to
/// be used. The date of the first reminder is found at once.
const FINALIZE: &str = "
UPDATE purchase_orders AS p SET {digest}, state = 'payment due',
    next_attempt_at = closed_at, next_dunning_at = closed_at
FROM json_each(?1) j WHERE {finalized}";

const CARRY_OVER: &str = "
INSERT INTO carried_over (from_purchase_order_id, merchant_id, currency, amount)
SELECT p.id, p.merchant_id, p.currency, p.total FROM json_each(?1) j JOIN purchase_orders p ON {finalized}
WHERE p.total <> 0";

/// Orders and credits add up to zero.
const FINALIZE_SETTLED: &str = "
UPDATE purchase_orders AS p SET {digest}, state = 'settled'
FROM json_each(?1) j WHERE {finalized}";

const FINALIZE_CARRIED: &str = "
UPDATE purchase_orders AS p SET {digest}, state = 'carried over'
FROM json_each(?1) j WHERE {finalized}";

impl Store {
    /// The ids of open purchase orders whose month was over at `now`, oldest first.
    pub(crate) async fn due_purchase_orders(
        &self,
        now: i64,
        limit: i64,
    ) -> Result<Vec<String>, StoreError> {
        self.ids(DUE, &[now.into(), limit.into()]).await
    }

    /// The ids of purchase orders that were closed and are not yet finalized, oldest first.
    pub(crate) async fn closed_purchase_orders(
        &self,
        limit: i64,
    ) -> Result<Vec<String>, StoreError> {
        self.ids(CLOSED, &[limit.into()]).await
    }

    /// Sets aside those that are too large. Freezes the lines and totals of those that are still
    /// open and due at `now`, and numbers them, in one transaction. Returns their number.
    pub(crate) async fn close_purchase_orders(
        &self,
        ids: &[String],
        now: i64,
    ) -> Result<usize, StoreError> {
        let values: [Value; 2] = [ids_as_json(ids)?, now.into()];
        let freeze = format!("{FREEZE} {}", lines_so_far(IS_DUE, |of| format!("sum({of})")));
        let take = TAKE_CARRIED.replace("{carried}", CARRIED_INTO);
        let statements = [&set_aside_too_large(), DROP_EMPTY, &freeze, &take, CLOSE]
            .map(|sql| self.statement(&sql.replace("{due}", IS_DUE), &values));
        let statements = statements.into_iter().collect::<Result<Vec<_>, _>>()?;
        let results = self.batch(statements).await?;
        // Not the count of changes, which takes in what triggers changed.
        let closed = results.last().map(rows::<IgnoredAny>).transpose()?;
        Ok(closed.map_or(0, |closed| closed.len()))
    }

    /// Returns those of the purchase orders that are closed and whose payer has not been asked to
    /// pay yet. One that is too large is set aside.
    pub(crate) async fn unfinalized_purchase_orders(
        &self,
        ids: &[String],
        now: i64,
    ) -> Result<Vec<UnfinalizedRow>, StoreError> {
        let too_large = [ids_as_json(ids)?, now.into()];
        let set_aside = self.statement(&set_aside_too_large(), &too_large)?;
        let unfinalized = self.statement(UNFINALIZED, &[ids_as_json(ids)?])?;
        let results = self.batch(vec![set_aside, unfinalized]).await?;
        results.last().map_or_else(|| Ok(Vec::new()), rows)
    }

    /// Stores how far the digest of a large purchase order has come: up to its item `after`.
    pub(crate) async fn store_digest_so_far(
        &self,
        id: &str,
        digest: &str,
        after: &str,
    ) -> Result<(), StoreError> {
        self.write(STORE_DIGEST_SO_FAR, &[id.into(), digest.into(), after.into()]).await?;
        Ok(())
    }

    /// Stores the digests and makes the purchase orders payable; those that
    /// come to nothing are settled, and the totals of those that are too small to be paid wait for
    /// the next close. Once, in one transaction.
    pub(crate) async fn finalize_purchase_orders(
        &self,
        payable: &[Finalization],
        settled: &[Finalization],
        too_small: &[Finalization],
    ) -> Result<(), StoreError> {
        let [payable, settled, too_small] =
            [payable, settled, too_small].map(|finalizations| to_json(finalizations, "digests"));
        let (payable, settled, too_small) = (payable?, settled?, too_small?);
        let statements = [
            (FINALIZE, &payable),
            (FINALIZE_SETTLED, &settled),
            (CARRY_OVER, &too_small),
            (FINALIZE_CARRIED, &too_small),
        ]
        .map(|(sql, finalizations)| {
            self.statement(
                &sql.replace("{finalized}", IS_FINALIZED_NOW).replace("{digest}", DIGEST),
                &[finalizations.as_str().into()],
            )
        });
        self.batch(statements.into_iter().collect::<Result<Vec<_>, _>>()?).await?;
        Ok(())
    }
}

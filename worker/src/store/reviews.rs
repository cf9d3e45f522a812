//! Claims that wait for the owner's review, and the owner's word on them.

use serde::Deserialize;

use super::campaigns::of_merchant_as_json;
use super::ordering_terms::{OrderingTerms, TERMS};
use super::{Store, StoreError, has_rows};

/// A claim that waits for the owner's review, or for the webhook of its shop.
#[derive(Deserialize)]
pub(crate) struct WaitingClaim {
    /// Our id of the sale.
    pub(crate) id: String,
    /// The shop's own order id.
    pub(crate) sale_id: String,
    pub(crate) shop: String,
    /// The bound that it exceeds; `None` if it exceeds none.
    pub(crate) held_because: Option<String>,
    pub(crate) trees: i64,
    pub(crate) received_at: i64,
}

/// A merchant, with all that its word on a sale needs.
#[derive(Deserialize)]
pub(crate) struct SalesOwner {
    #[serde(flatten)]
    pub(crate) terms: OrderingTerms,
    /// The merchant's campaigns, as a JSON array of [`order_events::Campaign`].
    pub(crate) campaigns: String,
}

const OWNER: &str = "
SELECT {terms}, ({campaigns}) AS campaigns
FROM merchants m WHERE m.id = ?1";

const HELD: &str = "
SELECT s.id, s.sale_id, h.name AS shop, s.held_because, s.received_at,
    coalesce((SELECT sum(trees) FROM orders WHERE sale = s.id), 0) AS trees
FROM shops h JOIN sales s ON s.shop_id = h.id
WHERE h.merchant_id = ?1 AND s.held_because IS NOT NULL
ORDER BY s.received_at, s.id LIMIT ?2";

/// Claims that a webhook never confirmed before it was removed.
const VOID: &str = "
SELECT s.id, s.sale_id, h.name AS shop, s.held_because, s.received_at, sum(o.trees) AS trees
FROM orders o JOIN sales s ON s.id = o.sale JOIN shops h ON h.id = s.shop_id
WHERE o.merchant_id = ?1 AND o.waits_for = 'acceptance' AND o.test = 0 AND s.held_because IS NULL
GROUP BY s.id ORDER BY s.received_at, s.id LIMIT ?2";

/// The held claims of the merchant `?1` that came until `?2`.
const HELD_UNTIL: &str = "
SELECT s.id FROM shops h JOIN sales s ON s.shop_id = h.id
WHERE h.merchant_id = ?1 AND s.held_because IS NOT NULL AND s.received_at <= ?2";

const REJECT_HELD_ORDERS: &str = "
UPDATE orders SET waits_for = NULL, trees = 0, uncapped_trees = 0, capped_trees = 0,
    reason = reason || '; rejected by the owner'
WHERE waits_for = 'acceptance' AND sale IN ({held})";

const REJECT_HELD: &str = "UPDATE sales SET held_because = NULL WHERE id IN ({held})";

/// The orders of the sale `?1` that can be rejected: a closed purchase order never changes.
const REJECTED: &str = "sale = ?1 AND claimed = 1 AND trees > 0 AND NOT EXISTS
    (SELECT 1 FROM purchase_orders WHERE id = orders.purchase_order_id AND state <> 'open')";

const REJECT: &str = "
UPDATE sales SET held_because = NULL, claimed_trees = 0
WHERE id = ?1 AND proof = 'claimed' AND EXISTS (SELECT 1 FROM orders WHERE {rejected})
RETURNING id";

const REJECT_ORDERS: &str = "
UPDATE orders SET waits_for = NULL, trees = 0, uncapped_trees = 0, capped_trees = 0,
    purchase_order_id = NULL,
    reason = reason || '; rejected by the owner'
WHERE {rejected}";

impl Store {
    /// The merchant's claims that wait for a review, oldest first, at most `limit`.
    pub(crate) async fn held_claims(
        &self,
        merchant: &str,
        limit: i64,
    ) -> Result<Vec<WaitingClaim>, StoreError> {
        self.all(HELD, &[merchant.into(), limit.into()]).await
    }

    /// The merchant's claims that are void since the webhook of their shop was removed, oldest
    /// first, at most `limit`.
    pub(crate) async fn void_claims(
        &self,
        merchant: &str,
        limit: i64,
    ) -> Result<Vec<WaitingClaim>, StoreError> {
        self.all(VOID, &[merchant.into(), limit.into()]).await
    }

    /// The merchant, as its word on a sale needs it.
    pub(crate) async fn sales_owner(&self, id: &str) -> Result<Option<SalesOwner>, StoreError> {
        let sql = OWNER.replace("{terms}", TERMS).replace("{campaigns}", &of_merchant_as_json());
        self.first(&sql, &[id.into()]).await
    }

    /// Rejects the merchant's held claims that came until this instant.
    pub(crate) async fn reject_held_claims(
        &self,
        merchant: &str,
        until: i64,
    ) -> Result<(), StoreError> {
        let values = [merchant.into(), until.into()];
        let statement = |sql: &str| self.statement(&sql.replace("{held}", HELD_UNTIL), &values);
        let statements = vec![statement(REJECT_HELD_ORDERS)?, statement(REJECT_HELD)?];
        self.batch(statements).await.map(|_| ())
    }

    /// Rejects the claim that is the sale with this id of ours; `false` if it has no order that
    /// rests on a claim and is not on a closed purchase order.
    pub(crate) async fn reject_claim(&self, sale: &str) -> Result<bool, StoreError> {
        let statement =
            |sql: &str| self.statement(&sql.replace("{rejected}", REJECTED), &[sale.into()]);
        let results = self.batch(vec![statement(REJECT)?, statement(REJECT_ORDERS)?]).await?;
        has_rows(results.first())
    }
}

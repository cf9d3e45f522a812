//! The tables `purchase_orders` and `purchase_order_lines`: open, closed once, never changed after.

use serde::Deserialize;

use super::{Store, StoreError, Value};
use crate::access::owned::Resource;

/// A purchase order as it is stored; of an open one, `trees` and `total` are what it holds so far.
#[derive(Clone, Deserialize)]
pub(crate) struct PurchaseOrderRow {
    pub(crate) id: String,
    pub(crate) merchant: String,
    pub(crate) time_zone: String,
    pub(crate) period: String,
    pub(crate) starts_at: i64,
    pub(crate) ends_at: i64,
    /// `open`, `closed`, `payment due` or `paid`.
    pub(crate) state: String,
    pub(crate) currency: String,
    pub(crate) trees: i64,
    /// Minor units of `currency`.
    pub(crate) total: i64,
    /// SHA-256 over the lines, in hexadecimal.
    pub(crate) digest: Option<String>,
    pub(crate) closed_at: Option<i64>,
    pub(crate) paid_at: Option<i64>,
}

/// The orders of one campaign in one shop at one price.
#[derive(Deserialize)]
pub(crate) struct LineRow {
    pub(crate) campaign_id: String,
    pub(crate) campaign: String,
    pub(crate) shop_id: String,
    pub(crate) shop: String,
    pub(crate) unit_price: i64,
    pub(crate) orders: i64,
    pub(crate) trees: i64,
    pub(crate) total: i64,
}

const SELECT: &str = "
SELECT p.id, m.name AS merchant, m.time_zone, p.period, p.starts_at, p.ends_at, p.state, p.currency,
    coalesce(p.trees, (SELECT sum(trees) FROM orders WHERE purchase_order_id = p.id), 0) AS trees,
    coalesce(p.total,
        (SELECT sum(trees * unit_price) FROM orders WHERE purchase_order_id = p.id), 0) AS total,
    p.digest, p.closed_at, p.paid_at
FROM purchase_orders p JOIN merchants m ON m.id = p.merchant_id";

/// What the lines of an open purchase order would be, were it closed now.
const LINES_SO_FAR: &str = "
SELECT o.purchase_order_id, coalesce(o.campaign_id, '') AS campaign_id,
    coalesce(c.name, 'Ordered by API') AS campaign, coalesce(s.shop_id, '') AS shop_id,
    coalesce(h.name, '') AS shop, o.unit_price, count(*) AS orders, sum(o.trees) AS trees,
    sum(o.trees * o.unit_price) AS total
FROM purchase_orders p
JOIN orders o ON o.purchase_order_id = p.id
LEFT JOIN sales s ON s.id = o.sale
LEFT JOIN campaigns c ON c.id = o.campaign_id
LEFT JOIN shops h ON h.id = s.shop_id";

const LINES_GROUP: &str = "GROUP BY o.purchase_order_id, o.campaign_id, s.shop_id, o.unit_price";

const LINES: &str = "
SELECT campaign_id, campaign, shop_id, shop, unit_price, orders, trees, total
FROM purchase_order_lines WHERE purchase_order_id = ?1
ORDER BY shop, campaign, unit_price, shop_id, campaign_id";

const DUE: &str = "
SELECT id FROM purchase_orders WHERE state = 'open' AND ends_at <= ?1 ORDER BY ends_at, id LIMIT ?2";

/// Both statements of the close guard on the state, so that a second closer changes nothing.
const CLOSE: &str = "
UPDATE purchase_orders SET state = 'closed', closed_at = ?2,
    trees = (SELECT coalesce(sum(trees), 0) FROM purchase_order_lines
        WHERE purchase_order_id = purchase_orders.id),
    total = (SELECT coalesce(sum(total), 0) FROM purchase_order_lines
        WHERE purchase_order_id = purchase_orders.id)
WHERE id IN (SELECT value FROM json_each(?1)) AND state = 'open' AND ends_at <= ?2";

const UNSEALED: &str = "SELECT id FROM purchase_orders WHERE state = 'closed' LIMIT ?1";

/// Without a saved card, a closed purchase order waits for its pay link to be used.
const SEAL: &str = "
UPDATE purchase_orders SET digest = ?2, state = 'payment due' WHERE id = ?1 AND state = 'closed'";

/// The id that stands for the purchase order that collects orders now.
const OPEN: &str = "open";

impl Resource for PurchaseOrderRow {
    const NAME: &'static str = "purchase order";

    async fn load(store: &Store, merchant: &str, id: &str) -> Result<Option<Self>, StoreError> {
        let sql = format!(
            "{SELECT} WHERE p.merchant_id = ?1 AND (p.id = ?2 OR (?2 = '{OPEN}' AND p.state = 'open'))
            ORDER BY p.ends_at DESC LIMIT 1"
        );
        store.first(&sql, &[merchant.into(), id.into()]).await
    }
}

impl Store {
    /// The merchant's purchase orders in this state, or in any, newest month first: at most `limit`,
    /// from behind the purchase order `after` on.
    pub(crate) async fn purchase_orders(
        &self,
        merchant: &str,
        state: Option<&str>,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<PurchaseOrderRow>, StoreError> {
        let sql = format!(
            "{SELECT} WHERE p.merchant_id = ?1 AND (?2 IS NULL OR p.state = ?2)
            AND (?3 IS NULL OR p.ends_at <
                (SELECT ends_at FROM purchase_orders WHERE merchant_id = ?1 AND id = ?3))
            ORDER BY p.ends_at DESC LIMIT ?4"
        );
        self.all(&sql, &[merchant.into(), state.into(), after.into(), limit.into()]).await
    }

    /// The purchase order that a pay link stands for.
    pub(crate) async fn purchase_order_by_link(
        &self,
        link_hash: &str,
    ) -> Result<Option<PurchaseOrderRow>, StoreError> {
        let sql = format!("{SELECT} WHERE p.link_hash = ?1");
        self.first(&sql, &[link_hash.into()]).await
    }

    /// Its lines: frozen once it is closed, as they would be now while it is open.
    pub(crate) async fn lines(&self, order: &PurchaseOrderRow) -> Result<Vec<LineRow>, StoreError> {
        if order.state == "open" {
            let sql =
                format!("{LINES_SO_FAR} WHERE p.id = ?1 {LINES_GROUP} ORDER BY h.name, c.name");
            return self.all(&sql, &[order.id.as_str().into()]).await;
        }
        self.frozen_lines(&order.id).await
    }

    /// The lines of a closed purchase order.
    pub(crate) async fn frozen_lines(&self, id: &str) -> Result<Vec<LineRow>, StoreError> {
        self.all(LINES, &[id.into()]).await
    }

    /// The ids of open purchase orders whose month was over at `now`, oldest first.
    pub(crate) async fn due_purchase_orders(
        &self,
        now: i64,
        limit: i64,
    ) -> Result<Vec<IdRow>, StoreError> {
        self.all(DUE, &[now.into(), limit.into()]).await
    }

    /// Freezes the lines and totals of those that are still open and due at `now`; one transaction.
    pub(crate) async fn close_purchase_orders(
        &self,
        ids: &[IdRow],
        now: i64,
    ) -> Result<usize, StoreError> {
        let ids: Vec<&str> = ids.iter().map(|row| row.id.as_str()).collect();
        let ids = serde_json::to_string(&ids)
            .map_err(|_| StoreError::Failed("ids could not be written as JSON".into()))?;
        let freeze = format!(
            "INSERT INTO purchase_order_lines (purchase_order_id, campaign_id, campaign, shop_id,
                shop, unit_price, orders, trees, total)
            {LINES_SO_FAR}
            WHERE p.id IN (SELECT value FROM json_each(?1)) AND p.state = 'open' AND p.ends_at <= ?2
            {LINES_GROUP}"
        );
        let values: [Value; 2] = [ids.into(), now.into()];
        let statements = vec![self.statement(&freeze, &values)?, self.statement(CLOSE, &values)?];
        let results = self.batch(statements).await?;
        let meta = results.last().map(worker::D1Result::meta).transpose()?.flatten();
        Ok(meta.and_then(|meta| meta.changes).unwrap_or_default())
    }

    /// The ids of closed purchase orders that nobody has yet been asked to pay.
    pub(crate) async fn unsealed_purchase_orders(
        &self,
        limit: i64,
    ) -> Result<Vec<IdRow>, StoreError> {
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
}

/// A row of which only the id is asked.
#[derive(Deserialize)]
pub(crate) struct IdRow {
    pub(crate) id: String,
}

//! The newest rows of the table `sales`, by the index of their arrival.

use order_events::{Proof, SaleFacts, SaleStatus};
use serde::Deserialize;

use super::{Store, StoreError, bounded_sum};
use crate::store::shops::CONNECTED_AT;

/// A sale as far as a campaign can be tried on it.
#[derive(Deserialize)]
pub(crate) struct RecentSale {
    pub(crate) shop_id: String,
    /// When the shop was connected.
    pub(crate) connected_at: i64,
    facts: String,
    /// True if its trees would be billed: no test, not held for review, and confirmed where the
    /// shop's webhook confirms sales. 0 or 1.
    pub(crate) is_billable: i64,
    /// Sales that were found within [`RecentSales::sales_max`] of each shop, with those beyond the
    /// bytes.
    pub(crate) found: i64,
}

/// Which sales are wanted.
pub(crate) struct RecentSales {
    /// From this instant on, in milliseconds since 1970.
    pub(crate) received_from: i64,
    pub(crate) sales_max: i64,
    /// Bytes of all their facts together, at most. The newest sale is read whatever its size.
    pub(crate) bytes_max: i64,
}

/// Each shop's newest sales are read by the index; then the newest of all shops remain.
const SELECT: &str = "
SELECT shop_id, connected_at, facts, is_billable, found FROM (
    SELECT s.shop_id, {connected_at} AS connected_at, s.facts, s.received_at, s.id,
        s.test = 0 AND s.mode = 'live' AND s.held_because IS NULL
            AND (s.proof = 'verified' OR h.webhook_first_at IS NULL) AS is_billable,
        sum(length(s.facts)) OVER (ORDER BY s.received_at DESC, s.id DESC) AS bytes,
        count(*) OVER () AS found
    FROM shops h JOIN sales s ON s.rowid IN (SELECT rowid FROM sales
        WHERE shop_id = h.id AND received_at >= ?2 ORDER BY received_at DESC, id DESC LIMIT ?3)
    WHERE h.merchant_id = ?1 AND h.deleted_at IS NULL)
WHERE bytes <= ?4 OR bytes = length(facts) ORDER BY received_at DESC, id DESC LIMIT ?3";

/// The last sale that a shop reported, other than one of which only refunds are known.
#[derive(Deserialize)]
pub(crate) struct LatestSale {
    /// Our id of it.
    pub(crate) id: String,
    /// The shop's own order id.
    pub(crate) sale_id: String,
    /// The number that the shop and its customers see.
    pub(crate) number: Option<String>,
    pub(crate) proof: Proof,
    pub(crate) status: SaleStatus,
    /// True if it is never billed: 0 or 1.
    pub(crate) is_test: i64,
    /// True if it waits for the owner's review: 0 or 1.
    pub(crate) is_held: i64,
    pub(crate) received_at: i64,
    /// Trees of all its orders.
    pub(crate) trees: i64,
}

const LATEST: &str = "
SELECT s.id, s.sale_id, s.number, s.proof, s.status, s.test = 1 OR s.mode = 'test' AS is_test,
    s.held_because IS NOT NULL AS is_held, s.received_at,
    (SELECT {trees} FROM orders WHERE sale = s.id) AS trees
FROM shops h JOIN sales s ON s.shop_id = h.id
WHERE h.merchant_id = ?1 AND h.id = ?2 AND s.status IS NOT NULL
ORDER BY s.received_at DESC, s.id DESC LIMIT 1";

impl RecentSale {
    /// The stored facts of it.
    pub(crate) fn facts(&self) -> Result<SaleFacts, StoreError> {
        serde_json::from_str(&self.facts)
            .map_err(|_| StoreError::Failed("stored facts of a sale could not be read".into()))
    }
}

impl Store {
    /// The newest sales of the merchant's shops, newest first.
    pub(crate) async fn recent_sales(
        &self,
        merchant: &str,
        wanted: &RecentSales,
    ) -> Result<Vec<RecentSale>, StoreError> {
        let values = [
            merchant.into(),
            wanted.received_from.into(),
            wanted.sales_max.into(),
            wanted.bytes_max.into(),
        ];
        self.all(&SELECT.replace("{connected_at}", CONNECTED_AT), &values).await
    }

    /// The last sale that a shop of the merchant reported.
    pub(crate) async fn latest_sale(
        &self,
        merchant: &str,
        shop: &str,
    ) -> Result<Option<LatestSale>, StoreError> {
        let sql = LATEST.replace("{trees}", &bounded_sum("trees"));
        self.first(&sql, &[merchant.into(), shop.into()]).await
    }
}

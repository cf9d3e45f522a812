//! Orders that wait for a price of a tree.

use serde::Deserialize;

use super::campaigns::as_json;
use super::sales::KnownSale;
use super::{Store, StoreError};
use crate::domain::states::Environment;
use crate::store::shops::CONNECTED_AT;

/// A sale with an order that waits for a price, with all that judging it again needs.
#[derive(Deserialize)]
pub(crate) struct UnpricedSale {
    #[serde(flatten)]
    pub(crate) known: KnownSale,
    pub(crate) merchant_id: String,
    pub(crate) shop_id: String,
    pub(crate) mode: Environment,
    pub(crate) sale_id: String,
    pub(crate) time_zone: String,
    pub(crate) currency: String,
    pub(crate) latest_period_ends_at: Option<i64>,
}

/// Orders that wait for a price in one currency.
#[derive(Deserialize)]
pub(crate) struct UnpricedCurrency {
    pub(crate) currency: String,
    pub(crate) orders: i64,
}

/// In no order, so that sales that cannot be billed yet do not stand before the others for good.
const PRICED: &str = "
SELECT s.id, s.facts, s.written_by, s.proof, s.received_at, s.paused_since, m.id AS merchant_id,
    s.shop_id, s.mode, s.sale_id, {connected_at} AS connected_at, m.time_zone, m.currency,
    (SELECT max(ends_at) FROM purchase_orders WHERE merchant_id = m.id) AS latest_period_ends_at,
    (SELECT {campaigns} FROM json_each(s.evaluated_under) j JOIN campaign_versions v
        ON v.campaign_id = j.value ->> 0 AND v.version = j.value ->> 1) AS campaigns
FROM sales s JOIN shops h ON h.id = s.shop_id JOIN merchants m ON m.id = h.merchant_id
WHERE s.id IN (SELECT sale FROM orders WHERE waits_for = 'price')
    AND EXISTS (SELECT 1 FROM tree_prices WHERE currency = m.currency AND valid_from <= ?1)
ORDER BY random() LIMIT ?2";

const WAITING: &str = "
SELECT m.currency, count(*) AS orders FROM orders o JOIN merchants m ON m.id = o.merchant_id
WHERE o.waits_for = 'price'
    AND NOT EXISTS (SELECT 1 FROM tree_prices WHERE currency = m.currency AND valid_from <= ?1)
GROUP BY m.currency ORDER BY m.currency";

impl Store {
    /// Sales whose orders waited for a price that there is `now`.
    pub(crate) async fn priced_sales(
        &self,
        now: i64,
        limit: i64,
    ) -> Result<Vec<UnpricedSale>, StoreError> {
        let sql = PRICED
            .replace("{campaigns}", &as_json("v", "campaign_id"))
            .replace("{connected_at}", CONNECTED_AT);
        self.all(&sql, &[now.into(), limit.into()]).await
    }

    /// The currencies in which orders wait for a price.
    pub(crate) async fn unpriced_currencies(
        &self,
        now: i64,
    ) -> Result<Vec<UnpricedCurrency>, StoreError> {
        self.all(WAITING, &[now.into()]).await
    }
}

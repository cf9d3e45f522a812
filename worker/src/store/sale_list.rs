//! The table `sales`, as its owner reads it; [`super::sales`] writes it.

use order_events::{Campaign, Proof, SaleFacts, SaleStatus};
use serde::Deserialize;

use super::campaigns::as_json;
use super::orders::{OrderRow, of_sale_id};
use super::{Store, StoreError, Value};
use crate::domain::states::Environment;
use crate::store::resource::Resource;
use crate::store::shops::CONNECTED_AT;

/// A sale as it is stored, with the campaigns that it was evaluated under.
#[derive(Deserialize)]
pub(crate) struct SaleRow {
    pub(crate) id: String,
    pub(crate) shop_id: String,
    /// When the shop was connected.
    pub(crate) connected_at: i64,
    pub(crate) mode: Environment,
    /// The shop's own order id.
    pub(crate) sale_id: String,
    /// The number that the shop and its customers see.
    pub(crate) number: Option<String>,
    pub(crate) proof: Proof,
    /// `None` while only refunds are known.
    pub(crate) status: Option<SaleStatus>,
    pub(crate) test: i64,
    facts: String,
    campaigns: String,
    /// The start of the pause in which it was first reported.
    pub(crate) paused_since: Option<i64>,
    /// Why the owner has to review it.
    pub(crate) held_because: Option<String>,
    pub(crate) sold_at: i64,
    pub(crate) received_at: i64,
}

/// Which sales are wanted; `None` is any.
pub(crate) struct SaleFilter<'a> {
    pub(crate) shop: Option<&'a str>,
    /// The shop's own order id, or the number that its customers see.
    pub(crate) sale: Option<&'a str>,
    /// Tests only.
    pub(crate) is_test: bool,
}

const SELECT: &str = "
SELECT s.id, s.shop_id, {connected_at} AS connected_at, s.mode, s.sale_id, s.number, s.proof, s.status,
    s.test, s.facts, s.paused_since, s.held_because, s.sold_at, s.received_at,
    (SELECT {campaigns} FROM json_each(s.evaluated_under) j JOIN campaign_versions v
        ON v.campaign_id = j.value ->> 0 AND v.version = j.value ->> 1) AS campaigns
FROM shops h JOIN sales s ON s.shop_id = h.id WHERE h.merchant_id = ?1";

/// A condition on a sale `s`: its shop's order id or its number is the parameter.
pub(super) const IS_NAMED: &str = "(s.sale_id = {sale} OR s.number = ltrim({sale}, '#'))";

fn select() -> String {
    SELECT
        .replace("{campaigns}", &as_json("v", "campaign_id"))
        .replace("{connected_at}", CONNECTED_AT)
}

impl SaleRow {
    /// Returns `true` for a test, which is never billed.
    pub(crate) fn is_test(&self) -> bool {
        self.test != 0 || self.mode == Environment::Test
    }

    /// The stored facts of it.
    pub(crate) fn facts(&self) -> Result<SaleFacts, StoreError> {
        serde_json::from_str(&self.facts)
            .map_err(|_| StoreError::Failed("stored facts of a sale could not be read".into()))
    }

    /// The campaigns under which it was evaluated, as they were then.
    pub(crate) fn campaigns(&self) -> Result<Vec<Campaign>, StoreError> {
        serde_json::from_str(&self.campaigns)
            .map_err(|_| StoreError::Failed("a stored campaign could not be read".into()))
    }
}

impl Resource for SaleRow {
    const NAME: &'static str = "sale";

    async fn load(store: &Store, merchant: &str, id: &str) -> Result<Option<Self>, StoreError> {
        let sql = format!("{} AND s.id = ?2", select());
        store.first(&sql, &[merchant.into(), id.into()]).await
    }

    fn is_live_only(&self) -> bool {
        !self.is_test()
    }
}

impl Store {
    /// The merchant's sales, by shop and by the shop's order id: at most `limit`, from behind the
    /// sale `after` on.
    pub(crate) async fn sales(
        &self,
        merchant: &str,
        filter: &SaleFilter<'_>,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<SaleRow>, StoreError> {
        let is_named = IS_NAMED.replace("{sale}", "?5");
        let named = if filter.sale.is_some() { is_named.as_str() } else { "?5 IS NULL" };
        let sql = format!(
            "{} AND (?2 IS NULL OR (s.shop_id, s.mode, s.sale_id) >
                (SELECT shop_id, mode, sale_id FROM sales WHERE id = ?2))
            AND (?4 IS NULL OR h.id = ?4) AND {named}
            AND (?6 = 0 OR s.test = 1 OR s.mode = 'test')
            ORDER BY s.shop_id, s.mode, s.sale_id LIMIT ?3",
            select()
        );
        let values: [Value; 6] = [
            merchant.into(),
            after.into(),
            limit.into(),
            filter.shop.into(),
            filter.sale.into(),
            i64::from(filter.is_test).into(),
        ];
        self.all(&sql, &values).await
    }

    /// Returns true if the merchant has a sale with this id of ours.
    pub(crate) async fn has_sale(&self, merchant: &str, id: &str) -> Result<bool, StoreError> {
        Ok(SaleRow::load(self, merchant, id).await?.is_some())
    }

    /// The orders of a sale.
    pub(crate) async fn orders_of_sale(&self, id: &str) -> Result<Vec<OrderRow>, StoreError> {
        self.all(&of_sale_id(), &[id.into()]).await
    }
}

//! The table `orders`, as it is read; [`super::order_writes`] and [`super::bought_trees`] write it.

use std::sync::LazyLock;

use order_events::Proof;
use serde::Deserialize;

use super::sale_list::IS_NAMED;
use super::{Store, StoreError};
use crate::crypto::ids::start_of_id;
use crate::domain::states::OrderState;
use crate::store::resource::Resource;

/// An order as it is stored.
#[derive(Deserialize)]
pub(crate) struct OrderRow {
    pub(crate) id: String,
    pub(crate) shop_id: Option<String>,
    /// The shop's own order id.
    pub(crate) sale_id: Option<String>,
    pub(crate) campaign_id: Option<String>,
    pub(crate) campaign_version: Option<u32>,
    pub(crate) campaign: Option<String>,
    /// The merchant's own reference of bought trees.
    pub(crate) reference: Option<String>,
    pub(crate) trees: u32,
    /// The sum of credits after the month was closed: trees taken back are negative.
    pub(crate) credited: i64,
    pub(crate) reason: String,
    pub(crate) proof: Proof,
    pub(crate) test: i64,
    pub(crate) sold_at: i64,
    pub(crate) received_at: i64,
    pub(crate) purchase_order_id: Option<String>,
    /// True if the owner has to accept it: 0 or 1.
    pub(crate) needs_acceptance: i64,
    pub(crate) state: OrderState,
}

impl OrderRow {
    /// Its trees, less what credits took back.
    pub(crate) fn net_trees(&self) -> u64 {
        u64::try_from(i64::from(self.trees).saturating_add(self.credited)).unwrap_or(0)
    }
}

/// Which orders are wanted; `None` is any.
pub(crate) struct OrderFilter<'a> {
    /// From this instant on, in milliseconds since 1970.
    pub(crate) sold_from: Option<i64>,
    /// Before this instant, in milliseconds since 1970.
    pub(crate) sold_until: Option<i64>,
    pub(crate) shop: Option<&'a str>,
    /// The shop's own order id, or the number that its customers see.
    pub(crate) sale: Option<&'a str>,
    /// True if the owner has to accept it.
    pub(crate) needs_acceptance: Option<bool>,
    /// The state of the purchase order, or why there is none.
    pub(crate) state: Option<OrderState>,
    pub(crate) proof: Option<Proof>,
    /// Test orders only.
    pub(crate) is_test: bool,
}

/// The state of an order `o` of a sale `s` on a purchase order `p`, or why it is on none.
pub(super) const STATE: &str = "CASE WHEN o.test = 1 THEN 'test' WHEN o.trees = 0 THEN 'void'
    ELSE CASE o.waits_for WHEN 'payment' THEN 'awaiting payment'
        WHEN 'confirmation' THEN 'unconfirmed'
        WHEN 'acceptance' THEN iif(s.held_because IS NULL, 'void', 'held for review')
        WHEN 'price' THEN 'awaiting price' ELSE p.state END END";

const SELECT: &str = "
SELECT o.id, s.shop_id, s.sale_id, o.campaign_id, o.campaign_version,
    c.name AS campaign, o.reference, o.trees,
    o.credited, o.reason, coalesce(s.proof, 'verified') AS proof, o.test, o.sold_at, o.received_at,
    o.purchase_order_id, o.waits_for IS 'acceptance' AND o.test = 0 AS needs_acceptance, {state} AS state
FROM orders o
LEFT JOIN sales s ON s.id = o.sale
LEFT JOIN campaigns c ON c.id = o.campaign_id
LEFT JOIN purchase_orders p ON p.id = o.purchase_order_id";

const IN_SALES: &str = "o.sale IN (
    SELECT s.id FROM shops h JOIN sales s ON s.shop_id = h.id WHERE h.merchant_id = ?1 AND {is_named})";

impl Resource for OrderRow {
    const NAME: &'static str = "order";

    async fn load(store: &Store, merchant: &str, id: &str) -> Result<Option<Self>, StoreError> {
        let sql = select(
            "o.merchant_id = ?1 AND (o.id = ?2 OR (o.id >= ?3 AND o.id < ?3 || 'g')) LIMIT 1",
        );
        store.first(&sql, &[merchant.into(), id.into(), start_of_id("ord", id).into()]).await
    }

    fn is_live_only(&self) -> bool {
        self.test == 0
    }
}

/// The orders of the sale of shop `?1` in mode `?2` with the shop's own order id `?3`.
pub(super) static OF_SALE: LazyLock<String> =
    LazyLock::new(|| select("s.shop_id = ?1 AND s.mode = ?2 AND s.sale_id = ?3 ORDER BY o.id"));

/// The orders of the sale with our id `?1`.
pub(super) fn of_sale_id() -> String {
    select("o.sale = ?1 ORDER BY o.id")
}

/// The orders for which a condition holds.
fn select(condition: &str) -> String {
    format!("{SELECT} WHERE {condition}").replace("{state}", STATE)
}

impl Store {
    /// The merchant's orders, newest first: at most `limit`, from behind the order `after` on.
    pub(crate) async fn orders(
        &self,
        merchant: &str,
        filter: &OrderFilter<'_>,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<OrderRow>, StoreError> {
        // By the index of the sales' ids, where there is one.
        let named = match filter.sale {
            Some(_) => IN_SALES.replace("{is_named}", &IS_NAMED.replace("{sale}", "?9")),
            None => "?9 IS NULL".to_owned(),
        };
        let sql = select(
            "o.merchant_id = ?1 AND {named} AND (?2 IS NULL OR (o.received_at, o.id) <
                (SELECT received_at, id FROM orders WHERE merchant_id = ?1 AND id = ?2))
            AND (?4 IS NULL OR o.sold_at >= ?4) AND (?5 IS NULL OR o.sold_at < ?5)
            AND (?6 IS NULL OR s.shop_id = ?6)
            AND (?7 IS NULL OR {state} = ?7)
            AND (?8 IS NULL OR coalesce(s.proof, 'verified') = ?8)
            AND (?10 IS NULL OR (o.waits_for IS 'acceptance' AND o.test = 0) = ?10)
            AND (?11 = 0 OR o.test = 1)
            ORDER BY o.received_at DESC, o.id DESC LIMIT ?3",
        )
        .replace("{named}", &named);
        let values = [
            merchant.into(),
            after.into(),
            limit.into(),
            filter.sold_from.into(),
            filter.sold_until.into(),
            filter.shop.into(),
            filter.state.map(OrderState::as_str).into(),
            filter.proof.map(Proof::as_str).into(),
            filter.sale.into(),
            filter.needs_acceptance.map(i64::from).into(),
            i64::from(filter.is_test).into(),
        ];
        self.all(&sql, &values).await
    }
}

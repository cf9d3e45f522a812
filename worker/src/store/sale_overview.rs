//! The tables `sales` and `orders` as Settings > Orders lists them, by the index of their arrival.

use order_events::{Proof, SaleStatus};
use serde::Deserialize;

use super::orders::STATE;
use super::{Statement, Store, StoreError, Value, bounded_sum};
use crate::domain::states::OrderState;

/// A sale with the outcome of its orders.
#[derive(Deserialize)]
pub(crate) struct SaleOverview {
    /// Our id of it.
    pub(crate) id: String,
    /// The shop's own order id.
    pub(crate) sale_id: String,
    /// The number that the shop and its customers see.
    pub(crate) number: Option<String>,
    /// The name of its shop.
    pub(crate) shop: String,
    pub(crate) proof: Proof,
    /// `None` while only refunds are known.
    pub(crate) status: Option<SaleStatus>,
    /// True if it is never billed: 0 or 1.
    pub(crate) is_test: i64,
    /// Why the owner has to review it.
    pub(crate) held_because: Option<String>,
    pub(crate) sold_at: i64,
    /// Trees of all its orders, less what credits took back.
    pub(crate) trees: i64,
    /// Its orders, as a JSON array of [`OrderOverview`].
    orders: String,
}

/// An order of a listed sale.
#[derive(Deserialize)]
pub(crate) struct OrderOverview {
    pub(crate) reason: String,
    pub(crate) state: OrderState,
}

/// Each shop's sales are read by an index; then the newest of all shops remain.
const SELECT: &str = "
SELECT s.id, s.sale_id, s.number, h.name AS shop, s.proof, s.status,
    s.test = 1 OR s.mode = 'test' AS is_test, s.held_because, s.sold_at,
    (SELECT {trees} FROM orders WHERE sale = s.id) AS trees,
    (SELECT json_group_array(json_object('reason', substr(o.reason, 1, 300), 'state', {state}))
        FROM orders o LEFT JOIN purchase_orders p ON p.id = o.purchase_order_id
        WHERE o.sale = s.id) AS orders
FROM shops h JOIN sales s ON s.rowid IN ({wanted})
WHERE h.merchant_id = ?1 ORDER BY s.received_at DESC, s.id DESC LIMIT ?2";

const NEWEST: &str = "
SELECT rowid FROM sales WHERE shop_id = h.id ORDER BY received_at DESC, id DESC LIMIT ?2";

/// The sale `?3` is one of the same merchant.
const BEHIND: &str = "
SELECT rowid FROM sales WHERE shop_id = h.id AND (received_at, id) < (SELECT x.received_at, x.id
    FROM sales x JOIN shops y ON y.id = x.shop_id WHERE x.id = ?3 AND y.merchant_id = ?1)
ORDER BY received_at DESC, id DESC LIMIT ?2";

const NAMED: &str = "
SELECT rowid FROM sales WHERE shop_id = h.id AND mode IN ('live', 'test')
    AND sale_id IN (?3, ltrim(?3, '#'))
UNION SELECT rowid FROM sales WHERE shop_id = h.id AND number = ltrim(?3, '#')
LIMIT ?2";

/// Which sales are wanted.
#[derive(Clone, Copy)]
pub(crate) enum Wanted<'a> {
    Newest,
    /// Those that came before the sale with this id of ours.
    Behind(&'a str),
    /// Those with this order id, or with this number that customers see.
    Named(&'a str),
}

impl SaleOverview {
    /// Its orders.
    pub(crate) fn orders(&self) -> Result<Vec<OrderOverview>, StoreError> {
        serde_json::from_str(&self.orders)
            .map_err(|_| StoreError::Failed("orders of a sale could not be read".into()))
    }
}

impl Store {
    /// The merchant's sales, those that arrived last first: at most `limit`.
    pub(crate) async fn sale_overviews(
        &self,
        merchant: &str,
        wanted: Wanted<'_>,
        limit: i64,
    ) -> Result<Vec<SaleOverview>, StoreError> {
        let (sql, values) = query(merchant, wanted, limit);
        self.all(&sql, &values).await
    }

    /// The same, for a batch.
    pub(super) fn sale_overviews_statement(
        &self,
        merchant: &str,
        wanted: Wanted<'_>,
        limit: i64,
    ) -> Result<Statement, StoreError> {
        let (sql, values) = query(merchant, wanted, limit);
        self.statement(&sql, &values)
    }
}

/// The statement and its values.
fn query(merchant: &str, wanted: Wanted<'_>, limit: i64) -> (String, Vec<Value>) {
    let (wanted, value) = match wanted {
        Wanted::Newest => (NEWEST, None),
        Wanted::Behind(id) => (BEHIND, Some(id)),
        Wanted::Named(name) => (NAMED, Some(name)),
    };
    let trees = bounded_sum("trees + credited");
    let sql = SELECT.replace("{wanted}", wanted).replace("{trees}", &trees);
    let mut values: Vec<Value> = vec![merchant.into(), limit.into()];
    values.extend(value.map(Value::from));
    (sql.replace("{state}", STATE), values)
}

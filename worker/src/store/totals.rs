//! Public totals. Purchase orders, shops and everybody carry their own sums, so that a total reads
//! a row of each.

use serde::Deserialize;

use super::{Store, StoreError, bounded_sum};

/// Trees and the orders they were ordered by; tests never count.
#[derive(Deserialize)]
pub(crate) struct TotalsRow {
    pub(crate) trees: i64,
    pub(crate) orders: i64,
}

const OF_EVERYBODY: &str = "SELECT {trees} AS trees, {orders} AS orders FROM public_totals";

const OF_MERCHANT: &str = "
SELECT {trees} AS trees, {orders} AS orders FROM purchase_orders WHERE merchant_id = ?1";

/// A shop without orders has no row of totals.
const OF_SHOP: &str = "
SELECT {trees} AS trees, {orders} AS orders FROM shops h LEFT JOIN shop_totals t ON t.shop_id = h.id
WHERE h.id = ?1 AND h.deleted_at IS NULL GROUP BY h.id";

fn summed(sql: &str, trees: &str, orders: &str) -> String {
    sql.replace("{trees}", &bounded_sum(trees)).replace("{orders}", &bounded_sum(orders))
}

impl Store {
    /// The totals of one merchant, or of all.
    pub(crate) async fn totals(&self, merchant: Option<&str>) -> Result<TotalsRow, StoreError> {
        let row = match merchant {
            Some(merchant) => {
                let sql = summed(OF_MERCHANT, "running_trees", "running_orders");
                self.first(&sql, &[merchant.into()]).await?
            }
            None => self.first(&summed(OF_EVERYBODY, "trees", "orders"), &[]).await?,
        };
        Ok(row.unwrap_or(TotalsRow { trees: 0, orders: 0 }))
    }

    /// The totals of one shop; `None` when there is no such shop.
    pub(crate) async fn totals_of_shop(&self, shop: &str) -> Result<Option<TotalsRow>, StoreError> {
        self.first(&summed(OF_SHOP, "t.trees", "t.orders"), &[shop.into()]).await
    }
}

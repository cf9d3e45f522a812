//! Sums over closed and open purchase orders. Each carries its own sums, so that a total reads one row of
//! each.

use serde::Deserialize;

use super::{Store, StoreError, bounded_sum};

/// Trees and the orders they were ordered by; tests never count.
#[derive(Deserialize)]
pub(crate) struct TotalsRow {
    pub(crate) trees: i64,
    pub(crate) orders: i64,
}

/// Of everybody, or of one merchant.
const OF_MERCHANT: &str = "
SELECT {trees} AS trees, {orders} AS orders FROM purchase_orders
WHERE ?1 IS NULL OR merchant_id = ?1";

const OF_SHOP: &str = "
SELECT {trees} AS trees, {orders} AS orders FROM (
    SELECT trees, iif(kind = 'orders', orders, 0) AS orders
    FROM purchase_order_lines WHERE shop_id = ?1
    UNION ALL
    SELECT o.trees, 1 FROM purchase_orders p JOIN orders o ON o.purchase_order_id = p.id
        JOIN sales s ON s.id = o.sale
    WHERE p.state = 'open' AND s.shop_id = ?1
        AND p.merchant_id = (SELECT merchant_id FROM shops WHERE id = ?1)
    UNION ALL
    SELECT c.trees, 0 FROM purchase_orders p JOIN credits c ON c.purchase_order_id = p.id
        JOIN orders o ON o.id = c.order_id JOIN sales s ON s.id = o.sale
    WHERE p.state = 'open' AND s.shop_id = ?1
        AND p.merchant_id = (SELECT merchant_id FROM shops WHERE id = ?1))";

const SHOP: &str = "SELECT 0 AS trees, 0 AS orders FROM shops WHERE id = ?1 AND deleted_at IS NULL";

fn summed(sql: &str, trees: &str, orders: &str) -> String {
    sql.replace("{trees}", &bounded_sum(trees)).replace("{orders}", &bounded_sum(orders))
}

impl Store {
    /// The totals of one merchant, or of all.
    pub(crate) async fn totals(&self, merchant: Option<&str>) -> Result<TotalsRow, StoreError> {
        let sql = summed(OF_MERCHANT, "running_trees", "running_orders");
        let row = self.first(&sql, &[merchant.into()]).await?;
        Ok(row.unwrap_or(TotalsRow { trees: 0, orders: 0 }))
    }

    /// The totals of one shop; `None` when there is no such shop.
    pub(crate) async fn totals_of_shop(&self, shop: &str) -> Result<Option<TotalsRow>, StoreError> {
        if self.first::<TotalsRow>(SHOP, &[shop.into()]).await?.is_none() {
            return Ok(None);
        }
        self.first(&summed(OF_SHOP, "trees", "orders"), &[shop.into()]).await
    }
}

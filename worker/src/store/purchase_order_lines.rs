//! The table `purchase_order_lines`: what a purchase order is made of, frozen when it is closed.

use serde::Deserialize;

use super::purchase_orders::{CARRIED_INTO, PurchaseOrderRow};
use super::{Statement, Store, StoreError, bounded_sum, ids_as_json};
use crate::domain::states::{LineKind, PurchaseOrderState};

/// The orders, or the credits, of one campaign in one shop at one price; or what is carried over.
#[derive(Deserialize)]
pub(crate) struct LineRow {
    pub(crate) kind: LineKind,
    /// Empty for trees ordered by name; the id of a purchase order for what is carried over from
    /// it.
    pub(crate) campaign_id: String,
    pub(crate) campaign: String,
    pub(crate) shop_id: String,
    pub(crate) shop: String,
    pub(crate) unit_price: i64,
    /// How many orders, or credits.
    pub(crate) orders: i64,
    /// Negative where credits take trees back.
    pub(crate) trees: i64,
    /// Minor units of the purchase order's currency.
    pub(crate) total: i64,
}

/// A line together with the id of its purchase order.
#[derive(Deserialize)]
pub(crate) struct LineOfRow {
    pub(crate) purchase_order_id: String,
    #[serde(flatten)]
    pub(crate) line: LineRow,
}

/// The lines of purchase orders, if they closed now; `{filter}` selects them.
const SO_FAR: &str = "
SELECT p.id AS purchase_order_id, 'orders' AS kind, coalesce(o.campaign_id, '') AS campaign_id,
    coalesce(c.name, 'Ordered by API') AS campaign, coalesce(s.shop_id, '') AS shop_id,
    coalesce(h.name, '') AS shop, o.unit_price, count(*) AS orders, {trees} AS trees,
    {total} AS total
FROM purchase_orders p
JOIN orders o ON o.purchase_order_id = p.id
LEFT JOIN sales s ON s.id = o.sale
LEFT JOIN campaigns c ON c.id = o.campaign_id
LEFT JOIN shops h ON h.id = s.shop_id
WHERE {filter}
GROUP BY p.id, o.campaign_id, s.shop_id, o.unit_price
UNION ALL
SELECT p.id, 'credits', coalesce(o.campaign_id, ''), coalesce(c.name, 'Ordered by API'),
    coalesce(s.shop_id, ''), coalesce(h.name, ''), o.unit_price, count(*), {credited},
    {taken_back}
FROM purchase_orders p
JOIN credits t ON t.purchase_order_id = p.id
JOIN orders o ON o.id = t.order_id
LEFT JOIN sales s ON s.id = o.sale
LEFT JOIN campaigns c ON c.id = o.campaign_id
LEFT JOIN shops h ON h.id = s.shop_id
WHERE {filter}
GROUP BY p.id, o.campaign_id, s.shop_id, o.unit_price
UNION ALL
SELECT p.id, 'carried over', v.from_purchase_order_id, 'Carried over from ' || f.period, '', '', 0, 0,
    0, v.amount
FROM purchase_orders p
JOIN carried_over v ON {carried}
JOIN purchase_orders f ON f.id = v.from_purchase_order_id
WHERE {filter}";

const FROZEN: &str = "
SELECT kind, campaign_id, campaign, shop_id, shop, unit_price, orders, trees, total
FROM purchase_order_lines WHERE purchase_order_id = ?1";

const FROZEN_OF: &str = "
SELECT purchase_order_id, kind, campaign_id, campaign, shop_id, shop, unit_price, orders, trees, total
FROM purchase_order_lines WHERE purchase_order_id IN (SELECT value FROM json_each(?1))";

/// Orders come first, then credits, then carried-over totals.
const IN_ORDER: &str = "
ORDER BY CASE kind WHEN 'orders' THEN 1 WHEN 'credits' THEN 2 ELSE 3 END, shop, campaign,
    unit_price, shop_id, campaign_id";

/// The lines so far of the purchase orders `p` that a condition holds for. `sum` writes a sum:
/// exact to be billed, which fails beyond D1's integers, or bounded to be shown.
pub(super) fn lines_so_far(filter: &str, sum: fn(&str) -> String) -> String {
    SO_FAR
        .replace("{trees}", &sum("o.trees"))
        .replace("{total}", &sum("o.trees * o.unit_price"))
        .replace("{credited}", &sum("t.trees"))
        .replace("{taken_back}", &sum("t.trees * o.unit_price"))
        .replace("{filter}", filter)
        .replace("{carried}", CARRIED_INTO)
}

impl Store {
    /// Its lines: frozen once it is closed, as they would be now while it is open.
    pub(crate) async fn lines(&self, order: &PurchaseOrderRow) -> Result<Vec<LineRow>, StoreError> {
        if order.state != PurchaseOrderState::Open {
            return self.frozen_lines(&order.id).await;
        }
        let sql = format!("SELECT * FROM ({}) {IN_ORDER}", lines_so_far("p.id = ?1", bounded_sum));
        self.all(&sql, &[order.id.as_str().into()]).await
    }

    /// The lines of a closed purchase order.
    pub(crate) async fn frozen_lines(&self, id: &str) -> Result<Vec<LineRow>, StoreError> {
        self.all(&format!("{FROZEN} {IN_ORDER}"), &[id.into()]).await
    }

    /// The same, for a batch.
    pub(super) fn frozen_lines_statement(&self, id: &str) -> Result<Statement, StoreError> {
        self.statement(&format!("{FROZEN} {IN_ORDER}"), &[id.into()])
    }

    /// The lines of closed purchase orders, those of each one in their order.
    pub(crate) async fn frozen_lines_of(
        &self,
        ids: &[String],
    ) -> Result<Vec<LineOfRow>, StoreError> {
        self.all(&format!("{FROZEN_OF} {IN_ORDER}"), &[ids_as_json(ids)?]).await
    }
}

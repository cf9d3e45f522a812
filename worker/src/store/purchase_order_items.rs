//! The items of a purchase order: each order, each credit, and each carried-over total.

use order_events::Proof;
use serde::Deserialize;

use super::purchase_orders::CARRIED_INTO;
use super::{Statement, Store, StoreError, has_rows, ids_as_json};
use crate::domain::states::LineKind;

/// One order, one credit, or one amount that is carried over.
#[derive(Deserialize)]
pub(crate) struct ItemRow {
    pub(crate) purchase_order_id: String,
    pub(crate) id: String,
    /// The kind of its line.
    pub(crate) kind: LineKind,
    /// When it was sold; of a credit, when it was reported; of what is carried over, when its month
    /// was closed.
    pub(crate) at: i64,
    /// The order that a credit changes.
    pub(crate) order_id: Option<String>,
    pub(crate) shop_id: Option<String>,
    pub(crate) shop: Option<String>,
    /// The shop's own order id.
    pub(crate) sale: Option<String>,
    /// The merchant's own reference of bought trees.
    pub(crate) reference: Option<String>,
    pub(crate) campaign_id: Option<String>,
    /// The version of the campaign that ordered the trees.
    pub(crate) campaign_version: Option<i64>,
    pub(crate) campaign: Option<String>,
    /// How we know of the sale; `None` where there is no sale.
    pub(crate) proof: Option<Proof>,
    pub(crate) reason: String,
    /// Negative where a credit takes trees back.
    pub(crate) trees: i64,
    pub(crate) unit_price: i64,
    /// Minor units of the purchase order's currency.
    pub(crate) total: i64,
}

/// Stands for the place before the first credit, where the id of an item is asked.
pub(crate) const CREDITS: &str = "credits";

/// The items of the purchase orders that `{of}` names; each of the three parts may end with a page.
const ITEMS: &str = "
    SELECT * FROM (SELECT o.purchase_order_id, o.id, 1 AS rank, 'orders' AS kind, o.sold_at AS at,
        NULL AS order_id, s.shop_id, h.name AS shop, s.sale_id AS sale, o.reference, o.campaign_id,
        o.campaign_version, c.name AS campaign, s.proof, o.reason, o.trees, o.unit_price,
        o.trees * o.unit_price AS total
    FROM orders o
    LEFT JOIN sales s ON s.id = o.sale
    LEFT JOIN shops h ON h.id = s.shop_id
    LEFT JOIN campaigns c ON c.id = o.campaign_id
    WHERE o.purchase_order_id {of}{page_1})
    UNION ALL
    SELECT * FROM (SELECT t.purchase_order_id, t.id, 2, 'credits', t.created_at, o.id, s.shop_id,
        h.name, s.sale_id, o.reference, o.campaign_id, o.campaign_version, c.name, s.proof, t.reason,
        t.trees, o.unit_price, t.trees * o.unit_price
    FROM credits t
    JOIN orders o ON o.id = t.order_id
    LEFT JOIN sales s ON s.id = o.sale
    LEFT JOIN shops h ON h.id = s.shop_id
    LEFT JOIN campaigns c ON c.id = o.campaign_id
    WHERE t.purchase_order_id {of}{page_2})
    UNION ALL
    SELECT p.id, f.id, 3, 'carried over', f.closed_at, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        NULL, NULL, 'Carried over from ' || f.period, 0, 0, v.amount
    FROM purchase_orders p
    JOIN carried_over v ON {carried}
    JOIN purchase_orders f ON f.id = v.from_purchase_order_id
    WHERE p.id {of}{page_3}";

/// Of the purchase order `?1`, in the order of its lines' kinds, `?3` of each kind at most. Each
/// kind is read from where the page before, which ended with `?2`, left it.
const PAGE: &str = "
WITH after AS (
    SELECT 0 AS rank, 0 AS at, '' AS id WHERE ?2 IS NULL
    UNION ALL SELECT 2, -1, '' WHERE ?2 = '{credits}'
    UNION ALL SELECT 1, sold_at, id FROM orders WHERE id = ?2 AND purchase_order_id = ?1
    UNION ALL SELECT 2, created_at, id FROM credits WHERE id = ?2 AND purchase_order_id = ?1
    UNION ALL SELECT 3, closed_at, id FROM purchase_orders WHERE id = ?2
), items AS ({items})
SELECT * FROM items ORDER BY rank, at, id LIMIT ?3";

/// The pages of the parts of [`ITEMS`].
const PAGES: [(&str, &str); 3] = [
    ("{page_1}", " AND (o.sold_at, o.id) > {start} ORDER BY o.sold_at, o.id LIMIT ?3"),
    ("{page_2}", " AND (t.created_at, t.id) > {start} ORDER BY t.created_at, t.id LIMIT ?3"),
    ("{page_3}", " AND (f.closed_at, f.id) > {start}"),
];

/// All items of closed purchase orders.
const OF_CLOSED: &str = "SELECT * FROM ({items}) ORDER BY purchase_order_id, rank, at, id";

/// The place behind which a kind of items goes on. A kind that is done goes on behind everything.
const START: &str = "(SELECT CASE WHEN rank < {rank} THEN -1 WHEN rank = {rank} THEN at
    ELSE 9007199254740991 END, id FROM after)";

const HAS: &str = "
SELECT id FROM orders WHERE id = ?2 AND purchase_order_id = ?1
UNION ALL SELECT id FROM credits WHERE id = ?2 AND purchase_order_id = ?1
UNION ALL SELECT v.from_purchase_order_id FROM purchase_orders p JOIN carried_over v ON {carried}
    WHERE p.id = ?1 AND v.from_purchase_order_id = ?2";

fn page() -> String {
    let mut items = ITEMS.replace("{of}", "= ?1").replace("{carried}", CARRIED_INTO);
    for (rank, (place, page)) in ["1", "2", "3"].into_iter().zip(PAGES) {
        let start = START.replace("{rank}", rank);
        items = items.replace(place, &page.replace("{start}", &start));
    }
    PAGE.replace("{items}", &items).replace("{credits}", CREDITS)
}

fn of_closed() -> String {
    let items = ITEMS
        .replace("{of}", "IN (SELECT value FROM json_each(?1))")
        .replace("{carried}", "v.to_purchase_order_id = p.id");
    let items = PAGES.iter().fold(items, |items, (place, _)| items.replace(place, ""));
    OF_CLOSED.replace("{items}", &items)
}

impl Store {
    /// The items of a purchase order, those that were sold first: at most `limit`, from behind the
    /// item `after` on.
    pub(crate) async fn items(
        &self,
        purchase_order: &str,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<ItemRow>, StoreError> {
        let values = [purchase_order.into(), after.into(), limit.into()];
        self.all(&page(), &values).await
    }

    /// The same, for a batch.
    pub(super) fn items_statement(
        &self,
        purchase_order: &str,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Statement, StoreError> {
        self.statement(&page(), &[purchase_order.into(), after.into(), limit.into()])
    }

    /// All items of closed purchase orders, those of each one in the same order.
    pub(crate) async fn items_of_closed(&self, ids: &[String]) -> Result<Vec<ItemRow>, StoreError> {
        self.all(&of_closed(), &[ids_as_json(ids)?]).await
    }

    /// Returns true if a purchase order has this item.
    pub(crate) async fn has_item(
        &self,
        purchase_order: &str,
        id: &str,
    ) -> Result<bool, StoreError> {
        let sql = HAS.replace("{carried}", CARRIED_INTO);
        let statement = self.statement(&sql, &[purchase_order.into(), id.into()])?;
        has_rows(self.batch(vec![statement]).await?.first())
    }
}

//! What follows from a judgement of a sale: orders made or changed, and credits where the month is
//! closed. Every statement looks for the sale as its own write left it, and does nothing otherwise.

use serde::Serialize;

use super::sales::SaleWrite;
use super::{Statement, Store, StoreError, Value};

/// What a sale orders under one campaign.
#[derive(Serialize)]
pub(crate) struct Judgement<'a> {
    pub(crate) campaign: &'a str,
    pub(crate) version: u32,
    /// 0 where it orders nothing.
    pub(crate) trees: u32,
    /// Why so many, or why none.
    pub(crate) reason: String,
    /// The most trees of one month under this campaign.
    pub(crate) cap: Option<u32>,
}

/// `?1` is the sale, `?2` its write, `?3` the merchant, `?4` the instant that decides the month, `?5`
/// the judgements as JSON. `target` is the purchase order that is open for the sale; a claim of a
/// shop whose webhook works waits until it is confirmed.
const JUDGED: &str = "
WITH written AS (
    SELECT s.id, s.test, s.sold_at, s.received_at,
        s.proof = 'claimed' AND h.webhook_first_at IS NOT NULL AS unconfirmed
    FROM sales s JOIN shops h ON h.id = s.shop_id WHERE s.id = ?1 AND s.written_by = ?2
), judged AS (
    SELECT value ->> 'campaign' AS campaign, value ->> 'version' AS version,
        value ->> 'trees' AS trees, value ->> 'reason' AS reason, value ->> 'cap' AS cap
    FROM json_each(?5)
), target AS (
    SELECT id FROM purchase_orders WHERE merchant_id = ?3 AND state = 'open' AND ends_at > ?4
    ORDER BY ends_at LIMIT 1
)";

/// By how much an order `o` of a closed month is wrong now. What the cap of its month cut off stays
/// cut off.
const DIFFERENCE: &str = "
CASE WHEN w.test = 1 THEN 0 WHEN j.cap IS NULL THEN j.trees ELSE min(j.trees, o.trees) END
    - o.trees - coalesce((SELECT sum(trees) FROM credits WHERE order_id = o.id), 0)";

const OPEN_PURCHASE_ORDER: &str = "
INSERT INTO purchase_orders
    (id, merchant_id, period, starts_at, ends_at, state, currency, link_hash, created_at)
SELECT ?6, ?3, ?7, ?8, ?9, 'open', ?10, ?11, ?12
WHERE NOT EXISTS (SELECT 1 FROM target) AND EXISTS (
    SELECT 1 FROM written w, judged j
    LEFT JOIN orders o ON o.sale = w.id AND o.campaign_id = j.campaign
    LEFT JOIN purchase_orders p ON p.id = o.purchase_order_id
    WHERE CASE WHEN p.id IS NULL THEN w.test = 0 AND w.unconfirmed = 0 AND j.trees > 0
        ELSE p.state <> 'open' AND {difference} <> 0 END)
ON CONFLICT (merchant_id, period) DO NOTHING";

/// The trees that the cap of a month leaves: it is over the orders of its purchase order, but for
/// the one that is judged, which a sale has only one of under a campaign.
const ALLOWED: &str = "
CASE WHEN j.cap IS NULL OR w.test = 1 OR w.unconfirmed = 1 THEN j.trees
    ELSE min(j.trees, max(0, j.cap - coalesce((SELECT sum(trees) FROM orders
        WHERE purchase_order_id = {purchase_order} AND campaign_id = j.campaign
            AND sale IS NOT w.id), 0))) END";

/// New orders.
const INSERT: &str = "
, fresh AS (
    SELECT w.id AS sale, w.test, w.unconfirmed, w.sold_at, w.received_at, j.*,
        {allowed} AS allowed
    FROM written w, judged j WHERE j.trees > 0 AND NOT EXISTS
        (SELECT 1 FROM orders WHERE sale = w.id AND campaign_id = j.campaign)
)
INSERT INTO orders (id, sale, merchant_id, campaign_id, campaign_version, test, unconfirmed, trees,
    unit_price, reason, sold_at, received_at, purchase_order_id)
SELECT 'ord_' || lower(hex(randomblob(16))), sale, ?3, campaign, version, test, unconfirmed, allowed,
    (SELECT amount FROM tree_prices WHERE currency = ?6 AND valid_from <= ?4
        ORDER BY valid_from DESC LIMIT 1),
    {reason}, sold_at, received_at,
    CASE WHEN allowed > 0 AND test = 0 AND unconfirmed = 0 THEN (SELECT id FROM target) END
FROM fresh";

/// Orders that are on no purchase order, or on an open one.
const CHANGE: &str = "
, free AS (
    SELECT o.id AS order_id, w.test, w.unconfirmed, w.sold_at, j.*,
        coalesce(o.purchase_order_id, (SELECT id FROM target)) AS purchase_order,
        {allowed} AS allowed
    FROM written w JOIN orders o ON o.sale = w.id JOIN judged j ON j.campaign = o.campaign_id
    LEFT JOIN purchase_orders p ON p.id = o.purchase_order_id
    WHERE p.id IS NULL OR p.state = 'open'
)
UPDATE orders SET test = free.test, unconfirmed = free.unconfirmed, trees = allowed,
    reason = {reason}, sold_at = free.sold_at, campaign_version = free.version,
    purchase_order_id = CASE WHEN allowed > 0 AND free.test = 0 AND free.unconfirmed = 0
        THEN purchase_order END
FROM free WHERE orders.id = free.order_id";

/// The reason, and the cap of the month where it was reached.
const REASON: &str = "iif(allowed < {trees}, {from}reason || '; capped at ' || cap
        || iif(cap = 1, ' tree', ' trees') || ' per month', {from}reason)";

const CREDIT: &str = "
INSERT INTO credits (id, order_id, purchase_order_id, written_by, trees, reason, created_at)
SELECT 'cred_' || lower(hex(randomblob(16))), o.id, (SELECT id FROM target), ?2, {difference},
    j.reason, ?6
FROM written w JOIN orders o ON o.sale = w.id JOIN judged j ON j.campaign = o.campaign_id
JOIN purchase_orders p ON p.id = o.purchase_order_id AND p.state <> 'open'
WHERE {difference} <> 0";

impl SaleWrite<'_> {
    fn judged(&self) -> Result<Vec<Value>, StoreError> {
        let judgements = serde_json::to_string(&self.judgements)
            .map_err(|_| StoreError::Failed("orders could not be written as JSON".into()))?;
        Ok(vec![
            self.id.into(),
            self.written_by.into(),
            self.merchant_id.into(),
            self.billed_at.into(),
            judgements.into(),
        ])
    }
}

impl Store {
    /// Opens the month's purchase order, where one is needed and none is open.
    pub(super) fn open_purchase_order_for_sale(
        &self,
        sale: &SaleWrite<'_>,
        statements: &mut Vec<Statement>,
    ) -> Result<(), StoreError> {
        if sale.judgements.is_empty() {
            return Ok(());
        }
        let next = &sale.next_purchase_order;
        let mut values = sale.judged()?;
        values.extend([
            next.id.into(),
            next.period.into(),
            next.starts_at.into(),
            next.ends_at.into(),
            next.currency.into(),
            next.link_hash.into(),
            sale.now.into(),
        ]);
        let sql = format!("{JUDGED}{OPEN_PURCHASE_ORDER}").replace("{difference}", DIFFERENCE);
        statements.push(self.statement(&sql, &values)?);
        Ok(())
    }

    /// Orders under campaigns that have none of this sale yet.
    pub(super) fn insert_orders(&self, sale: &SaleWrite<'_>) -> Result<Statement, StoreError> {
        let mut values = sale.judged()?;
        values.push(sale.next_purchase_order.currency.into());
        let reason = REASON.replace("{trees}", "fresh.trees").replace("{from}", "");
        let allowed = ALLOWED.replace("{purchase_order}", "(SELECT id FROM target)");
        let sql = format!("{JUDGED}{INSERT}").replace("{reason}", &reason);
        self.statement(&sql.replace("{allowed}", &allowed), &values)
    }

    /// Orders whose month is not closed.
    pub(super) fn change_orders(&self, sale: &SaleWrite<'_>) -> Result<Statement, StoreError> {
        let reason = REASON.replace("{trees}", "free.trees").replace("{from}", "free.");
        let purchase_order = "coalesce(o.purchase_order_id, (SELECT id FROM target))";
        let allowed = ALLOWED.replace("{purchase_order}", purchase_order);
        let sql = format!("{JUDGED}{CHANGE}").replace("{reason}", &reason);
        self.statement(&sql.replace("{allowed}", &allowed), &sale.judged()?)
    }

    /// Credits for orders whose month is closed.
    pub(super) fn insert_credits(&self, sale: &SaleWrite<'_>) -> Result<Statement, StoreError> {
        let mut values = sale.judged()?;
        values.push(sale.now.into());
        let sql = format!("{JUDGED}{CREDIT}").replace("{difference}", DIFFERENCE);
        self.statement(&sql, &values)
    }
}

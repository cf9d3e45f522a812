//! Writes the evaluations of a sale: orders made or changed, and credits if the month is
//! closed. Every statement looks for the sale as its own write left it, and does nothing otherwise.

use std::sync::LazyLock;

use order_events::Proof;

use crate::store::purchase_orders::{OPEN, TARGET};
use crate::store::sale_write::SaleWrite;
use crate::store::{Statement, Store, StoreError, Value, to_json};

/// `?1` is the sale, `?2` its write, `?3` the merchant, `?4` the instant that decides the month and
/// the price, `?5` the evaluations as JSON, `?6` the merchant's currency, `?7` the calendar month,
/// `?8` now. `target` is the purchase order that is open for the sale.
///
/// A sale from before the first tree price costs that first price. A sale that is reported more
/// than 7 days after it was made costs the price at the time of the report, because a forged
/// `sold_at` could select any price.
///
/// A claim waits for its confirmation if the shop's webhook worked before the claim came, and for
/// its owner if it exceeds a bound.
const JUDGED: &str = "
WITH sold AS (
    SELECT iif(received_at - ?4 > 604800000, received_at, ?4) AS at FROM sales WHERE id = ?1
), priced AS (
    SELECT coalesce((SELECT amount FROM tree_prices, sold WHERE currency = ?6 AND valid_from <= at
            ORDER BY valid_from DESC LIMIT 1),
        (SELECT amount FROM tree_prices WHERE currency = ?6 AND valid_from <= ?8
            ORDER BY valid_from LIMIT 1)) AS price
), written AS (
    SELECT s.id, s.proof, s.held_because, s.test, s.sold_at, s.received_at, ?7 AS month, price,
        CASE WHEN s.status = 'placed' THEN 'payment'
            WHEN s.proof = 'claimed' AND s.received_at >= h.webhook_first_at THEN 'confirmation'
            WHEN s.held_because IS NOT NULL THEN 'acceptance'
            WHEN price IS NULL THEN 'price' END AS waits_for
    FROM sales s JOIN shops h ON h.id = s.shop_id, priced
    WHERE s.id = ?1 AND s.written_by = ?2
), evaluated AS (
    SELECT value ->> 'campaign' AS campaign, value ->> 'version' AS version,
        value ->> 'trees' AS trees, value ->> 'reason' AS reason, value ->> 'cap' AS cap
    FROM json_each(?5)
), {target}";

/// The trees of a campaign's month that count toward its cap: the billed trees, less those that
/// credits took back. Freed trees go to later sales. Claims count for claims only, unless their
/// month is closed: a verified sale takes the cap from them ([`GIVE_WAY`]). The expression for the
/// month names a table of the statement around it, so this one uses no name of that.
const COUNTED: &str = "(coalesce((SELECT trees FROM campaign_months
        WHERE campaign_id = {campaign} AND month = {month}), 0)
    - iif({is_claim}, 0, coalesce((SELECT sum(claim.trees + claim.credited)
        FROM orders claim
        JOIN purchase_orders p ON p.id = claim.purchase_order_id AND p.state = 'open'
        WHERE claim.campaign_id = {campaign} AND claim.month = {month} AND claim.claimed = 1
            AND claim.purchase_order_id IS NOT NULL), 0)))";

/// The trees of a sale that an earlier cut leaves it: the cap left `{cut_to}` of `{cut_from}` trees, and
/// only growth beyond those adds to them. A sale that is cancelled, waits again for its payment or is
/// refunded in part keeps both numbers, so that nothing of the cut comes back with it.
const ENTITLED: &str =
    "iif(j.trees <= {cut_from}, min(j.trees, {cut_to}), {cut_to} + j.trees - {cut_from})";

/// The same under the cap of its month: what it has on the bill (`{had}`) and what the cap has left.
const CAPPED: &str = "CASE WHEN j.cap IS NULL THEN j.trees
    ELSE min({entitled}, {had} + max(0, j.cap - {counted})) END";

/// By how much an order `o` of a closed month is wrong now.
const DIFFERENCE: &str = "
CASE WHEN w.test = 1 OR w.waits_for = 'payment' THEN 0 ELSE {capped} END - o.trees - o.credited";

/// True if a sale needs a purchase order: for an order that is to be billed, or for a credit.
const NEEDED: &str = "EXISTS (
    SELECT 1 FROM written w, evaluated j
    LEFT JOIN orders o ON o.sale = w.id AND o.campaign_id = j.campaign
    LEFT JOIN purchase_orders p ON p.id = o.purchase_order_id
    WHERE CASE WHEN coalesce(p.state, 'open') = 'open'
        THEN w.test = 0 AND w.waits_for IS NULL AND j.trees > 0 ELSE {difference} <> 0 END)";

/// New orders.
const INSERT: &str = "
, fresh AS (
    SELECT w.id AS sale, w.proof = 'claimed' AS claimed, w.held_because, w.test, w.waits_for,
        w.sold_at, w.received_at, w.month, w.price, j.*,
        w.test = 0 AND w.waits_for IS NULL AS is_billed,
        iif(w.test = 1 OR w.waits_for IS NOT NULL, j.trees, {capped}) AS allowed
    FROM written w, evaluated j WHERE j.trees > 0 AND NOT EXISTS
        (SELECT 1 FROM orders WHERE sale = w.id AND campaign_id = j.campaign)
)
INSERT INTO orders (id, sale, merchant_id, campaign_id, campaign_version, test, waits_for, trees,
    uncapped_trees, capped_trees, unit_price, reason, month, sold_at, received_at,
    purchase_order_id, claimed)
SELECT 'ord_' || lower(hex(randomblob(16))), sale, ?3, campaign, version, test, waits_for, allowed,
    iif(is_billed, trees, 0), iif(is_billed, allowed, 0), price,
    {reason} || coalesce('; held for review: ' || held_because, ''),
    month, sold_at, received_at, iif(is_billed AND allowed > 0, (SELECT id FROM target), NULL), claimed
FROM fresh WHERE true
RETURNING trees";

/// Orders that are on no purchase order, or on an open one. A corrected `sold_at` moves their month
/// and their price.
const CHANGE: &str = "
, free AS (
    SELECT o.id AS order_id, w.proof = 'claimed' AS claimed, w.test, w.waits_for, w.sold_at, w.month, j.*,
        iif(o.sold_at = w.sold_at, coalesce(o.unit_price, w.price), w.price) AS price,
        w.test = 0 AND w.waits_for IS NULL AS is_billed,
        {cut_from} AS cut_from, {cut_to} AS cut_to, {entitled} AS entitled,
        iif(w.test = 1 OR w.waits_for IS NOT NULL, j.trees, {capped}) AS allowed
    FROM written w JOIN orders o ON o.sale = w.id JOIN evaluated j ON j.campaign = o.campaign_id
    LEFT JOIN purchase_orders p ON p.id = o.purchase_order_id
    WHERE p.id IS NULL OR p.state = 'open'
)
UPDATE orders SET test = free.test, waits_for = free.waits_for, trees = allowed,
    uncapped_trees = iif(is_billed, max(cut_from, free.trees), cut_from),
    capped_trees = CASE WHEN NOT is_billed THEN cut_to
        WHEN allowed < entitled THEN allowed ELSE max(cut_to, entitled) END,
    unit_price = price, reason = {reason},
    month = free.month, sold_at = free.sold_at, campaign_version = free.version,
    claimed = free.claimed,
    purchase_order_id = iif(is_billed AND allowed > 0, (SELECT id FROM target), NULL)
FROM free WHERE orders.id = free.order_id";

/// The reason; it adds up to the trees where the cap of the month cut some off. These are the words
/// of [`order_events::Reason`].
const REASON: &str = "{from}reason || CASE WHEN allowed >= {from}trees THEN ''
    WHEN allowed = 0 THEN '; no trees: the campaign''s cap per month was used up'
    WHEN allowed = 1 THEN '; cut to 1 tree by the campaign''s cap per month'
    ELSE '; cut to ' || allowed || ' trees by the campaign''s cap per month' END";

/// Its reason adds up too: what the sale orders now, and what was billed before.
const CREDIT: &str = "
, closed AS (
    SELECT o.id AS order_id, o.trees + o.credited AS billed, {difference} AS difference, j.cap,
        iif(w.test = 1 OR w.waits_for = 'payment', 0, j.trees) AS trees,
        CASE WHEN w.test = 1 THEN 'the sale is a test'
            WHEN w.waits_for = 'payment' THEN 'the sale is not paid any more'
            ELSE j.reason END AS reason
    FROM written w JOIN orders o ON o.sale = w.id JOIN evaluated j ON j.campaign = o.campaign_id
    JOIN purchase_orders p ON p.id = o.purchase_order_id AND p.state <> 'open'
), changed AS (
    SELECT *, billed + difference AS allowed FROM closed WHERE difference <> 0
)
INSERT INTO credits (id, order_id, purchase_order_id, written_by, trees, reason, created_at)
SELECT 'cred_' || lower(hex(randomblob(16))), order_id, (SELECT id FROM target), ?2, difference,
    {reason} || '; ' || billed || iif(billed = 1, ' tree was', ' trees were')
        || ' billed before, so ' || abs(difference) || iif(abs(difference) = 1, ' tree is ', ' trees are ')
        || iif(difference < 0, 'taken back', 'added'), ?8
FROM changed";

/// Stores from and to how many trees the cap cut closed orders, so that the next change is measured
/// against it. Their credits are stored by now.
const KEEP_CUT: &str = "
, cut AS (
    SELECT o.id AS order_id, max({cut_from}, j.trees) AS cut_from,
        iif(o.trees + o.credited < {entitled}, o.trees + o.credited, max({cut_to}, {entitled})) AS cut_to
    FROM written w JOIN orders o ON o.sale = w.id JOIN evaluated j ON j.campaign = o.campaign_id
    JOIN purchase_orders p ON p.id = o.purchase_order_id AND p.state <> 'open'
    WHERE w.test = 0 AND w.waits_for IS NOT 'payment'
)
UPDATE orders SET uncapped_trees = cut_from, capped_trees = cut_to
FROM cut WHERE orders.id = cut.order_id";

/// If the caps of the month cannot hold a verified sale, claims yield, the latest ones first,
/// because hostile claims must not use up the trees of real buyers. The sale takes no more than it
/// has on the bill, and nothing if the campaign's present cap, or the lack of one, holds both.
const GIVE_WAY: &str = "
, exceeded AS (
    SELECT j.campaign, min(m.trees - max(j.cap, c.conditions ->> 'cap_per_month'),
        x.trees + x.credited) AS trees
    FROM written w, evaluated j JOIN campaign_months m ON m.campaign_id = j.campaign AND m.month = ?7
    JOIN campaigns c ON c.id = j.campaign
    JOIN orders x ON x.sale = w.id AND x.campaign_id = j.campaign AND x.purchase_order_id IS NOT NULL
    WHERE w.proof = 'verified' AND m.trees > max(j.cap, c.conditions ->> 'cap_per_month')
), claims AS (
    SELECT o.id AS order_id, o.trees, e.trees - coalesce(sum(o.trees) OVER (PARTITION BY o.campaign_id
        ORDER BY o.received_at DESC, o.id DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
        AS wanted
    FROM exceeded e JOIN orders o ON o.campaign_id = e.campaign AND o.month = ?7 AND o.claimed = 1
        AND o.purchase_order_id IS NOT NULL
    JOIN purchase_orders p ON p.id = o.purchase_order_id AND p.state = 'open'
), losses AS (
    SELECT order_id, min(trees, wanted) AS lost FROM claims WHERE wanted > 0
)
UPDATE orders SET trees = trees - lost, capped_trees = trees - lost,
    purchase_order_id = iif(trees > lost, purchase_order_id, NULL),
    reason = reason || '; ' || lost || iif(lost = 1, ' tree', ' trees')
        || ' of the campaign''s cap per month went to a sale that the shop confirmed'
FROM losses WHERE orders.id = losses.order_id";

/// [`COUNTED`], by expressions in SQL for the campaign, the calendar month, and `true` for a claim.
pub(super) fn counted(campaign: &str, month: &str, is_claim: &str) -> String {
    COUNTED
        .replace("{campaign}", campaign)
        .replace("{month}", month)
        .replace("{is_claim}", is_claim)
}

/// Expressions in SQL for what an order `o` has on the bill of the month, and what an earlier cut
/// made it from and to.
struct Had {
    month: &'static str,
    trees: &'static str,
    cut_from: &'static str,
    cut_to: &'static str,
}

/// A new order.
const NOTHING: Had = Had { month: "?7", trees: "0", cut_from: "0", cut_to: "0" };

/// An order whose month is not closed. In another month, it is a new order. So is one that rested on
/// a claim only.
const OPEN_ORDER: Had = Had {
    month: "?7",
    trees: "iif(o.claimed = 0 AND o.purchase_order_id IS NOT NULL AND o.month = ?7, o.trees, 0)",
    cut_from: "iif(o.claimed = 0 AND o.month = ?7, o.uncapped_trees, 0)",
    cut_to: "iif(o.claimed = 0 AND o.month = ?7, o.capped_trees, 0)",
};

/// An order of a closed month.
const CLOSED_ORDER: Had = Had {
    month: "o.month",
    trees: "(o.trees + o.credited)",
    cut_from: "o.uncapped_trees",
    cut_to: "o.capped_trees",
};

impl Had {
    /// Fills in the cap of a statement.
    fn in_statement(&self, sql: &str) -> String {
        sql.replace("{capped}", CAPPED)
            .replace("{entitled}", ENTITLED)
            .replace("{counted}", &counted("j.campaign", self.month, "w.proof = 'claimed'"))
            .replace("{had}", self.trees)
            .replace("{cut_from}", self.cut_from)
            .replace("{cut_to}", self.cut_to)
    }
}

/// The difference, for an order of a closed month.
fn difference() -> String {
    CLOSED_ORDER.in_statement(DIFFERENCE)
}

impl SaleWrite<'_> {
    fn evaluated(&self) -> Result<Vec<Value>, StoreError> {
        let evaluations = to_json(&self.evaluations, "orders")?;
        Ok(vec![
            self.id.into(),
            self.written_by.into(),
            self.merchant_id.into(),
            self.sold_at.into(),
            evaluations.into(),
            self.next_purchase_order.currency.into(),
            self.next_purchase_order.month.into(),
            self.now.into(),
        ])
    }
}

/// The opening of a purchase order for a new sale. Like the next one it is put together once in
/// the life of an isolate.
static OPEN_FOR_SALE: LazyLock<String> = LazyLock::new(|| {
    let needed = NEEDED.replace("{difference}", &difference());
    evaluated(&OPEN.replace("{needed}", &needed))
});

/// The insert of the orders of a new sale.
static INSERT_ORDERS: LazyLock<String> = LazyLock::new(|| {
    let sql = evaluated(INSERT).replace("{reason}", &REASON.replace("{from}", ""));
    NOTHING.in_statement(&sql)
});

/// A statement about the sale that was written and its evaluations.
fn evaluated(statement: &str) -> String {
    format!("{JUDGED}{statement}").replace("{target}", TARGET)
}

impl Store {
    /// Opens the purchase order of the sale's month, where one is needed and none is open.
    pub(super) fn open_purchase_order_for_sale(
        &self,
        sale: &SaleWrite<'_>,
    ) -> Result<Statement, StoreError> {
        let mut values = sale.evaluated()?;
        values.extend(sale.next_purchase_order.values());
        self.statement(&OPEN_FOR_SALE, &values)
    }

    /// Orders under campaigns that have none of this sale yet.
    pub(super) fn insert_orders(&self, sale: &SaleWrite<'_>) -> Result<Statement, StoreError> {
        self.statement(&INSERT_ORDERS, &sale.evaluated()?)
    }

    /// Orders whose month is not closed.
    pub(super) fn change_orders(&self, sale: &SaleWrite<'_>) -> Result<Statement, StoreError> {
        let sql = evaluated(CHANGE).replace("{reason}", &REASON.replace("{from}", "free."));
        self.statement(&OPEN_ORDER.in_statement(&sql), &sale.evaluated()?)
    }

    /// Takes from claims what the caps of the month cannot hold beside this sale; `None` if no
    /// campaign of it has a cap, or if it is a claim itself.
    pub(super) fn give_way(&self, sale: &SaleWrite<'_>) -> Result<Option<Statement>, StoreError> {
        if sale.proof != Proof::Verified || sale.evaluations.iter().all(|each| each.cap.is_none()) {
            return Ok(None);
        }
        self.statement(&evaluated(GIVE_WAY), &sale.evaluated()?).map(Some)
    }

    /// Credits for orders whose month is closed.
    pub(super) fn insert_credits(
        &self,
        sale: &SaleWrite<'_>,
    ) -> Result<[Statement; 2], StoreError> {
        let values = sale.evaluated()?;
        let keep = CLOSED_ORDER.in_statement(&evaluated(KEEP_CUT));
        let keep = self.statement(&keep, &values)?;
        let sql = evaluated(CREDIT).replace("{reason}", &REASON.replace("{from}", ""));
        Ok([self.statement(&sql.replace("{difference}", &difference()), &values)?, keep])
    }
}

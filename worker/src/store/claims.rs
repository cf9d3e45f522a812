//! The limits of a shop on the trees that claims order, and what its buyers may be promised.

use std::sync::LazyLock;

use order_events::Proof;
use serde::{Deserialize, Serialize};

use super::{Statement, Store, StoreError, Value, rows, to_json};
use crate::store::order_writes::counted;
use crate::store::sale_write::SaleWrite;
use crate::store::write_guard::{WriteGuard, is_current};

/// Claims of one shop that wait for a review, at most. Anybody can post claims.
pub(crate) const HELD_MAX: i64 = 500;

/// Bytes that claims of one shop on no bill store in one day, at most: those that wait for a
/// webhook or a payment, tests, and those that came in a pause.
pub(crate) const UNBILLED_BYTES_MAX: i64 = 16 * 1024 * 1024;

/// Bytes of a row with its entries in the indexes, beside its texts.
const ROW_BYTES: usize = 1_000;

/// A claim that is to be held against the limits of its shop. Instants in milliseconds since 1970.
#[derive(Serialize)]
pub(crate) struct Claim<'a> {
    pub(crate) shop: &'a str,
    /// The trees that it would order, without the caps of the month.
    pub(crate) trees: u64,
    /// Why it is not plausible, whatever it orders.
    pub(crate) implausible: Option<String>,
    pub(crate) sold_at: i64,
    /// The calendar months of the purchase order that it would join: its own, or the one after it.
    pub(crate) own: &'a str,
    pub(crate) next: &'a str,
    pub(crate) currency: &'a str,
    pub(crate) now: i64,
}

/// The promise to the buyer of a sale. It follows from what was reported and from sums over all
/// sales of the month, never from what is known of this sale.
#[derive(Clone, Copy, Default)]
pub(crate) struct Promise {
    /// The trees of the sale as it was reported, as far as the caps of its month leave any.
    pub(crate) trees: u64,
    /// True if it is a claim that exceeds a bound, so that its trees wait for the owner's review.
    pub(crate) is_held: bool,
    /// True if it is a claim of a shop whose webhook is silent, so that its trees are uncertain.
    pub(crate) is_uncertain: bool,
}

#[derive(Deserialize)]
struct PromiseRow {
    trees: u64,
    is_held: i64,
    is_uncertain: i64,
}

/// Why a claim is held for review, and what it uses up of the limits otherwise. No row if its trees
/// are not billed before the shop's webhook confirms them. `{claim}` is a [`Claim`] as JSON, or
/// `null`.
///
/// The period is that of the purchase order that the claim would join, so that no month end lets
/// two months' worth of claims onto one bill.
const REVIEWED: &str = "
claim AS (
    SELECT {claim} ->> 'shop' AS shop_id, {claim} ->> 'trees' AS trees,
        {claim} ->> 'implausible' AS implausible, {claim} ->> 'sold_at' AS sold_at,
        {claim} ->> 'own' AS own, {claim} ->> 'next' AS next, {claim} ->> 'currency' AS currency,
        {claim} ->> 'now' AS now
), bounded AS (
    SELECT c.*, h.merchant_id, h.claim_trees_per_sale, h.claim_trees_per_day, h.claim_trees_per_month,
        m.monthly_budget, date(c.now / 1000, 'unixepoch') AS day,
        coalesce((SELECT period FROM purchase_orders WHERE merchant_id = m.id AND state = 'open'
                AND ends_at > c.sold_at ORDER BY ends_at LIMIT 1),
            iif(EXISTS (SELECT 1 FROM purchase_orders WHERE merchant_id = m.id
                AND (period = c.own OR ends_at > c.sold_at)), c.next, c.own)) AS period
    FROM claim c JOIN shops h ON h.id = c.shop_id JOIN merchants m ON m.id = h.merchant_id
    WHERE coalesce(h.webhook_first_at > c.now, 1)
), summed AS (
    SELECT b.*,
        b.trees + coalesce((SELECT sum(trees) FROM claimed_trees
            WHERE shop_id = b.shop_id AND day = b.day), 0) AS trees_of_day,
        b.trees + coalesce((SELECT sum(trees) FROM claimed_trees
            WHERE shop_id = b.shop_id AND period = b.period), 0) AS trees_of_month,
        CASE WHEN b.monthly_budget IS NOT NULL THEN
            (b.trees + coalesce((SELECT sum(t.trees) FROM shops s JOIN claimed_trees t
                ON t.shop_id = s.id AND t.period = b.period WHERE s.merchant_id = b.merchant_id), 0))
            * coalesce((SELECT amount FROM tree_prices WHERE currency = b.currency
                AND valid_from <= b.now ORDER BY valid_from DESC LIMIT 1), 0) END AS cost
    FROM bounded b
), reviewed AS (
    SELECT day, period, trees, CASE
        WHEN implausible IS NOT NULL THEN implausible
        WHEN trees > claim_trees_per_sale THEN 'it would order ' || trees
            || ' trees, and a claim of this shop orders at most ' || claim_trees_per_sale
        WHEN trees_of_day > claim_trees_per_day THEN 'with it, the claims of ' || day
            || ' would order ' || trees_of_day || ' trees, and this shop''s limit per day is '
            || claim_trees_per_day
        WHEN trees_of_month > claim_trees_per_month THEN 'with it, the claims of ' || period
            || ' would order ' || trees_of_month || ' trees, and this shop''s limit per month is '
            || claim_trees_per_month
        WHEN cost > monthly_budget THEN 'with it, the claims of ' || period
            || ' would cost more than your monthly budget' END AS held_because
    FROM summed
)";

/// A [`Promise`]: `?1` is the claim, `?2` the evaluations as JSON, `?3` the calendar month, `?4` is
/// 1 for a claim, `?5` for a test, which uses up no cap, and `?6` is the shop.
const PROMISE: &str = "
SELECT EXISTS (SELECT 1 FROM reviewed WHERE held_because IS NOT NULL) AS is_held,
    ?4 = 1 AND ?5 = 0 AND EXISTS (SELECT 1 FROM shops WHERE id = ?6 AND silent_since IS NOT NULL)
        AS is_uncertain,
    coalesce((SELECT sum(CASE WHEN j.value ->> 'cap' IS NULL OR ?5 = 1 THEN j.value ->> 'trees'
        ELSE min(j.value ->> 'trees', max(0, (j.value ->> 'cap') - {counted})) END)
        FROM json_each(?2) j), 0) AS trees";

/// The same as it is sent, put together once in the life of an isolate.
static PROMISE_OF_CLAIM: LazyLock<String> = LazyLock::new(|| {
    let counted = counted("(j.value ->> 'campaign')", "?3", "?4 = 1");
    let promise = PROMISE.replace("{counted}", &counted);
    format!("WITH {}{promise}", reviewed("?1"))
});

/// Claims of the same sale that order nothing yet: tests, unpaid ones and held ones. They give way
/// to the claim `?1` if it is not held itself, so that no forger keeps a buyer's sale out by
/// posting its id first. `?2` to `?4` are the place, `?5` to `?7` the guard. A claim that waits for the
/// shop's webhook is on no bill either: its bytes have to fit, or no claim would be left.
const GIVING_WAY: &str = "
SELECT s.id FROM sales s
WHERE s.shop_id = ?2 AND s.mode = ?3 AND s.sale_id = ?4 AND s.proof = 'claimed'
    AND (s.test = 1 OR s.status = 'placed' OR s.held_because IS NOT NULL) AND s.paused_since IS NULL
    AND NOT EXISTS (SELECT 1 FROM reviewed WHERE held_because IS NOT NULL)
    AND (EXISTS (SELECT 1 FROM reviewed) OR ?8 > coalesce((SELECT bytes FROM unbilled_claims
        WHERE shop_id = ?2 AND day = date(?7 / 1000, 'unixepoch')), 0))
    AND EXISTS ({is_current})";

/// One that the owner rejected stays.
const REMOVE_ORDERS: &str = "DELETE FROM orders WHERE trees > 0 AND sale IN ({giving_way})";

const REMOVE_SALE: &str = "
DELETE FROM sales WHERE id IN ({giving_way})
    AND NOT EXISTS (SELECT 1 FROM orders WHERE sale = sales.id)";

/// The sale `?1` is a claim on no bill that was just stored.
const COUNT_UNBILLED: &str = "
INSERT INTO unbilled_claims (shop_id, day, bytes)
SELECT shop_id, date(?2 / 1000, 'unixepoch'), ?3 FROM sales
WHERE id = ?1 AND claimed_trees = 0 AND held_because IS NULL
ON CONFLICT (shop_id) DO UPDATE SET bytes = iif(day = excluded.day, bytes, 0) + excluded.bytes,
    day = excluded.day";

/// The common table expressions with the review of the claim in the parameter `claim`.
pub(super) fn reviewed(claim: &str) -> String {
    REVIEWED.replace("{claim}", claim)
}

/// Reads the result of [`Store::promise`].
pub(super) fn promised(result: Option<&worker::D1Result>) -> Result<Promise, StoreError> {
    let found: Vec<PromiseRow> = result.map_or_else(|| Ok(Vec::new()), rows)?;
    let promise = found.first().map(|row| {
        let (is_held, is_uncertain) = (row.is_held != 0, row.is_uncertain != 0);
        let trees = if is_held || is_uncertain { 0 } else { row.trees };
        Promise { trees, is_held, is_uncertain }
    });
    Ok(promise.unwrap_or_default())
}

impl Claim<'_> {
    /// The claim as a value of a statement; `null` for what is no claim.
    pub(super) fn value(claim: Option<&Self>) -> Result<Value, StoreError> {
        Ok(to_json(&claim, "a claim")?.into())
    }
}

impl Store {
    /// Reads the promise to the buyer, before the sale is stored.
    pub(super) fn promise(&self, sale: &SaleWrite<'_>) -> Result<Statement, StoreError> {
        let values = [
            Claim::value(sale.claim.as_ref())?,
            to_json(&sale.evaluations, "orders")?.into(),
            sale.next_purchase_order.month.into(),
            i64::from(sale.proof == Proof::Claimed).into(),
            i64::from(sale.test).into(),
            sale.place.shop_id.into(),
        ];
        self.statement(&PROMISE_OF_CLAIM, &values)
    }

    /// Counts what a claim stores, if it is stored and on no bill.
    pub(super) fn count_unbilled(&self, sale: &SaleWrite<'_>) -> Result<Statement, StoreError> {
        let of_orders = sale.evaluations.iter().map(|each| each.reason.len());
        let bytes = of_orders.fold(sale.facts.len().saturating_add(ROW_BYTES), |sum, reason| {
            sum.saturating_add(reason).saturating_add(ROW_BYTES)
        });
        let bytes = i64::try_from(bytes).unwrap_or(UNBILLED_BYTES_MAX);
        self.statement(COUNT_UNBILLED, &[sale.id.into(), sale.now.into(), bytes.into()])
    }

    /// Removes an earlier claim of the same sale that orders nothing, if this one would be billed.
    pub(super) fn remove_idle_claim(
        &self,
        sale: &SaleWrite<'_>,
        guard: WriteGuard<'_>,
    ) -> Result<Vec<Statement>, StoreError> {
        let Some(claim) = &sale.claim else { return Ok(Vec::new()) };
        let [shop_id, mode, sale_id] = sale.place.values();
        let values = [
            Claim::value(Some(claim))?,
            shop_id,
            mode,
            sale_id,
            guard.id.into(),
            guard.revision.into(),
            sale.now.into(),
            UNBILLED_BYTES_MAX.into(),
        ];
        let giving_way = GIVING_WAY.replace("{is_current}", &is_current("?5", "?6", "?7"));
        let statement = |sql: &str| {
            let sql = sql.replace("{giving_way}", &giving_way);
            self.statement(&format!("WITH {} {sql}", reviewed("?1")), &values)
        };
        Ok(vec![statement(REMOVE_ORDERS)?, statement(REMOVE_SALE)?])
    }
}

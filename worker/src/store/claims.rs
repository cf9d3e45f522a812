//! The limits of a shop on the trees that claims order, and the claims that its owner has to review.

use serde::{Deserialize, Serialize};

use super::campaigns::of_merchant_as_json;
use super::sales::SaleWrite;
use super::{Statement, Store, StoreError, Value, rows, to_json};

/// Claims of one shop that wait for a review, at most. Anybody can post claims.
pub(crate) const HELD_MAX: i64 = 500;

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

/// A claim that waits for the owner's review.
#[derive(Deserialize)]
pub(crate) struct HeldClaim {
    /// Our id of the sale.
    pub(crate) id: String,
    /// The shop's own order id.
    pub(crate) sale_id: String,
    pub(crate) shop: String,
    pub(crate) held_because: String,
    pub(crate) trees: i64,
    pub(crate) received_at: i64,
}

/// A merchant, with all that its word on a sale needs.
#[derive(Deserialize)]
pub(crate) struct SalesOwner {
    pub(crate) time_zone: String,
    pub(crate) currency: String,
    pub(crate) latest_period_ends_at: Option<i64>,
    pub(crate) paused_at: Option<i64>,
    pub(crate) revision: i64,
    /// The merchant's campaigns, as a JSON array of [`order_events::Campaign`].
    pub(crate) campaigns: String,
}

/// What the buyer of a sale may be promised. It follows from what was reported and from sums over all
/// sales of the month, never from what is known of this sale.
#[derive(Clone, Copy, Default)]
pub(crate) struct Promise {
    /// The trees of the sale as it was reported, as far as the caps of its month leave any.
    pub(crate) trees: u64,
    /// Whether it is a claim that exceeds a bound, so that its trees wait for the owner's review.
    pub(crate) is_held: bool,
}

#[derive(Deserialize)]
struct PromiseRow {
    trees: u64,
    is_held: i64,
}

/// Why a claim is held for review, and what it uses up of the limits otherwise. No row if its trees are
/// not billed before the shop's webhook confirms them. `{claim}` is a [`Claim`] as JSON, or `null`.
///
/// The period is that of the purchase order that the claim would join, so that no month end lets two
/// months' worth of claims onto one bill.
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

/// A [`Promise`]: `?1` is the claim, `?2` the judgements as JSON, `?3` the calendar month, `?4` is 1 for a
/// claim, and `?5` for a test, which uses up no cap.
const PROMISE: &str = "
SELECT EXISTS (SELECT 1 FROM reviewed WHERE held_because IS NOT NULL) AS is_held,
    coalesce((SELECT sum(CASE WHEN j.value ->> 'cap' IS NULL OR ?5 = 1 THEN j.value ->> 'trees'
        ELSE min(j.value ->> 'trees', max(0, (j.value ->> 'cap') - coalesce((
            SELECT sum(trees + credited) FROM orders
            WHERE campaign_id = j.value ->> 'campaign' AND month = ?3
                AND purchase_order_id IS NOT NULL AND (claimed = 0 OR ?4 = 1)), 0))) END)
        FROM json_each(?2) j), 0) AS trees";

const OWNER: &str = "
SELECT m.time_zone, m.currency, m.paused_at, m.revision, ({campaigns}) AS campaigns,
    (SELECT max(ends_at) FROM purchase_orders WHERE merchant_id = m.id) AS latest_period_ends_at
FROM merchants m WHERE m.id = ?1";

const HELD: &str = "
SELECT s.id, s.sale_id, h.name AS shop, s.held_because, s.received_at,
    coalesce((SELECT sum(trees) FROM orders WHERE sale = s.id), 0) AS trees
FROM shops h JOIN sales s ON s.shop_id = h.id
WHERE h.merchant_id = ?1 AND s.held_because IS NOT NULL
ORDER BY s.received_at, s.id LIMIT ?2";

/// What can be rejected of the sale `?1`: a closed purchase order never changes.
const REJECTED: &str = "sale = ?1 AND claimed = 1 AND trees > 0 AND NOT EXISTS
    (SELECT 1 FROM purchase_orders WHERE id = orders.purchase_order_id AND state <> 'open')";

const REJECT: &str = "
UPDATE sales SET held_because = NULL, claimed_trees = 0
WHERE id = ?1 AND proof = 'claimed' AND EXISTS (SELECT 1 FROM orders WHERE {rejected})
RETURNING id";

const REJECT_ORDERS: &str = "
UPDATE orders SET waits_for = NULL, trees = 0, uncapped_trees = 0, purchase_order_id = NULL,
    reason = reason || '; rejected by the owner'
WHERE {rejected}";

/// The common table expressions with the review of the claim in the parameter `claim`.
pub(super) fn reviewed(claim: &str) -> String {
    REVIEWED.replace("{claim}", claim)
}

/// Reads the result of [`Store::promise`].
pub(super) fn promised(result: Option<&worker::D1Result>) -> Result<Promise, StoreError> {
    let found: Vec<PromiseRow> = result.map_or_else(|| Ok(Vec::new()), rows)?;
    let promise = found.first().map(|row| match row.is_held {
        0 => Promise { trees: row.trees, is_held: false },
        _ => Promise { trees: 0, is_held: true },
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
    /// What the buyer of a sale may be promised, before the sale is stored.
    pub(super) fn promise(&self, sale: &SaleWrite<'_>) -> Result<Statement, StoreError> {
        let values = [
            Claim::value(sale.claim.as_ref())?,
            to_json(&sale.judgements, "orders")?.into(),
            sale.next_purchase_order.month.into(),
            i64::from(sale.proof == "claimed").into(),
            i64::from(sale.test).into(),
        ];
        self.statement(&format!("WITH {}{PROMISE}", reviewed("?1")), &values)
    }

    /// The merchant's claims that wait for a review, oldest first, at most `limit`.
    pub(crate) async fn held_claims(
        &self,
        merchant: &str,
        limit: i64,
    ) -> Result<Vec<HeldClaim>, StoreError> {
        self.all(HELD, &[merchant.into(), limit.into()]).await
    }

    /// The merchant, as its word on a sale needs it.
    pub(crate) async fn sales_owner(&self, id: &str) -> Result<Option<SalesOwner>, StoreError> {
        let sql = OWNER.replace("{campaigns}", &of_merchant_as_json());
        self.first(&sql, &[id.into()]).await
    }

    /// Rejects the claim that is the sale with this id of ours; `false` if it has no order that rests on
    /// a claim and is not on a closed purchase order.
    pub(crate) async fn reject_claim(&self, sale: &str) -> Result<bool, StoreError> {
        let statement =
            |sql: &str| self.statement(&sql.replace("{rejected}", REJECTED), &[sale.into()]);
        let results = self.batch(vec![statement(REJECT)?, statement(REJECT_ORDERS)?]).await?;
        super::has_rows(results.first())
    }
}

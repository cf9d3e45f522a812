//! The table `purchase_orders`: opened with the first order, closed once, never changed after.

use serde::Deserialize;

use super::{Statement, Store, StoreError, Value, bounded};
use crate::crypto::ids::start_of_id;
use crate::crypto::link::PayLink;
use crate::domain::states::{DigestCover, Dunning, PurchaseOrderState};
use crate::store::resource::Resource;
use crate::store::write_guard::{WriteGuard, is_current};

/// A purchase order as it is stored; of an open one, `trees` and `total` are what it holds so far.
#[derive(Clone, Deserialize)]
pub(crate) struct PurchaseOrderRow {
    pub(crate) id: String,
    pub(crate) merchant_id: String,
    pub(crate) merchant: String,
    pub(crate) time_zone: String,
    pub(crate) period: String,
    /// Its place among the purchase orders of the month, from its close on.
    sequence: Option<i64>,
    pub(crate) starts_at: i64,
    pub(crate) ends_at: i64,
    pub(crate) state: PurchaseOrderState,
    pub(crate) currency: String,
    pub(crate) trees: i64,
    /// Minor units of `currency`.
    pub(crate) total: i64,
    /// SHA-256 in hexadecimal, and the records that it covers: `lines` or `orders`.
    pub(crate) digest: Option<String>,
    pub(crate) digest_covers: Option<DigestCover>,
    pub(crate) closed_at: Option<i64>,
    pub(crate) paid_at: Option<i64>,
    /// When the saved card is charged next.
    pub(crate) next_attempt_at: Option<i64>,
    /// The outcome of the last attempt to pay, in words for the payer.
    pub(crate) last_message: Option<String>,
    /// The last step that was taken because it is not paid.
    pub(crate) dunning: Dunning,
    /// When that was.
    pub(crate) dunned_at: Option<i64>,
    /// When the next step is taken, unless it is paid.
    pub(crate) next_dunning_at: Option<i64>,
    /// The token of the pay link, encrypted.
    pub(crate) link_encrypted: Option<String>,
}

impl PurchaseOrderRow {
    /// Its number, from its close on: `PO-2026-11-0042`.
    pub(crate) fn number(&self) -> Option<String> {
        self.sequence.map(|sequence| purchase_orders::number(&self.period, sequence))
    }
}

/// The data that decides about a merchant's next purchase order.
#[derive(Clone, Copy)]
pub(crate) struct Billing<'a> {
    pub(crate) time_zone: &'a str,
    pub(crate) currency: &'a str,
    /// The end of the merchant's latest purchase order, in milliseconds since 1970.
    pub(crate) latest_period_ends_at: Option<i64>,
}

/// A calendar month; instants in milliseconds since 1970.
#[derive(Clone, Copy)]
pub(crate) struct MonthRow<'a> {
    /// `2026-11`.
    pub(crate) period: &'a str,
    pub(crate) starts_at: i64,
    pub(crate) ends_at: i64,
}

/// A purchase order that is opened with its first order.
#[derive(Clone, Copy)]
pub(crate) struct NewPurchaseOrder<'a> {
    pub(crate) id: &'a str,
    /// The calendar month of what is ordered, which caps are for.
    pub(crate) month: &'a str,
    /// The month that it is for, unless that is closed.
    pub(crate) own: MonthRow<'a>,
    /// The month that it is for where its own is closed.
    pub(crate) next: MonthRow<'a>,
    pub(crate) currency: &'a str,
    pub(crate) link_hash: &'a str,
    pub(crate) link_encrypted: Option<&'a str>,
}

impl NewPurchaseOrder<'_> {
    /// The values `?9` to `?17` of [`OPEN`].
    pub(super) fn values(&self) -> [Value; 9] {
        let (own, next) = (self.own, self.next);
        [
            self.id.into(),
            self.link_hash.into(),
            own.period.into(),
            own.starts_at.into(),
            own.ends_at.into(),
            next.period.into(),
            next.starts_at.into(),
            next.ends_at.into(),
            self.link_encrypted.into(),
        ]
    }
}

/// `{trees}` is [`TREES`] and `{total}` is [`TOTAL`], both bounded.
const SELECT: &str = "
SELECT p.id, m.id AS merchant_id, m.name AS merchant, m.time_zone, p.period, p.sequence, p.starts_at, p.ends_at, p.state, p.currency,
    {trees} AS trees, {total} AS total,
    p.digest, p.digest_covers, p.closed_at, p.paid_at, p.next_attempt_at, p.dunning, p.dunned_at, p.next_dunning_at,
    p.link_encrypted,
    (SELECT message FROM payments WHERE purchase_order_id = p.id ORDER BY attempt DESC LIMIT 1)
        AS last_message
FROM purchase_orders p JOIN merchants m ON m.id = p.merchant_id";

const TREES: &str = "coalesce(p.trees, p.running_trees)";

/// `{carried}` is [`CARRIED_INTO`].
const TOTAL: &str = "coalesce(p.total, p.running_total
        + (SELECT total(v.amount) FROM carried_over v WHERE {carried}))";

/// True if an amount `v` that was carried over is of the purchase order `p`: those that wait are of
/// the merchant's next to be closed.
pub(super) const CARRIED_INTO: &str = "v.to_purchase_order_id = p.id OR (
    v.to_purchase_order_id IS NULL AND v.merchant_id = p.merchant_id AND v.currency = p.currency
    AND p.state = 'open' AND p.ends_at = (SELECT min(ends_at) FROM purchase_orders
        WHERE merchant_id = p.merchant_id AND state = 'open'))";

/// The purchase order that is open for what the merchant `?3` sold at the instant `?4`.
pub(super) const TARGET: &str = "target AS (
    SELECT id FROM purchase_orders WHERE merchant_id = ?3 AND state = 'open' AND ends_at > ?4
    ORDER BY ends_at LIMIT 1
)";

/// Opens a purchase order for what was sold at `?4`: for its own month, unless that month or a
/// later one is closed; otherwise for the next month, if none is open. Months never overlap, also
/// after a change of the time zone. `?6` is the currency, `?8` is now, and
/// [`NewPurchaseOrder::values`] are the values from `?9` on.
pub(super) const OPEN: &str = "
, chosen AS (
    SELECT NOT EXISTS (SELECT 1 FROM purchase_orders WHERE merchant_id = ?3
        AND (period = ?11 OR (ends_at > ?4 AND (state <> 'open' OR starts_at <= ?4)))) AS is_own
), beside AS (
    SELECT (SELECT max(ends_at) FROM purchase_orders WHERE merchant_id = ?3 AND ends_at <= ?4)
            AS earlier_ends_at,
        (SELECT min(starts_at) FROM purchase_orders WHERE merchant_id = ?3 AND starts_at > ?4)
            AS later_starts_at
)
INSERT INTO purchase_orders
    (id, merchant_id, period, starts_at, ends_at, state, currency, link_hash, created_at,
        link_encrypted)
SELECT ?9, ?3, iif(is_own, ?11, ?14),
    iif(is_own, max(?12, coalesce(earlier_ends_at, ?12)), ?15),
    iif(is_own, min(?13, coalesce(later_starts_at, ?13)), ?16), 'open', ?6, ?10, ?8, ?17
FROM chosen, beside WHERE (is_own OR NOT EXISTS (SELECT 1 FROM target)) AND {needed}
ON CONFLICT (merchant_id, period) DO NOTHING";

const RENEW_LINK: &str = "
UPDATE purchase_orders SET link_hash = ?2, link_encrypted = ?3 WHERE id = ?1";

/// The id that stands for the purchase order that collects orders now.
const OPEN_NAME: &str = "open";

/// The purchase orders `p` for which a condition holds.
fn select(condition: &str) -> String {
    let select = SELECT.replace("{trees}", &bounded(TREES)).replace("{total}", &bounded(TOTAL));
    format!("{select} WHERE {condition}").replace("{carried}", CARRIED_INTO)
}

impl Resource for PurchaseOrderRow {
    const NAME: &'static str = "purchase order";

    async fn load(store: &Store, merchant: &str, id: &str) -> Result<Option<Self>, StoreError> {
        let sql = select(&format!(
            "p.merchant_id = ?1 AND (p.id = ?2 OR (?2 = '{OPEN_NAME}' AND p.state = 'open')
                OR (p.id >= ?3 AND p.id < ?3 || 'g'))
            ORDER BY p.ends_at DESC LIMIT 1"
        ));
        store.first(&sql, &[merchant.into(), id.into(), start_of_id("po", id).into()]).await
    }
}

impl Store {
    /// The merchant's purchase orders in this state, or in any, newest month first: at most
    /// `limit`, from behind the purchase order `after` on.
    pub(crate) async fn purchase_orders(
        &self,
        merchant: &str,
        state: Option<PurchaseOrderState>,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<PurchaseOrderRow>, StoreError> {
        let sql = select(
            "p.merchant_id = ?1 AND (?2 IS NULL OR p.state = ?2)
            AND (?3 IS NULL OR p.ends_at <
                (SELECT ends_at FROM purchase_orders WHERE merchant_id = ?1 AND id = ?3))
            ORDER BY p.ends_at DESC LIMIT ?4",
        );
        let state = state.map(PurchaseOrderState::as_str);
        self.all(&sql, &[merchant.into(), state.into(), after.into(), limit.into()]).await
    }

    /// The open purchase order of the month of `now`.
    pub(super) fn open_of_month_statement(
        &self,
        merchant: &str,
        now: i64,
    ) -> Result<Statement, StoreError> {
        let is_of_month =
            "p.merchant_id = ?1 AND p.state = 'open' AND p.starts_at <= ?2 AND p.ends_at > ?2";
        self.statement(&select(is_of_month), &[merchant.into(), now.into()])
    }

    /// The merchant's unpaid purchase orders, the oldest first, at most `limit`.
    pub(super) fn unpaid_statement(
        &self,
        merchant: &str,
        limit: i64,
    ) -> Result<Statement, StoreError> {
        let is_unpaid =
            "p.merchant_id = ?1 AND p.state = 'payment due' ORDER BY p.ends_at LIMIT ?2";
        self.statement(&select(is_unpaid), &[merchant.into(), limit.into()])
    }

    /// The purchase order that a pay link stands for.
    pub(crate) async fn purchase_order_by_link(
        &self,
        link_hash: &str,
    ) -> Result<Option<PurchaseOrderRow>, StoreError> {
        self.first(&select("p.link_hash = ?1"), &[link_hash.into()]).await
    }

    /// Gives a purchase order another pay link; the one before leads nowhere from then on.
    pub(crate) async fn renew_link(&self, id: &str, link: &PayLink) -> Result<(), StoreError> {
        let values = [id.into(), link.hash.as_str().into(), link.encrypted.as_deref().into()];
        self.write(RENEW_LINK, &values).await.map(|_| ())
    }

    /// Opens a purchase order for what is ordered `now`, unless one is open for it or its key or
    /// shop is no longer what it was.
    pub(super) fn open_purchase_order(
        &self,
        merchant: &str,
        next: &NewPurchaseOrder<'_>,
        now: i64,
        guard: WriteGuard<'_>,
    ) -> Result<Statement, StoreError> {
        let is_current = format!("EXISTS ({})", is_current("?1", "?2", "?8"));
        let sql = format!("WITH {TARGET}{}", OPEN.replace("{needed}", &is_current));
        let mut values = vec![
            guard.id.into(),
            guard.revision.into(),
            merchant.into(),
            now.into(),
            Value::Null,
            next.currency.into(),
            Value::Null,
            now.into(),
        ];
        values.extend(next.values());
        self.statement(&sql, &values)
    }
}

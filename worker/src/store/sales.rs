//! The table `sales`: one sale is one row, and each write of it takes its orders along.

use std::sync::LazyLock;

use order_events::{Campaign, Proof, SaleFacts, SaleStatus};
use serde::Deserialize;
use worker::D1Result;

use super::campaigns::as_json;
use super::claims::{Claim, HELD_MAX, Promise, UNBILLED_BYTES_MAX, promised, reviewed};
use super::orders::{OF_SALE, OrderRow};
use super::{Statement, Store, StoreError, has_rows, rows};
use crate::domain::states::OrderState;
use crate::store::sale_write::{SalePlace, SaleWrite};
use crate::store::shops::CONNECTED_AT;
use crate::store::write_guard::{WriteGuard, is_current};

/// A sale that is kept.
#[derive(Deserialize)]
pub(crate) struct KnownSale {
    /// Our id of it.
    pub(crate) id: String,
    facts: String,
    campaigns: String,
    written_by: String,
    /// `claimed` or `verified`.
    pub(crate) proof: Proof,
    pub(crate) received_at: i64,
    /// The time when its shop was connected, or its test mode ended, unless it was known before.
    /// Earlier sales order nothing.
    pub(crate) connected_at: i64,
    /// The start of the pause in which it was first reported.
    pub(crate) paused_since: Option<i64>,
}

/// A sale as it stands.
pub(crate) struct Kept {
    /// True if it was kept by this write, and not known before.
    pub(crate) is_new: bool,
    /// True if this write ordered trees that were not ordered before.
    pub(crate) has_new_orders: bool,
    /// True if it is a claim that would have orders and has none: the bound on the claims of its
    /// shop is full, or the sale is known and has no orders.
    pub(crate) is_without_orders: bool,
    /// The promise to the buyer, which does not depend on the stored sale.
    pub(crate) promise: Promise,
    /// The stored sale; `None` after a claim, which changes nothing.
    pub(crate) known: Option<KnownSale>,
    pub(crate) orders: Vec<OrderRow>,
}

#[derive(Deserialize)]
struct StoredRow {}

const STORED: &str = "SELECT id FROM sales WHERE shop_id = ?1 AND mode = ?2 AND sale_id = ?3";

#[derive(Deserialize)]
struct TreesRow {
    trees: u32,
}

/// The states of the orders of a claim that orders nothing yet.
const IDLE_STATES: [OrderState; 3] =
    [OrderState::Test, OrderState::AwaitingPayment, OrderState::HeldForReview];

/// Only if the row is still the one that was read, and no campaign of `?8` was changed meanwhile:
/// its version may be forgotten by now.
const CHANGE: &str = "
UPDATE sales SET proof = ?4, test = ?5, facts = ?6, sold_at = ?7, written_by = ?2,
    evaluated_under = coalesce(?8, evaluated_under), status = ?9, paused_since = ?10,
    number = coalesce(?11, number), held_because = iif(?4 = 'verified', NULL, held_because),
    claimed_trees = iif(?4 = 'verified', 0, claimed_trees)
WHERE id = ?1 AND written_by = ?3 AND NOT EXISTS (SELECT 1 FROM json_each(coalesce(?8, '[]')) j
    WHERE NOT EXISTS (SELECT 1 FROM campaign_versions
        WHERE campaign_id = j.value ->> 0 AND version = j.value ->> 1))
RETURNING id";

const KNOWN: &str = "
SELECT s.id, s.facts, s.written_by, s.proof, s.received_at, s.paused_since,
    {connected_at} AS connected_at,
    (SELECT {campaigns} FROM json_each(s.evaluated_under) j JOIN campaign_versions v
        ON v.campaign_id = j.value ->> 0 AND v.version = j.value ->> 1) AS campaigns
FROM sales s JOIN shops h ON h.id = s.shop_id
WHERE s.shop_id = ?1 AND s.mode = ?2 AND s.sale_id = ?3";

/// The insert of a new sale, put together once in the life of an isolate.
static INSERT: LazyLock<String> = LazyLock::new(|| {
    let is_current = is_current("?1", "?2", "?3");
    format!(
        "WITH {}
            INSERT INTO sales (id, written_by, shop_id, mode, sale_id, proof, test, facts,
                evaluated_under, sold_at, received_at, status, paused_since, number, held_because,
                claimed_trees, claimed_day, claimed_period)
            SELECT ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?3, ?14, ?15, ?16, r.held_because,
                iif(r.held_because IS NULL, coalesce(r.trees, 0), 0), coalesce(r.day, ''),
                coalesce(r.period, '')
            FROM (SELECT 1) LEFT JOIN reviewed r
            WHERE EXISTS ({is_current}) AND (r.held_because IS NULL OR ?18 >
                (SELECT count(*) FROM sales WHERE shop_id = ?6 AND held_because IS NOT NULL))
                AND (?9 = 'verified' OR r.day IS NOT NULL OR ?19 > coalesce((SELECT bytes
                    FROM unbilled_claims WHERE shop_id = ?6
                        AND day = date(?3 / 1000, 'unixepoch')), 0))
            ON CONFLICT (shop_id, mode, sale_id) DO NOTHING
            RETURNING id",
        reviewed("?17")
    )
});

impl Kept {
    /// True if the stored sale is an earlier claim that orders nothing yet: a test, an unpaid or a
    /// held one. It may give way to a later claim.
    fn has_idle_claim(&self) -> bool {
        let is_idle = |order: &OrderRow| IDLE_STATES.contains(&order.state);
        !self.is_new && self.known.is_none() && self.orders.iter().any(is_idle)
    }
}

impl KnownSale {
    /// The stored facts of it.
    pub(crate) fn facts(&self) -> Result<SaleFacts, StoreError> {
        serde_json::from_str(&self.facts)
            .map_err(|_| StoreError::Failed("stored facts of a sale could not be read".into()))
    }

    /// The campaigns under which it was first evaluated, as they were then.
    pub(crate) fn campaigns(&self) -> Result<Vec<Campaign>, StoreError> {
        serde_json::from_str(&self.campaigns)
            .map_err(|_| StoreError::Failed("a stored campaign could not be read".into()))
    }
}

impl Store {
    /// Stores a new sale with its orders, and returns the stored sale, in one
    /// transaction and one round trip; `None`, and nothing is stored, if its key or shop is no
    /// longer what it was. A claim that orders nothing is not kept.
    pub(crate) async fn keep_sale(
        &self,
        sale: &SaleWrite<'_>,
        guard: WriteGuard<'_>,
    ) -> Result<Option<Kept>, StoreError> {
        match self.keep_after(Vec::new(), sale, guard).await? {
            // Rare, so it takes a second transaction instead of two statements for every claim.
            Some(kept)
                if sale.claim.is_some() && kept.has_idle_claim() && !kept.promise.is_held =>
            {
                self.keep_after(self.remove_idle_claim(sale, guard)?, sale, guard).await
            }
            kept => Ok(kept),
        }
    }

    /// Returns true if a sale is stored in this place.
    pub(crate) async fn is_stored(&self, place: &SalePlace<'_>) -> Result<bool, StoreError> {
        let stored: Option<StoredRow> = self.first(STORED, &place.values()).await?;
        Ok(stored.is_some())
    }

    /// The same after other statements, in one transaction with them.
    async fn keep_after(
        &self,
        before: Vec<Statement>,
        sale: &SaleWrite<'_>,
        guard: WriteGuard<'_>,
    ) -> Result<Option<Kept>, StoreError> {
        let asks = [guard.id.into(), guard.revision.into(), sale.now.into()];
        let mut statements =
            vec![self.statement(&is_current("?1", "?2", "?3"), &asks)?, self.promise(sale)?];
        let is_kept = sale.proof == Proof::Verified || !sale.evaluations.is_empty();
        let mut ordered_by = None;
        statements.extend(before);
        let inserted_by = statements.len();
        if is_kept {
            statements.push(self.insert_sale(sale, guard)?);
        }
        if sale.may_be_unbilled {
            statements.push(self.count_unbilled(sale)?);
        }
        if !sale.evaluations.is_empty() {
            statements.push(self.open_purchase_order_for_sale(sale)?);
            ordered_by = Some(statements.len());
            statements.push(self.insert_orders(sale)?);
            statements.extend(self.give_way(sale)?);
        }
        if sale.proof == Proof::Verified {
            let known = KNOWN
                .replace("{campaigns}", &as_json("v", "campaign_id"))
                .replace("{connected_at}", CONNECTED_AT);
            statements.push(self.statement(&known, &sale.place.values())?);
        }
        statements.push(self.statement(&OF_SALE, &sale.place.values())?);
        let results = self.batch(statements).await?;
        if !has_rows(results.first())? {
            return Ok(None);
        }
        let orders = orders(&results)?;
        Ok(Some(Kept {
            is_new: is_kept && has_rows(results.get(inserted_by))?,
            has_new_orders: has_trees(ordered_by.and_then(|index| results.get(index)))?,
            is_without_orders: sale.proof == Proof::Claimed && is_kept && orders.is_empty(),
            promise: promised(results.get(1))?,
            known: if sale.proof == Proof::Verified { known(&results)? } else { None },
            orders,
        }))
    }

    /// Changes a sale that is known, and what follows from it: orders of open months are changed,
    /// orders of closed ones get a credit. `None`, and nothing is changed, if another request
    /// changed it, or a campaign that it is evaluated under, since they were read.
    pub(crate) async fn change_sale(
        &self,
        known: &KnownSale,
        sale: &SaleWrite<'_>,
    ) -> Result<Option<Kept>, StoreError> {
        let values = [
            sale.id.into(),
            sale.written_by.into(),
            known.written_by.as_str().into(),
            sale.proof.as_str().into(),
            i64::from(sale.test).into(),
            sale.facts.as_str().into(),
            sale.sold_at.into(),
            sale.evaluated_under()?.into(),
            sale.status.map(SaleStatus::as_str).into(),
            sale.paused_since.into(),
            sale.number.into(),
        ];
        let mut statements = vec![self.statement(CHANGE, &values)?];
        statements.push(self.open_purchase_order_for_sale(sale)?);
        statements.extend(self.insert_credits(sale)?);
        statements.push(self.change_orders(sale)?);
        let ordered_by = statements.len();
        statements.push(self.insert_orders(sale)?);
        statements.extend(self.give_way(sale)?);
        statements.push(self.statement(&OF_SALE, &sale.place.values())?);
        let results = match self.batch(statements).await {
            // A month was closed meanwhile, so that no purchase order is open for this sale.
            Err(StoreError::Conflict) => return Ok(None),
            results => results?,
        };
        if !has_rows(results.first())? {
            return Ok(None);
        }
        Ok(Some(Kept {
            is_new: false,
            has_new_orders: has_trees(results.get(ordered_by))?,
            is_without_orders: false,
            promise: Promise::default(),
            known: None,
            orders: orders(&results)?,
        }))
    }

    fn insert_sale(
        &self,
        sale: &SaleWrite<'_>,
        guard: WriteGuard<'_>,
    ) -> Result<Statement, StoreError> {
        let [shop_id, mode, sale_id] = sale.place.values();
        let values = [
            guard.id.into(),
            guard.revision.into(),
            sale.now.into(),
            sale.id.into(),
            sale.written_by.into(),
            shop_id,
            mode,
            sale_id,
            sale.proof.as_str().into(),
            i64::from(sale.test).into(),
            sale.facts.as_str().into(),
            sale.evaluated_under()?.into(),
            sale.sold_at.into(),
            sale.status.map(SaleStatus::as_str).into(),
            sale.paused_since.into(),
            sale.number.into(),
            Claim::value(sale.claim.as_ref())?,
            HELD_MAX.into(),
            UNBILLED_BYTES_MAX.into(),
        ];
        self.statement(&INSERT, &values)
    }
}

/// Returns true if a statement that made orders made one with trees.
fn has_trees(result: Option<&D1Result>) -> Result<bool, StoreError> {
    let made: Vec<TreesRow> = result.map_or_else(|| Ok(Vec::new()), rows)?;
    Ok(made.iter().any(|order| order.trees > 0))
}

/// The result before the last one of a batch.
fn known(results: &[D1Result]) -> Result<Option<KnownSale>, StoreError> {
    match results {
        [.., known, _] => Ok(rows(known)?.into_iter().next()),
        _ => Ok(None),
    }
}

/// The last result of a batch.
fn orders(results: &[D1Result]) -> Result<Vec<OrderRow>, StoreError> {
    results.last().map_or_else(|| Ok(Vec::new()), rows)
}

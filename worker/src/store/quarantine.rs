//! The table `quarantined_sales`: what could not be read as a sale, until its owner deals with it.

use serde::Deserialize;

use super::{Store, StoreError, Table, Value, oldest_first};
use crate::domain::states::{Environment, QuarantineSource};
use crate::store::resource::Resource;

/// A quarantined sale as it is stored.
#[derive(Deserialize)]
pub(crate) struct QuarantinedRow {
    pub(crate) id: String,
    pub(crate) shop_id: String,
    pub(crate) shop: String,
    pub(crate) mode: Environment,
    pub(crate) source: QuarantineSource,
    /// The shop's own order id; empty if the body does not show it.
    pub(crate) sale_id: String,
    /// The path of the field that is wrong; empty if it is the whole body.
    pub(crate) field: String,
    pub(crate) problem: String,
    /// How often it was received.
    pub(crate) times: i64,
    pub(crate) first_received_at: i64,
    pub(crate) last_received_at: i64,
}

/// A sale to be quarantined. It holds nothing of the body but the sale's id.
pub(crate) struct NewQuarantinedSale<'a> {
    pub(crate) id: &'a str,
    pub(crate) merchant_id: &'a str,
    pub(crate) shop_id: &'a str,
    pub(crate) mode: Environment,
    pub(crate) source: QuarantineSource,
    pub(crate) sale_id: &'a str,
    pub(crate) field: &'a str,
    pub(crate) problem: &'a str,
    pub(crate) now: i64,
    /// Entries of one shop and source, at most: anybody can send claims.
    pub(crate) entries_max: i64,
}

/// The same sale with the same problem is one entry, which counts.
const INSERT: &str = "
INSERT INTO quarantined_sales (id, merchant_id, shop_id, mode, source, sale_id, field, problem,
    first_received_at, last_received_at)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9
WHERE (SELECT count(*) FROM quarantined_sales WHERE shop_id = ?3 AND mode = ?4 AND source = ?5) < ?10
    OR EXISTS (SELECT 1 FROM quarantined_sales WHERE shop_id = ?3 AND mode = ?4 AND source = ?5
        AND sale_id = ?6 AND field = ?7 AND problem = ?8)
ON CONFLICT (shop_id, mode, source, sale_id, field, problem)
    DO UPDATE SET times = times + 1, last_received_at = excluded.last_received_at";

const SELECT: &str = "
SELECT q.id, q.shop_id, h.name AS shop, q.mode, q.source, q.sale_id, q.field, q.problem, q.times,
    q.first_received_at, q.last_received_at
FROM quarantined_sales q JOIN shops h ON h.id = q.shop_id";

const DELETE: &str = "DELETE FROM quarantined_sales WHERE merchant_id = ?1 AND id = ?2";

/// Entries of sales that became readable are deleted. A copy's sale of the same id is another sale.
const RELEASE: &str = "
DELETE FROM quarantined_sales
WHERE shop_id = ?1 AND mode = ?2 AND sale_id = ?3
    AND (source <> 'copy' OR site = (SELECT site FROM shops WHERE id = ?1))";

impl Resource for QuarantinedRow {
    const NAME: &'static str = "quarantined sale";

    async fn load(store: &Store, merchant: &str, id: &str) -> Result<Option<Self>, StoreError> {
        let sql = format!("{SELECT} WHERE q.merchant_id = ?1 AND q.id = ?2");
        store.first(&sql, &[merchant.into(), id.into()]).await
    }

    fn is_live_only(&self) -> bool {
        !self.is_test()
    }
}

impl QuarantinedRow {
    /// Returns `true` if it came with a test key.
    pub(crate) fn is_test(&self) -> bool {
        self.mode == Environment::Test
    }
}

impl NewQuarantinedSale<'_> {
    pub(super) fn values(&self) -> [Value; 10] {
        [
            self.id.into(),
            self.merchant_id.into(),
            self.shop_id.into(),
            self.mode.as_str().into(),
            self.source.as_str().into(),
            self.sale_id.into(),
            self.field.into(),
            self.problem.into(),
            self.now.into(),
            self.entries_max.into(),
        ]
    }
}

impl Store {
    /// Quarantines a sale, or counts it again.
    pub(crate) async fn quarantine(&self, sale: &NewQuarantinedSale<'_>) -> Result<(), StoreError> {
        self.write(INSERT, &sale.values()).await?;
        Ok(())
    }

    /// The merchant's quarantined sales, those of test keys only if `is_test`, oldest first: at
    /// most `limit`, from behind the entry `after` on.
    pub(crate) async fn quarantined_sales(
        &self,
        merchant: &str,
        is_test: bool,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<QuarantinedRow>, StoreError> {
        let row = ("q", "first_received_at");
        let page = oldest_first(Table::QuarantinedSales, row, "(?4 = 0 OR q.mode = 'test')");
        let sql = format!("{SELECT} {page}");
        let is_test = i64::from(is_test);
        self.all(&sql, &[merchant.into(), after.into(), limit.into(), is_test.into()]).await
    }

    /// The merchant's quarantined sales that could not be read, oldest first.
    pub(crate) async fn unreadable_sales(
        &self,
        merchant: &str,
        limit: i64,
    ) -> Result<Vec<QuarantinedRow>, StoreError> {
        let sql = format!(
            "{SELECT} WHERE q.merchant_id = ?1 AND q.source <> 'copy'
            ORDER BY q.first_received_at, q.id LIMIT ?2"
        );
        self.all(&sql, &[merchant.into(), limit.into()]).await
    }

    /// Deletes an entry that its owner has dealt with; returns whether there was one.
    pub(crate) async fn delete_quarantined_sale(
        &self,
        merchant: &str,
        id: &str,
    ) -> Result<bool, StoreError> {
        Ok(self.write(DELETE, &[merchant.into(), id.into()]).await? > 0)
    }

    /// Deletes the entries of a sale that its shop has reported in a readable form.
    pub(crate) async fn release_from_quarantine(
        &self,
        shop: &str,
        mode: Environment,
        sale_id: &str,
    ) -> Result<(), StoreError> {
        self.write(RELEASE, &[shop.into(), mode.as_str().into(), sale_id.into()]).await?;
        Ok(())
    }
}

//! Quarantined sales that copies of shops report, with their sites.

use serde::Deserialize;

use super::{Store, StoreError, to_json};
use crate::domain::states::Environment;
use crate::store::quarantine::NewQuarantinedSale;

/// The site of a copy, and what the copy reported, which is stored if it is not too large.
pub(crate) struct QuarantinedReport<'a> {
    pub(crate) site: &'a str,
    /// As JSON.
    pub(crate) report: &'a str,
    /// Bytes of all reports of one sale.
    pub(crate) bytes_max: usize,
}

/// A copied sale whose reports are stored.
#[derive(Deserialize)]
pub(crate) struct CopiedSale {
    pub(crate) id: String,
    pub(crate) mode: Environment,
    pub(crate) sale_id: String,
    /// A JSON array.
    pub(crate) reports: String,
}

/// A copy of a shop.
#[derive(Deserialize)]
pub(crate) struct CopyRow {
    pub(crate) shop_id: String,
    pub(crate) shop: String,
    pub(crate) site: String,
    /// The sales that it reported.
    pub(crate) sales: i64,
    pub(crate) first_at: i64,
    pub(crate) last_at: i64,
}

/// The site of a shop; `None` before a delivery names it.
#[derive(Deserialize)]
pub(crate) struct SiteOfShop {
    pub(crate) site: Option<String>,
}

/// A site from which a copy delivers.
#[derive(Deserialize)]
pub(crate) struct SiteOfCopy {
    pub(crate) site: String,
}

/// Copied sales that are left.
#[derive(Deserialize)]
pub(crate) struct CopiesLeft {
    /// Those with stored reports.
    pub(crate) stored: i64,
    /// Those without.
    pub(crate) missing: i64,
}

/// The site of a shop, and the origin of its storefront.
pub(crate) struct SiteChange<'a> {
    pub(crate) site: &'a str,
    pub(crate) origin: String,
}

/// The reports of one sale are one entry. A report that has no room is left out, and the entry counts
/// it.
const INSERT: &str = "
INSERT INTO quarantined_sales (id, merchant_id, shop_id, mode, source, sale_id, field, problem,
    first_received_at, last_received_at, site, reports)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?11, iif(length(?12) <= ?13, json_array(json(?12)), NULL)
WHERE (SELECT count(*) FROM quarantined_sales WHERE shop_id = ?3 AND mode = ?4 AND source = ?5) < ?10
    OR EXISTS (SELECT 1 FROM quarantined_sales WHERE shop_id = ?3 AND mode = ?4 AND source = ?5
        AND sale_id = ?6 AND field = ?7 AND problem = ?8)
ON CONFLICT (shop_id, mode, source, sale_id, field, problem)
    DO UPDATE SET times = times + 1, last_received_at = excluded.last_received_at,
        reports = iif(length(reports) + length(?12) <= ?13,
            json_insert(reports, '$[#]', json(?12)), reports)";

const LEARN: &str = "UPDATE shops SET site = ?2 WHERE id = ?1 AND site IS NULL";

const SITE: &str =
    "SELECT site FROM shops WHERE merchant_id = ?1 AND id = ?2 AND deleted_at IS NULL";

const SET: &str = "
UPDATE shops SET site = ?3, origin = ?4
WHERE merchant_id = ?1 AND id = ?2 AND deleted_at IS NULL";

const SITES: &str =
    "SELECT DISTINCT site FROM quarantined_sales WHERE shop_id = ?1 AND source = 'copy'";

const NEXT: &str = "
SELECT id, mode, sale_id, reports FROM quarantined_sales
WHERE shop_id = ?1 AND source = 'copy' AND site IN (SELECT value FROM json_each(?2))
    AND reports IS NOT NULL
ORDER BY first_received_at, id LIMIT 1";

const LEFT: &str = "
SELECT count(reports) AS stored, count(*) - count(reports) AS missing FROM quarantined_sales
WHERE shop_id = ?1 AND source = 'copy' AND site IN (SELECT value FROM json_each(?2))";

const DELETE: &str = "DELETE FROM quarantined_sales WHERE id = ?1";

const OF_MERCHANT: &str = "
SELECT h.id AS shop_id, h.name AS shop, q.site, count(*) AS sales,
    min(q.first_received_at) AS first_at, max(q.last_received_at) AS last_at
FROM quarantined_sales q JOIN shops h ON h.id = q.shop_id
WHERE q.merchant_id = ?1 AND q.source = 'copy' AND h.deleted_at IS NULL
GROUP BY h.id, q.site ORDER BY last_at DESC, h.id, q.site";

impl Store {
    /// Quarantines a sale that a copy reports, with its report.
    pub(crate) async fn quarantine_copy(
        &self,
        sale: &NewQuarantinedSale<'_>,
        report: &QuarantinedReport<'_>,
    ) -> Result<(), StoreError> {
        let bytes_max = i64::try_from(report.bytes_max).unwrap_or(i64::MAX);
        let mut values = Vec::from(sale.values());
        values.extend([report.site.into(), report.report.into(), bytes_max.into()]);
        self.write(INSERT, &values).await.map(|_| ())
    }

    /// Notes that a copy delivers.
    pub(crate) async fn note_copy(
        &self,
        shop: &str,
        problem: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        let statement = self.note_problem(shop, problem, now)?;
        self.batch(vec![statement]).await.map(|_| ())
    }

    /// Sets the site of a shop that had none.
    pub(crate) async fn learn_site(&self, shop: &str, site: &str) -> Result<(), StoreError> {
        self.write(LEARN, &[shop.into(), site.into()]).await.map(|_| ())
    }

    /// The site of the merchant's shop; `None` if there is no such shop.
    pub(crate) async fn site_of_shop(
        &self,
        merchant: &str,
        shop: &str,
    ) -> Result<Option<SiteOfShop>, StoreError> {
        self.first(SITE, &[merchant.into(), shop.into()]).await
    }

    /// Sets the site of a shop, and the origin of its storefront.
    pub(crate) async fn set_site(
        &self,
        merchant: &str,
        shop: &str,
        change: &SiteChange<'_>,
    ) -> Result<(), StoreError> {
        let origin = change.origin.as_str().into();
        let values = [merchant.into(), shop.into(), change.site.into(), origin];
        self.write(SET, &values).await.map(|_| ())
    }

    /// The sites from which copies of a shop deliver.
    pub(crate) async fn sites_of_copies(&self, shop: &str) -> Result<Vec<SiteOfCopy>, StoreError> {
        self.all(SITES, &[shop.into()]).await
    }

    /// The oldest sale that these sites reported and whose reports are stored.
    pub(crate) async fn copied_sale(
        &self,
        shop: &str,
        sites: &[String],
    ) -> Result<Option<CopiedSale>, StoreError> {
        self.first(NEXT, &[shop.into(), to_json(sites, "sites")?.into()]).await
    }

    /// How many sales of these sites are quarantined.
    pub(crate) async fn copies_left(
        &self,
        shop: &str,
        sites: &[String],
    ) -> Result<CopiesLeft, StoreError> {
        let left = self.first(LEFT, &[shop.into(), to_json(sites, "sites")?.into()]).await?;
        left.ok_or_else(|| StoreError::Failed("quarantined sales could not be counted".into()))
    }

    /// Deletes a copied sale that was recorded.
    pub(crate) async fn delete_copied_sale(&self, id: &str) -> Result<(), StoreError> {
        self.write(DELETE, &[id.into()]).await.map(|_| ())
    }

    /// The copies of the merchant's shops, the latest first.
    pub(crate) async fn copies(&self, merchant: &str) -> Result<Vec<CopyRow>, StoreError> {
        self.all(OF_MERCHANT, &[merchant.into()]).await
    }
}

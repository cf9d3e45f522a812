//! The table `campaigns`.

use std::collections::BTreeMap;

use order_events::limits;
use serde::Deserialize;

use super::{Statement, Store, StoreError, Table, Value, bounded_sum, ids_as_json, oldest_first};
use crate::store::resource::Resource;

/// A campaign as it is stored.
#[derive(Clone, Deserialize)]
pub(crate) struct CampaignRow {
    pub(crate) id: String,
    pub(crate) version: u32,
    pub(crate) name: String,
    pub(crate) starts_at: i64,
    pub(crate) ends_at: Option<i64>,
    /// [`order_events::Conditions`] as JSON.
    pub(crate) conditions: String,
}

const AS_JSON: &str = "json_group_array(json_object(
    'id', {row}.{id}, 'version', {row}.version, 'name', {row}.name,
    'starts_at', strftime('%Y-%m-%dT%H:%M:%fZ', {row}.starts_at / 1000.0, 'unixepoch'),
    'ends_at', strftime('%Y-%m-%dT%H:%M:%fZ', {row}.ends_at / 1000.0, 'unixepoch'),
    'conditions', json({row}.conditions)))";

/// The rows of a table of campaigns, as a JSON array of [`order_events::Campaign`]. `id` is the
/// column with the campaign's id.
pub(super) fn as_json(row: &str, id: &str) -> String {
    AS_JSON.replace("{row}", row).replace("{id}", id)
}

/// A query for the campaigns of a merchant `m`, as a JSON array of [`order_events::Campaign`].
pub(super) fn of_merchant_as_json() -> String {
    let campaigns = as_json("c", "id");
    format!(
        "SELECT {campaigns} FROM campaigns c WHERE c.merchant_id = m.id AND c.deleted_at IS NULL"
    )
}

/// The merchant's settings of a campaign; instants in milliseconds since 1970.
pub(crate) struct CampaignFields {
    pub(crate) name: String,
    pub(crate) starts_at: i64,
    pub(crate) ends_at: Option<i64>,
    pub(crate) conditions: String,
}

const SELECT: &str = "SELECT id, version, name, starts_at, ends_at, conditions FROM campaigns";

/// Refuses the insert when the merchant already has as many campaigns as allowed.
const INSERT: &str = "
INSERT INTO campaigns (id, merchant_id, version, name, starts_at, ends_at, conditions, created_at)
SELECT ?2, ?1, 1, ?3, ?4, ?5, ?6, ?7
WHERE (SELECT count(*) FROM campaigns WHERE merchant_id = ?1 AND deleted_at IS NULL) < ?8
    AND {fits}";

const CHANGE: &str = "
UPDATE campaigns
SET version = version + 1, name = ?3, starts_at = ?4, ends_at = ?5, conditions = ?6
WHERE merchant_id = ?1 AND id = ?2 AND deleted_at IS NULL AND {fits}
    AND version = coalesce(?7, version)
RETURNING id, version, name, starts_at, ends_at, conditions";

/// The row stays: orders refer to it.
const DELETE: &str = "
UPDATE campaigns SET deleted_at = ?3 WHERE merchant_id = ?1 AND id = ?2 AND deleted_at IS NULL";

impl Resource for CampaignRow {
    const NAME: &'static str = "campaign";

    async fn load(store: &Store, merchant: &str, id: &str) -> Result<Option<Self>, StoreError> {
        let sql = format!("{SELECT} WHERE merchant_id = ?1 AND id = ?2 AND deleted_at IS NULL");
        store.first(&sql, &[merchant.into(), id.into()]).await
    }
}

/// Of each campaign with a cap, what the orders of the calendar month `?2` leave of it.
const TREES_LEFT: &str = "
SELECT c.id AS campaign, max(0, (c.conditions ->> 'cap_per_month') - coalesce((
    SELECT trees FROM campaign_months WHERE campaign_id = c.id AND month = ?2), 0)) AS trees
FROM campaigns c
WHERE c.merchant_id = ?1 AND c.deleted_at IS NULL AND c.conditions ->> 'cap_per_month' IS NOT NULL";

/// Trees of a campaign that count for the caps of calendar months.
const COUNTED: &str = "
SELECT month, trees FROM campaign_months
WHERE campaign_id = ?1 AND month IN (SELECT value FROM json_each(?2))";

/// By the month's sums, so that no order is read.
const TREES: &str = "
SELECT t.campaign_id, {trees} AS trees
FROM campaigns c JOIN campaign_months t ON t.campaign_id = c.id
WHERE c.merchant_id = ?1 AND c.deleted_at IS NULL GROUP BY t.campaign_id";

#[derive(Deserialize)]
struct CampaignTrees {
    campaign_id: String,
    trees: i64,
}

#[derive(Deserialize)]
struct Counted {
    month: String,
    trees: i64,
}

/// The sums of the merchant's campaigns without the one with the id `?2`.
const HELD: &str = "
SELECT coalesce(sum(length(CAST(conditions AS BLOB))), 0) AS bytes,
    coalesce(sum((SELECT count(*) FROM json_tree(c.conditions)
        WHERE path LIKE '%title_contains%')), 0) AS title_parts
FROM campaigns c WHERE merchant_id = ?1 AND id <> ?2 AND deleted_at IS NULL";

/// True if the campaign `?2` with the conditions `?6` fits in with the merchant's others.
const FITS: &str = "EXISTS (SELECT 1 FROM ({held}) h
    WHERE h.bytes + length(CAST(?6 AS BLOB)) <= {bytes_max}
        AND h.title_parts + (SELECT count(*) FROM json_tree(?6) WHERE path LIKE '%title_contains%')
            <= {title_parts_max})";

const OF_MERCHANT: &str = "SELECT ({campaigns}) AS campaigns FROM merchants m WHERE m.id = ?1";

/// Sums over campaigns.
#[derive(Deserialize)]
pub(crate) struct HeldRow {
    /// Bytes of their conditions as JSON.
    pub(crate) bytes: usize,
    pub(crate) title_parts: usize,
}

#[derive(Deserialize)]
struct CampaignsRow {
    campaigns: String,
}

#[derive(Deserialize)]
struct TreesLeft {
    campaign: String,
    trees: u32,
}

impl Store {
    /// How many trees each of the merchant's campaigns with a cap per month may still order in this
    /// calendar month, by the campaign's id.
    pub(crate) async fn trees_left(
        &self,
        merchant: &str,
        month: &str,
    ) -> Result<BTreeMap<String, u32>, StoreError> {
        let rows: Vec<TreesLeft> = self.all(TREES_LEFT, &[merchant.into(), month.into()]).await?;
        Ok(rows.into_iter().map(|row| (row.campaign, row.trees)).collect())
    }

    /// How many trees of a campaign count for its cap, by calendar month.
    pub(crate) async fn counted_trees(
        &self,
        campaign: &str,
        months: &[String],
    ) -> Result<BTreeMap<String, i64>, StoreError> {
        let rows: Vec<Counted> =
            self.all(COUNTED, &[campaign.into(), ids_as_json(months)?]).await?;
        Ok(rows.into_iter().map(|row| (row.month, row.trees)).collect())
    }

    /// The merchant's campaigns, oldest first: at most `limit`, from behind the campaign `after`
    /// on.
    pub(crate) async fn campaigns(
        &self,
        merchant: &str,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<CampaignRow>, StoreError> {
        let page =
            oldest_first(Table::Campaigns, ("campaigns", "created_at"), "deleted_at IS NULL");
        self.all(&format!("{SELECT} {page}"), &[merchant.into(), after.into(), limit.into()]).await
    }

    /// All campaigns of the merchant, as a JSON array of [`order_events::Campaign`].
    pub(crate) async fn campaigns_as_json(&self, merchant: &str) -> Result<String, StoreError> {
        let sql = OF_MERCHANT.replace("{campaigns}", &of_merchant_as_json());
        let row: Option<CampaignsRow> = self.first(&sql, &[merchant.into()]).await?;
        Ok(row.map_or_else(|| "[]".to_owned(), |row| row.campaigns))
    }

    /// Returns the sums of the merchant's campaigns without the one with the id `other_than`.
    pub(crate) async fn held_by_campaigns(
        &self,
        merchant: &str,
        other_than: &str,
    ) -> Result<HeldRow, StoreError> {
        let row = self.first(HELD, &[merchant.into(), other_than.into()]).await?;
        Ok(row.unwrap_or(HeldRow { bytes: 0, title_parts: 0 }))
    }

    /// Stores a campaign, unless the merchant has `campaigns_max` or it does not fit in with them.
    pub(crate) fn insert_campaign(
        &self,
        merchant: &str,
        id: &str,
        fields: CampaignFields,
        now: i64,
        campaigns_max: i64,
    ) -> Result<Statement, StoreError> {
        let mut values = values_of(merchant, id, fields);
        values.extend([now.into(), campaigns_max.into()]);
        self.statement(&fitting(INSERT), &values)
    }

    /// Changes a campaign; if a version is given, only while that version is stored.
    pub(crate) async fn change_campaign(
        &self,
        merchant: &str,
        id: &str,
        fields: CampaignFields,
        version: Option<i64>,
    ) -> Result<Option<CampaignRow>, StoreError> {
        let mut values = values_of(merchant, id, fields);
        values.push(version.into());
        self.first(&fitting(CHANGE), &values).await
    }

    /// Trees that all orders of each of the merchant's campaigns come to, by the campaign's id.
    pub(crate) async fn trees_of_campaigns(
        &self,
        merchant: &str,
    ) -> Result<BTreeMap<String, i64>, StoreError> {
        let sql = TREES.replace("{trees}", &bounded_sum("t.trees"));
        let rows: Vec<CampaignTrees> = self.all(&sql, &[merchant.into()]).await?;
        Ok(rows.into_iter().map(|row| (row.campaign_id, row.trees)).collect())
    }

    /// Returns true if there was such a campaign.
    pub(crate) async fn delete_campaign(
        &self,
        merchant: &str,
        id: &str,
        now: i64,
    ) -> Result<bool, StoreError> {
        Ok(self.write(DELETE, &[merchant.into(), id.into(), now.into()]).await? > 0)
    }
}

/// A write of a campaign that fits in with the merchant's others.
fn fitting(sql: &str) -> String {
    let fits = FITS
        .replace("{held}", HELD)
        .replace("{bytes_max}", &limits::CAMPAIGN_BYTES_PER_MERCHANT.to_string())
        .replace("{title_parts_max}", &limits::TITLE_PARTS.to_string());
    sql.replace("{fits}", &fits)
}

fn values_of(merchant: &str, id: &str, fields: CampaignFields) -> Vec<Value> {
    vec![
        merchant.into(),
        id.into(),
        fields.name.into(),
        fields.starts_at.into(),
        fields.ends_at.into(),
        fields.conditions.into(),
    ]
}

//! The table `shops`.

use serde::Deserialize;

use super::{Statement, Store, StoreError, Table, Value, oldest_first};
use crate::domain::claim_limits::ClaimLimits;
use crate::store::resource::Resource;

/// A shop as it is stored.
#[derive(Clone, Deserialize)]
pub(crate) struct ShopRow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) platform: String,
    pub(crate) origin: String,
    pub(crate) created_at: i64,
    /// 1 while everything that the shop reports is a test.
    pub(crate) test_mode: i64,
    #[serde(flatten)]
    pub(crate) limits: ClaimLimits,
}

const SELECT: &str = "
SELECT id, name, platform, origin, created_at, test_mode, claim_trees_per_sale, claim_trees_per_day,
    claim_trees_per_month
FROM shops";

/// The instant from which on a sale `s` of the shop `h` counts: when the shop was connected, or when
/// its test mode ended, unless the sale was known before.
pub(super) const CONNECTED_AT: &str = "iif(s.received_at < coalesce(h.live_since, 0), h.created_at,
    coalesce(h.live_since, h.created_at))";

/// Refuses the insert when the merchant already has as many shops as allowed.
const INSERT: &str = "
INSERT INTO shops (id, merchant_id, name, platform, origin, created_at, claim_trees_per_sale,
    claim_trees_per_day, claim_trees_per_month, test_mode)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?8, ?9, ?10, ?11
WHERE (SELECT count(*) FROM shops WHERE merchant_id = ?2 AND deleted_at IS NULL) < ?7";

/// With another origin, the next delivery names the site again.
const CHANGE: &str = "
UPDATE shops SET name = ?3, platform = ?4, origin = ?5,
    site = iif(platform = ?4 AND origin = ?5, site, NULL), claim_trees_per_sale = ?6,
    claim_trees_per_day = ?7, claim_trees_per_month = ?8, test_mode = ?9,
    live_since = iif(test_mode = 1 AND ?9 = 0, ?10, live_since)
WHERE merchant_id = ?1 AND id = ?2 AND deleted_at IS NULL";

/// The row stays: sales refer to it.
const DELETE: &str = "
UPDATE shops SET deleted_at = ?3 WHERE merchant_id = ?1 AND id = ?2 AND deleted_at IS NULL";

const REVOKED_KEYS: &str = "merchant_id, 'key revoked', name, ?3 FROM api_keys
WHERE merchant_id = ?1 AND shop_id = ?2 AND revoked_at IS NULL";

const REVOKE_KEYS: &str = "
UPDATE api_keys SET revoked_at = ?3
WHERE merchant_id = ?1 AND shop_id = ?2 AND revoked_at IS NULL";

impl Resource for ShopRow {
    const NAME: &'static str = "shop";

    async fn load(store: &Store, merchant: &str, id: &str) -> Result<Option<Self>, StoreError> {
        let sql = format!("{SELECT} WHERE merchant_id = ?1 AND id = ?2 AND deleted_at IS NULL");
        store.first(&sql, &[merchant.into(), id.into()]).await
    }
}

impl Store {
    /// The merchant's shops, oldest first: at most `limit`, from behind the shop `after` on.
    pub(crate) async fn shops(
        &self,
        merchant: &str,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<ShopRow>, StoreError> {
        let page = oldest_first(Table::Shops, ("shops", "created_at"), "deleted_at IS NULL");
        self.all(&format!("{SELECT} {page}"), &[merchant.into(), after.into(), limit.into()]).await
    }

    /// Stores a shop, unless the merchant has `shops_max`.
    pub(crate) fn insert_shop(
        &self,
        merchant: &str,
        shop: &ShopRow,
        shops_max: i64,
    ) -> Result<Statement, StoreError> {
        let [per_sale, per_day, per_month] = limits(shop);
        self.statement(
            INSERT,
            &[
                shop.id.as_str().into(),
                merchant.into(),
                shop.name.as_str().into(),
                shop.platform.as_str().into(),
                shop.origin.as_str().into(),
                shop.created_at.into(),
                shops_max.into(),
                per_sale,
                per_day,
                per_month,
                shop.test_mode.into(),
            ],
        )
    }

    /// Returns true if there still was such a shop.
    pub(crate) async fn change_shop(
        &self,
        merchant: &str,
        shop: &ShopRow,
        now: i64,
    ) -> Result<bool, StoreError> {
        let [per_sale, per_day, per_month] = limits(shop);
        let values = [
            merchant.into(),
            shop.id.as_str().into(),
            shop.name.as_str().into(),
            shop.platform.as_str().into(),
            shop.origin.as_str().into(),
            per_sale,
            per_day,
            per_month,
            shop.test_mode.into(),
            now.into(),
        ];
        Ok(self.write(CHANGE, &values).await? > 0)
    }

    /// Deletes a shop and revokes its keys, in one transaction.
    pub(crate) async fn delete_shop(
        &self,
        merchant: &str,
        id: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        let values = [merchant.into(), id.into(), now.into()];
        let statements = vec![
            self.statement(DELETE, &values)?,
            self.log(REVOKED_KEYS, &values)?,
            self.statement(REVOKE_KEYS, &values)?,
        ];
        self.batch(statements).await.map(|_| ())
    }
}

fn limits(shop: &ShopRow) -> [Value; 3] {
    let ClaimLimits { sale, day, month } = shop.limits;
    [sale, day, month].map(|limit| i64::from(limit).into())
}

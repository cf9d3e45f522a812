//! The columns of `shops` that are about the shop's webhook.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::campaigns::of_merchant_as_json;
use super::purchase_orders::Billing;
use super::{Store, StoreError, rows};
use crate::store::write_guard::WriteGuard;

/// A shop with a webhook secret, and all that its deliveries need.
#[derive(Deserialize)]
pub(crate) struct WebhookShop {
    pub(crate) id: String,
    pub(crate) merchant_id: String,
    /// The time when the shop was added. Earlier sales order nothing.
    pub(crate) connected_at: i64,
    pub(crate) webhook_secret_encrypted: String,
    pub(crate) webhook_last_at: Option<i64>,
    pub(crate) webhook_problem: Option<String>,
    /// True if sales of the shop are in quarantine: 0 or 1.
    pub(crate) has_quarantined_sales: i64,
    /// The merchant's campaigns, as a JSON array of [`order_events::Campaign`].
    pub(crate) campaigns: String,
    time_zone: String,
    currency: String,
    latest_period_ends_at: Option<i64>,
    /// Since when no trees are ordered, because a purchase order is not paid.
    pub(crate) paused_at: Option<i64>,
    revision: i64,
}

/// The state of a shop's webhook; instants in milliseconds since 1970.
#[derive(Deserialize)]
pub(crate) struct WebhookRow {
    /// True if there is a secret: 0 or 1.
    pub(crate) is_set: i64,
    pub(crate) webhook_first_at: Option<i64>,
    pub(crate) webhook_last_at: Option<i64>,
    pub(crate) webhook_problem: Option<String>,
}

const FIND: &str = "
SELECT h.id, h.merchant_id, h.created_at AS connected_at, h.webhook_secret_encrypted, h.webhook_last_at, h.webhook_problem,
    EXISTS (SELECT 1 FROM quarantined_sales WHERE shop_id = h.id) AS has_quarantined_sales,
    m.time_zone, m.currency, m.paused_at, m.revision, ({campaigns}) AS campaigns,
    (SELECT max(ends_at) FROM purchase_orders WHERE merchant_id = m.id) AS latest_period_ends_at
FROM shops h JOIN merchants m ON m.id = h.merchant_id
WHERE h.id = ?1 AND h.platform = ?2 AND h.deleted_at IS NULL
    AND h.webhook_secret_encrypted IS NOT NULL";

const READ: &str = "
SELECT webhook_secret_encrypted IS NOT NULL AS is_set, webhook_first_at, webhook_last_at,
    webhook_problem
FROM shops WHERE merchant_id = ?1 AND id = ?2 AND deleted_at IS NULL";

const SET: &str = "
UPDATE shops SET webhook_secret_encrypted = ?3, webhook_problem = NULL
WHERE merchant_id = ?1 AND id = ?2 AND deleted_at IS NULL";

/// Without a secret there is no webhook, and what browsers claim is billed.
const REMOVE: &str = "
UPDATE shops SET webhook_secret_encrypted = NULL, webhook_problem = NULL, webhook_first_at = NULL
WHERE merchant_id = ?1 AND id = ?2 AND deleted_at IS NULL";

const VOID_UNCONFIRMED: &str = "
UPDATE orders SET waits_for = 'acceptance',
    reason = reason || '; void: the webhook was removed before it confirmed this sale'
WHERE waits_for = 'confirmation' AND merchant_id = ?1
    AND sale IN (SELECT id FROM sales WHERE shop_id = ?2)
RETURNING id";

const NOTE: &str = "
UPDATE shops SET webhook_first_at = coalesce(webhook_first_at, ?2), webhook_last_at = ?2,
    webhook_problem = ?3
WHERE id = ?1";

/// The time of the first delivery decides about billing, so only an authentic one sets it.
const NOTE_UNCHECKED: &str = "UPDATE shops SET webhook_problem = ?2 WHERE id = ?1";

impl WebhookShop {
    /// The data that decides about the next purchase order.
    pub(crate) fn billing(&self) -> Billing<'_> {
        Billing {
            time_zone: &self.time_zone,
            currency: &self.currency,
            latest_period_ends_at: self.latest_period_ends_at,
        }
    }

    /// The guard of writes by this shop.
    pub(crate) fn guard(&self) -> WriteGuard<'_> {
        WriteGuard { id: &self.id, revision: self.revision }
    }
}

impl Store {
    /// The shop on this platform with this id, if it has a webhook secret.
    pub(crate) async fn webhook_shop(
        &self,
        id: &str,
        platform: &str,
    ) -> Result<Option<WebhookShop>, StoreError> {
        let sql = FIND.replace("{campaigns}", &of_merchant_as_json());
        self.first(&sql, &[id.into(), platform.into()]).await
    }

    /// Returns the webhook of the merchant's shop; `None` if there is no such shop.
    pub(crate) async fn webhook(
        &self,
        merchant: &str,
        shop: &str,
    ) -> Result<Option<WebhookRow>, StoreError> {
        self.first(READ, &[merchant.into(), shop.into()]).await
    }

    /// Sets the secret; returns whether there is such a shop.
    pub(crate) async fn set_webhook_secret(
        &self,
        merchant: &str,
        shop: &str,
        encrypted: &str,
    ) -> Result<bool, StoreError> {
        Ok(self.write(SET, &[merchant.into(), shop.into(), encrypted.into()]).await? > 0)
    }

    /// Removes the secret, in one transaction with what follows: claims that waited for the webhook
    /// are void unless the owner accepts them. Returns how many orders that were.
    pub(crate) async fn remove_webhook(
        &self,
        merchant: &str,
        shop: &str,
    ) -> Result<usize, StoreError> {
        let values = [merchant.into(), shop.into()];
        let statements =
            vec![self.statement(VOID_UNCONFIRMED, &values)?, self.statement(REMOVE, &values)?];
        let results = self.batch(statements).await?;
        let void = results.first().map(rows::<IgnoredAny>).transpose()?;
        Ok(void.map_or(0, |orders| orders.len()))
    }

    /// Notes a delivery whose signature could not be checked.
    pub(crate) async fn note_unchecked_delivery(
        &self,
        shop: &str,
        problem: &str,
    ) -> Result<(), StoreError> {
        self.write(NOTE_UNCHECKED, &[shop.into(), problem.into()]).await.map(|_| ())
    }

    /// Notes an authentic delivery, and what was wrong with it.
    pub(crate) async fn note_delivery(
        &self,
        shop: &str,
        now: i64,
        problem: Option<&str>,
    ) -> Result<(), StoreError> {
        self.write(NOTE, &[shop.into(), now.into(), problem.into()]).await.map(|_| ())
    }
}

//! The columns of `shops` that are about the shop's webhook.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::campaigns::of_merchant_as_json;
use super::ordering_terms::{OrderingTerms, TERMS};
use super::{Statement, Store, StoreError, Value, rows};
use crate::domain::states::Environment;

/// A shop, and all that its reports need.
#[derive(Deserialize)]
pub(crate) struct WebhookShop {
    pub(crate) id: String,
    pub(crate) merchant_id: String,
    pub(crate) platform: String,
    pub(crate) origin: String,
    /// The address of its site, as its deliveries name it.
    pub(crate) site: Option<String>,
    /// The time when the shop was added. Earlier sales order nothing.
    pub(crate) connected_at: i64,
    /// Empty if it has no webhook.
    pub(crate) webhook_secret_encrypted: String,
    /// The secret before it, until a delivery is signed with the new one.
    pub(crate) webhook_old_secret_encrypted: Option<String>,
    /// The instant until which that one is accepted at the latest.
    pub(crate) webhook_old_secret_until: Option<i64>,
    pub(crate) webhook_last_at: Option<i64>,
    pub(crate) webhook_problem: Option<String>,
    /// Since when claims come that the webhook does not confirm.
    pub(crate) silent_since: Option<i64>,
    /// True if sales of the shop are in quarantine: 0 or 1.
    pub(crate) has_quarantined_sales: i64,
    /// The merchant's campaigns, as a JSON array of [`order_events::Campaign`].
    pub(crate) campaigns: String,
    #[serde(flatten)]
    pub(crate) terms: OrderingTerms,
    /// 1 while everything that the shop reports is a test.
    test_mode: i64,
}

/// The state of a shop's webhook; instants in milliseconds since 1970.
#[derive(Deserialize)]
pub(crate) struct WebhookRow {
    /// True if there is a secret: 0 or 1.
    pub(crate) is_set: i64,
    /// True if the secret before it is accepted too: 0 or 1.
    pub(crate) is_replacing: i64,
    pub(crate) webhook_first_at: Option<i64>,
    pub(crate) webhook_last_at: Option<i64>,
    pub(crate) webhook_problem: Option<String>,
    /// Since when claims come that the webhook does not confirm.
    pub(crate) silent_since: Option<i64>,
    /// The address of the shop's site, as its deliveries name it.
    pub(crate) site: Option<String>,
}

/// The secrets of a shop's webhook, encrypted.
#[derive(Deserialize)]
pub(crate) struct WebhookSecrets {
    pub(crate) secret: Option<String>,
    /// The one before it, if both are accepted.
    pub(crate) old_secret: Option<String>,
    /// Until when that one is accepted at the latest.
    pub(crate) old_until: Option<i64>,
    /// True if a delivery was signed with one of them: 0 or 1.
    pub(crate) is_seen: i64,
}

/// A secret to be stored.
pub(crate) struct NewWebhookSecret {
    pub(crate) encrypted: String,
    /// The secret before it, encrypted, if it goes on working, and the instant until which it does.
    pub(crate) old: Option<(String, i64)>,
    /// The stored secret that it replaces.
    pub(crate) before: Option<String>,
}

const FIND: &str = "
SELECT h.id, h.merchant_id, h.platform, h.origin, h.site,
    coalesce(h.live_since, h.created_at) AS connected_at,
    coalesce(h.webhook_secret_encrypted, '') AS webhook_secret_encrypted,
    h.webhook_old_secret_encrypted, h.webhook_old_secret_until, h.webhook_last_at,
    h.webhook_problem, h.silent_since,
    EXISTS (SELECT 1 FROM quarantined_sales WHERE shop_id = h.id) AS has_quarantined_sales,
    h.test_mode, {terms}, ({campaigns}) AS campaigns
FROM shops h JOIN merchants m ON m.id = h.merchant_id
WHERE h.deleted_at IS NULL";

const IS_OF_WEBHOOK: &str =
    "AND h.id = ?1 AND h.platform = ?2 AND h.webhook_secret_encrypted IS NOT NULL";

const IS_OF_MERCHANT: &str = "AND h.merchant_id = ?1 AND h.id = ?2";

const READ: &str = "
SELECT webhook_secret_encrypted IS NOT NULL AS is_set,
    coalesce(webhook_old_secret_until, 0) > ?3 AS is_replacing, webhook_first_at, webhook_last_at,
    webhook_problem, silent_since, site
FROM shops WHERE merchant_id = ?1 AND id = ?2 AND deleted_at IS NULL";

const SECRETS: &str = "
SELECT webhook_secret_encrypted AS secret, webhook_old_secret_encrypted AS old_secret,
    webhook_old_secret_until AS old_until,
    webhook_first_at IS NOT NULL AS is_seen
FROM shops WHERE merchant_id = ?1 AND id = ?2 AND deleted_at IS NULL";

/// Only if the secret is still the one that was read, and the key exists that a code makes with it.
const SET: &str = "
UPDATE shops SET webhook_secret_encrypted = ?3, webhook_old_secret_encrypted = ?4,
    webhook_old_secret_until = ?6, webhook_problem = NULL
WHERE merchant_id = ?1 AND id = ?2 AND deleted_at IS NULL AND webhook_secret_encrypted IS ?5
    AND (?7 IS NULL OR EXISTS (SELECT 1 FROM connection_codes WHERE key_id = ?7))
RETURNING id";

/// After the secret was set, if it was.
const WAS_SET: &str = "merchant_id,
    iif(?4 IS NULL, 'webhook secret set', 'webhook secret replaced'), name, ?3
FROM shops WHERE merchant_id = ?1 AND id = ?2 AND changes() > 0";

/// A delivery was signed with the new secret.
const FORGET_OLD_SECRET: &str = "
UPDATE shops SET webhook_old_secret_encrypted = NULL, webhook_old_secret_until = NULL
WHERE id = ?1 AND webhook_old_secret_encrypted IS ?2";

/// Without a secret there is no webhook, and what browsers claim is billed.
const REMOVE: &str = "
UPDATE shops SET webhook_secret_encrypted = NULL, webhook_problem = NULL, webhook_first_at = NULL,
    silent_since = NULL, webhook_old_secret_encrypted = NULL, webhook_old_secret_until = NULL
WHERE merchant_id = ?1 AND id = ?2 AND deleted_at IS NULL";

const REMOVED: &str = "merchant_id, 'webhook secret removed', name, ?3 FROM shops
WHERE merchant_id = ?1 AND id = ?2 AND deleted_at IS NULL
    AND webhook_secret_encrypted IS NOT NULL";

const VOID_UNCONFIRMED: &str = "
UPDATE orders SET waits_for = 'acceptance',
    reason = reason || '; void: the webhook was removed before it confirmed this sale'
WHERE waits_for = 'confirmation' AND merchant_id = ?1
    AND sale IN (SELECT id FROM sales WHERE shop_id = ?2)
RETURNING id";

const NOTE: &str = "
UPDATE shops SET webhook_first_at = coalesce(webhook_first_at, ?2), webhook_last_at = ?2,
    webhook_problem = ?3, webhook_good_at = iif(?3 IS NULL, ?2, webhook_good_at),
    silent_since = iif(?3 IS NULL, NULL, silent_since)
WHERE id = ?1";

/// The time of the first delivery decides about billing, so only an authentic one sets it.
const NOTE_UNCHECKED: &str = "UPDATE shops SET webhook_problem = ?2 WHERE id = ?1";

impl WebhookShop {
    /// The mode of the sales that it reports, which are tests while it is tried.
    pub(crate) fn mode(&self) -> Environment {
        if self.test_mode == 0 { Environment::Live } else { Environment::Test }
    }
}

impl Store {
    /// The shop on this platform with this id, if it has a webhook secret.
    pub(crate) async fn webhook_shop(
        &self,
        id: &str,
        platform: &str,
    ) -> Result<Option<WebhookShop>, StoreError> {
        self.find_shop(IS_OF_WEBHOOK, [id, platform]).await
    }

    /// The merchant's shop with this id, with or without a webhook.
    pub(crate) async fn reporting_shop(
        &self,
        merchant: &str,
        id: &str,
    ) -> Result<Option<WebhookShop>, StoreError> {
        self.find_shop(IS_OF_MERCHANT, [merchant, id]).await
    }

    async fn find_shop(
        &self,
        condition: &str,
        values: [&str; 2],
    ) -> Result<Option<WebhookShop>, StoreError> {
        let sql = FIND.replace("{terms}", TERMS).replace("{campaigns}", &of_merchant_as_json());
        self.first(&format!("{sql} {condition}"), &values.map(Value::from)).await
    }

    /// Returns the webhook of the merchant's shop; `None` if there is no such shop.
    pub(crate) async fn webhook(
        &self,
        merchant: &str,
        shop: &str,
        now: i64,
    ) -> Result<Option<WebhookRow>, StoreError> {
        self.first(READ, &[merchant.into(), shop.into(), now.into()]).await
    }

    /// The secrets of a shop's webhook; `None` if there is no such shop.
    pub(crate) async fn webhook_secrets(
        &self,
        merchant: &str,
        shop: &str,
    ) -> Result<Option<WebhookSecrets>, StoreError> {
        self.first(SECRETS, &[merchant.into(), shop.into()]).await
    }

    /// Sets the secret in place of the one that was read, and logs it. Returns a row if it did: no
    /// other request set one in the meantime, and the key exists that a code makes with it.
    pub(crate) fn set_webhook_secret(
        &self,
        (merchant, shop): (&str, &str),
        secret: &NewWebhookSecret,
        key: Option<&str>,
        now: i64,
    ) -> Result<[Statement; 2], StoreError> {
        let before = secret.before.as_deref();
        let (old, until) = secret.old.as_ref().map(|(old, until)| (old.as_str(), *until)).unzip();
        let set = [
            merchant.into(),
            shop.into(),
            secret.encrypted.as_str().into(),
            old.into(),
            before.into(),
            until.into(),
            key.into(),
        ];
        let log = [merchant.into(), shop.into(), now.into(), before.into()];
        Ok([self.statement(SET, &set)?, self.log(WAS_SET, &log)?])
    }

    /// Ends the time in which two secrets are accepted.
    pub(crate) async fn forget_old_secret(
        &self,
        shop: &str,
        encrypted: &str,
    ) -> Result<(), StoreError> {
        self.write(FORGET_OLD_SECRET, &[shop.into(), encrypted.into()]).await.map(|_| ())
    }

    /// Removes the secret, in one transaction with what follows: claims that waited for the webhook
    /// are void unless the owner accepts them. Returns how many orders that were.
    pub(crate) async fn remove_webhook(
        &self,
        merchant: &str,
        shop: &str,
        now: i64,
    ) -> Result<usize, StoreError> {
        let values = [merchant.into(), shop.into()];
        let statements = vec![
            self.statement(VOID_UNCONFIRMED, &values)?,
            self.log(REMOVED, &[merchant.into(), shop.into(), now.into()])?,
            self.statement(REMOVE, &values)?,
        ];
        let results = self.batch(statements).await?;
        let void = results.first().map(rows::<IgnoredAny>).transpose()?;
        Ok(void.map_or(0, |orders| orders.len()))
    }

    /// Notes a delivery whose signature could not be checked.
    pub(crate) async fn note_unchecked_delivery(
        &self,
        shop: &str,
        problem: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        let statements = vec![
            self.statement(NOTE_UNCHECKED, &[shop.into(), problem.into()])?,
            self.note_problem(shop, problem, now)?,
        ];
        self.batch(statements).await.map(|_| ())
    }

    /// Notes an authentic delivery, and its fault.
    pub(crate) async fn note_delivery(
        &self,
        shop: &str,
        now: i64,
        problem: Option<&str>,
    ) -> Result<(), StoreError> {
        let mut statements =
            vec![self.statement(NOTE, &[shop.into(), now.into(), problem.into()])?];
        if let Some(problem) = problem {
            statements.push(self.note_problem(shop, problem, now)?);
        }
        self.batch(statements).await.map(|_| ())
    }
}

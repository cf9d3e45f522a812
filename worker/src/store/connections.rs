//! The health of shops' connections: the faults of deliveries, and the webhooks that are silent.

use serde::Deserialize;

use super::reviews::WaitingClaim;
use super::{Statement, Store, StoreError, Value};

/// A problem of a webhook's deliveries; instants in milliseconds since 1970.
#[derive(Deserialize)]
pub(crate) struct WebhookProblemRow {
    pub(crate) problem: String,
    pub(crate) first_at: i64,
    pub(crate) last_at: i64,
    /// How often; deliveries with a wrong signature are counted once a minute.
    pub(crate) times: i64,
}

/// A shop whose webhook is silent.
#[derive(Deserialize)]
pub(crate) struct SilentShop {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) platform: String,
    pub(crate) silent_since: i64,
    /// The fault of the latest delivery that could not be used.
    pub(crate) problem: Option<String>,
}

/// When the webhook of a shop counts as silent: claims come, and no delivery follows them.
pub(crate) struct Silence {
    /// Claims without a confirmation, at least.
    pub(crate) claims: i64,
    /// Claims before this instant should be confirmed by now.
    pub(crate) confirmed_until: i64,
    /// One claim from before this instant is enough.
    pub(crate) one_until: i64,
    /// Earlier claims are not read: they were, by an earlier event.
    pub(crate) oldest: i64,
    pub(crate) now: i64,
}

/// Different problems of one shop, at most.
pub(crate) const PROBLEMS_MAX: i64 = 50;

/// Milliseconds between two deliveries with a wrong signature that are both counted. Anybody can
/// send one, and each that is counted writes a row.
const WRONG_SIGNATURES_APART: i64 = 60 * 1000;

const NOTE_PROBLEM: &str = "
INSERT INTO webhook_problems (shop_id, problem, first_at, last_at)
SELECT ?1, ?2, ?3, ?3
WHERE (SELECT count(*) FROM webhook_problems WHERE shop_id = ?1) < ?4
    OR EXISTS (SELECT 1 FROM webhook_problems WHERE shop_id = ?1 AND problem = ?2)
ON CONFLICT (shop_id, problem) DO UPDATE SET last_at = ?3, times = times + 1
WHERE last_at <= ?3 - ?5";

const PROBLEMS: &str = "
SELECT problem, first_at, last_at, times FROM webhook_problems
WHERE shop_id = ?1 ORDER BY last_at DESC, problem";

const DELETE_PROBLEMS: &str = "DELETE FROM webhook_problems WHERE last_at <= ?1";

/// Connected shops whose webhook became silent. A claim from before the last good delivery is not
/// counted: the webhook works, so the claim was forged, or its own delivery was lost.
const SILENT: &str = "
WITH unconfirmed AS (
    SELECT s.shop_id, s.id, s.received_at
    FROM orders o JOIN sales s ON s.id = o.sale
    WHERE o.waits_for = 'confirmation' AND o.test = 0 AND o.received_at BETWEEN ?1 AND ?2
), silent AS (
    SELECT h.id, h.merchant_id, min(u.received_at) AS since
    FROM unconfirmed u JOIN shops h ON h.id = u.shop_id
    WHERE h.silent_since IS NULL AND h.deleted_at IS NULL
        AND h.webhook_secret_encrypted IS NOT NULL
        AND u.received_at > coalesce(h.webhook_good_at, h.webhook_first_at, 0)
    GROUP BY h.id HAVING count(DISTINCT u.id) >= ?3 OR min(u.received_at) <= ?4
)";

const MAIL_OF_SILENCE: &str = "
INSERT INTO account_mails (id, merchant_id, kind, recipient_encrypted, shop_id, day, created_at,
    next_try_at)
SELECT 'amail_' || lower(hex(randomblob(16))), m.id, 'webhook silent', '', s.id,
    date(?5 / 1000, 'unixepoch'), ?5, ?5
FROM silent s JOIN merchants m ON m.id = s.merchant_id
WHERE m.email_encrypted IS NOT NULL
ON CONFLICT (kind, shop_id, day) DO NOTHING";

const BEGIN_SILENCE: &str = "
UPDATE shops SET silent_since = silent.since FROM silent WHERE shops.id = silent.id";

const SILENT_SHOPS: &str = "
SELECT h.id, h.name, h.platform, h.silent_since,
    (SELECT problem FROM webhook_problems WHERE shop_id = h.id
        AND last_at >= coalesce(h.webhook_good_at, 0) ORDER BY last_at DESC LIMIT 1) AS problem
FROM shops h
WHERE h.merchant_id = ?1 AND h.deleted_at IS NULL AND h.silent_since IS NOT NULL
ORDER BY h.silent_since, h.id";

/// The index of a merchant's orders is read from the beginning of the first silence on.
const UNCONFIRMED: &str = "
SELECT s.id, s.sale_id, h.name AS shop, s.held_because, s.received_at, sum(o.trees) AS trees
FROM orders o JOIN sales s ON s.id = o.sale JOIN shops h ON h.id = s.shop_id
WHERE o.merchant_id = ?1 AND o.waits_for = 'confirmation' AND o.test = 0
    AND o.received_at >= h.silent_since AND o.received_at >= ?2
GROUP BY s.id ORDER BY s.received_at, s.id LIMIT ?3";

impl Store {
    /// The merchant's shops whose webhook is silent.
    pub(crate) async fn silent_shops(&self, merchant: &str) -> Result<Vec<SilentShop>, StoreError> {
        self.all(SILENT_SHOPS, &[merchant.into()]).await
    }

    /// The same, for a batch.
    pub(super) fn silent_shops_statement(&self, merchant: &str) -> Result<Statement, StoreError> {
        self.statement(SILENT_SHOPS, &[merchant.into()])
    }

    /// Claims that came to silent shops since this instant, the oldest first, at most `limit`.
    pub(crate) async fn unconfirmed_claims(
        &self,
        merchant: &str,
        since: i64,
        limit: i64,
    ) -> Result<Vec<WaitingClaim>, StoreError> {
        self.all(UNCONFIRMED, &[merchant.into(), since.into(), limit.into()]).await
    }

    /// Notes what was wrong with a delivery.
    pub(super) fn note_problem(
        &self,
        shop: &str,
        problem: &str,
        now: i64,
    ) -> Result<Statement, StoreError> {
        self.problem_noted(shop, problem, now, 0)
    }

    /// Notes that a delivery had a wrong signature, at most once a minute.
    pub(crate) async fn note_wrong_signature(
        &self,
        shop: &str,
        problem: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        let statement = self.problem_noted(shop, problem, now, WRONG_SIGNATURES_APART)?;
        self.batch(vec![statement]).await.map(|_| ())
    }

    fn problem_noted(
        &self,
        shop: &str,
        problem: &str,
        now: i64,
        apart: i64,
    ) -> Result<Statement, StoreError> {
        let values = [shop.into(), problem.into(), now.into(), PROBLEMS_MAX.into(), apart.into()];
        self.statement(NOTE_PROBLEM, &values)
    }

    /// The problems of a shop's deliveries, the latest first.
    pub(crate) async fn webhook_problems(
        &self,
        shop: &str,
    ) -> Result<Vec<WebhookProblemRow>, StoreError> {
        self.all(PROBLEMS, &[shop.into()]).await
    }

    /// Deletes the problems that were last seen at `oldest` or before.
    pub(crate) async fn delete_webhook_problems(&self, oldest: i64) -> Result<(), StoreError> {
        self.write(DELETE_PROBLEMS, &[oldest.into()]).await.map(|_| ())
    }

    /// Marks the shops whose webhook became silent, and puts a mail to each owner into the outbox.
    pub(crate) async fn begin_silences(&self, silence: &Silence) -> Result<(), StoreError> {
        let bounds = [silence.oldest, silence.confirmed_until, silence.claims, silence.one_until];
        let values = bounds.map(Value::from);
        let begin = self.statement(&format!("{SILENT} {BEGIN_SILENCE}"), &values)?;
        let mut values = Vec::from(values);
        values.push(silence.now.into());
        let mail = self.statement(&format!("{SILENT} {MAIL_OF_SILENCE}"), &values)?;
        let statements = vec![mail, begin];
        self.batch(statements).await.map(|_| ())
    }
}

//! The table `mails`: pending notifications. Triggers insert its rows in the transaction of the
//! change that they report; a sender claims a row before sending.

use serde::Deserialize;

use super::{Store, StoreError, bounded, ids_as_json};
use crate::domain::states::{AtBudget, MailKind, MailState, PaymentProvider, PurchaseOrderState};

/// A mail that was claimed, with all that its words are made of.
#[derive(Deserialize)]
pub(crate) struct MailRow {
    pub(crate) id: String,
    pub(crate) kind: MailKind,
    /// The id of what happened.
    pub(crate) event: String,
    /// The number of started attempts to send it.
    pub(crate) tries: i64,
    /// The merchant's name.
    pub(crate) merchant: String,
    pub(crate) time_zone: String,
    pub(crate) merchant_id: String,
    /// Encrypted; `None` where the merchant has not said where mail goes.
    pub(crate) email_encrypted: Option<String>,
    /// Minor units of `currency` a month.
    pub(crate) monthly_budget: Option<i64>,
    /// `warn` or `pause`.
    pub(crate) at_budget: AtBudget,
    pub(crate) purchase_order_id: String,
    /// The token of the pay link, encrypted.
    pub(crate) link_encrypted: Option<String>,
    /// The month: `2026-11`.
    pub(crate) period: String,
    /// Its place among those of its month, from its close on.
    pub(crate) sequence: Option<i64>,
    pub(crate) purchase_order_state: PurchaseOrderState,
    pub(crate) currency: String,
    /// Of a closed purchase order.
    pub(crate) trees: Option<i64>,
    /// Of a closed purchase order, in minor units.
    pub(crate) total: Option<i64>,
    pub(crate) paid_at: Option<i64>,
    /// When the saved card is charged next.
    pub(crate) next_attempt_at: Option<i64>,
    /// When reminding goes on: after a last notice, with the pause.
    pub(crate) next_dunning_at: Option<i64>,
    /// The reason why the payment was declined.
    pub(crate) message: Option<String>,
    /// The card that the payment was made with, or the saved one.
    pub(crate) card_last_four: Option<String>,
}

/// A mail as it is listed.
#[derive(Deserialize)]
pub(crate) struct MailListRow {
    pub(crate) kind: MailKind,
    pub(crate) state: MailState,
    pub(crate) problem: Option<String>,
    pub(crate) period: String,
    pub(crate) created_at: i64,
}

/// The outcome of a mail.
pub(crate) enum Outcome<'a> {
    /// The provider accepted it.
    Delivered,
    /// It will never be sent, for this reason.
    GivenUp(&'a str),
    /// It may be sent later; what went wrong, and when to try again.
    Later(&'a str, i64),
}

const WAITS: &str = "
SELECT id FROM mails WHERE state = 'waiting' AND next_try_at <= ?1
UNION ALL SELECT id FROM account_mails WHERE state = 'waiting' AND next_try_at <= ?1 LIMIT 1";

const CLAIM: &str = "
UPDATE mails SET tries = tries + 1, next_try_at = ?2
WHERE state = 'waiting' AND id IN (SELECT id FROM mails
    WHERE state = 'waiting' AND next_try_at <= ?1 ORDER BY next_try_at, created_at, id LIMIT ?3)
RETURNING id";

/// A mail about a payment shows that payment's card; others show the card that paid or will be
/// charged.
const READ: &str = "
SELECT x.id, x.kind, x.event, x.tries, m.id AS merchant_id, m.name AS merchant, m.time_zone,
    m.email_encrypted, p.link_encrypted,
    m.monthly_budget, m.at_budget, p.id AS purchase_order_id, p.period, p.sequence, p.state AS purchase_order_state,
    p.currency, {trees} AS trees, {total} AS total, p.paid_at, p.next_attempt_at, p.next_dunning_at, t.message,
    CASE WHEN t.id IS NOT NULL THEN t.card_last_four
        WHEN x.kind = 'purchase order paid' THEN (SELECT card_last_four FROM payments
            WHERE purchase_order_id = p.id AND state = 'paid')
        ELSE (SELECT card_last_four FROM payers
            WHERE merchant_id = m.id AND provider = ?2 AND card IS NOT NULL) END AS card_last_four
FROM mails x
JOIN merchants m ON m.id = x.merchant_id
JOIN purchase_orders p ON p.id = x.purchase_order_id
LEFT JOIN payments t ON t.id = x.payment_id
WHERE x.id IN (SELECT value FROM json_each(?1)) ORDER BY x.created_at, x.rowid";

const SETTLE: &str = "
UPDATE mails SET state = ?2, problem = ?3, settled_at = ?4 WHERE id = ?1 AND state = 'waiting'";

const POSTPONE: &str = "
UPDATE mails SET problem = ?2, next_try_at = ?3 WHERE id = ?1 AND state = 'waiting'";

const GIVE_UP: &str = "
UPDATE mails SET state = 'not sent', problem = ?2, settled_at = ?1
WHERE state = 'waiting' AND next_try_at <= ?1";

const GIVE_UP_ACCOUNT_MAILS: &str = "
UPDATE account_mails SET state = 'not sent', problem = ?2, settled_at = ?1, recipient_encrypted = '',
    token_encrypted = iif(token_encrypted IS NULL, NULL, '')
WHERE state = 'waiting' AND next_try_at <= ?1";

/// Only the next few hundred rows are checked, because this runs before each sending.
const GIVE_UP_WITHOUT_ADDRESS: &str = "
UPDATE mails SET state = 'not sent', problem = ?2, settled_at = ?1
WHERE state = 'waiting' AND id IN (SELECT x.id FROM (SELECT id, merchant_id FROM mails
        WHERE state = 'waiting' AND next_try_at <= ?1 ORDER BY next_try_at LIMIT 500) x
    JOIN merchants m ON m.id = x.merchant_id WHERE m.email_encrypted IS NULL)";

const LIST: &str = "
SELECT x.kind, x.state, x.problem, p.period, x.created_at
FROM mails x JOIN purchase_orders p ON p.id = x.purchase_order_id
WHERE x.merchant_id = ?1 ORDER BY x.created_at DESC, x.rowid DESC LIMIT ?2";

impl Store {
    /// Returns true if any mail waits at `now`.
    pub(crate) async fn mail_waits(&self, now: i64) -> Result<bool, StoreError> {
        Ok(!self.ids(WAITS, &[now.into()]).await?.is_empty())
    }

    /// Claims mails that wait at `now`, the oldest first. No other sender can claim them before
    /// `until`. `provider` is the one that holds the saved cards.
    pub(crate) async fn claim_mails(
        &self,
        provider: PaymentProvider,
        now: i64,
        until: i64,
        limit: i64,
    ) -> Result<Vec<MailRow>, StoreError> {
        let claim = [now.into(), until.into(), limit.into()];
        let claimed = self.ids(CLAIM, &claim).await?;
        if claimed.is_empty() {
            return Ok(Vec::new());
        }
        let read =
            READ.replace("{trees}", &bounded("p.trees")).replace("{total}", &bounded("p.total"));
        self.all(&read, &[ids_as_json(&claimed)?, provider.as_str().into()]).await
    }

    /// Stores what became of a mail.
    pub(crate) async fn settle_mail(
        &self,
        id: &str,
        outcome: &Outcome<'_>,
        now: i64,
    ) -> Result<(), StoreError> {
        match *outcome {
            Outcome::Delivered => {
                let values =
                    [id.into(), MailState::Sent.as_str().into(), super::Value::Null, now.into()];
                self.write(SETTLE, &values).await?;
            }
            Outcome::GivenUp(problem) => {
                let values =
                    [id.into(), MailState::NotSent.as_str().into(), problem.into(), now.into()];
                self.write(SETTLE, &values).await?;
            }
            Outcome::Later(problem, at) => {
                self.write(POSTPONE, &[id.into(), problem.into(), at.into()]).await?;
            }
        }
        Ok(())
    }

    /// Sends none of the mails that wait at `now`, because no mail is set up.
    pub(crate) async fn give_up_mails(&self, problem: &str, now: i64) -> Result<(), StoreError> {
        let values = [now.into(), problem.into()];
        let statements = [GIVE_UP, GIVE_UP_ACCOUNT_MAILS].map(|sql| self.statement(sql, &values));
        self.batch(statements.into_iter().collect::<Result<_, _>>()?).await?;
        Ok(())
    }

    /// Sends none of those that wait for merchants without an address.
    pub(crate) async fn give_up_mails_without_address(
        &self,
        problem: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        self.write(GIVE_UP_WITHOUT_ADDRESS, &[now.into(), problem.into()]).await?;
        Ok(())
    }

    /// The merchant's latest mails, newest first.
    pub(crate) async fn mails(
        &self,
        merchant: &str,
        limit: i64,
    ) -> Result<Vec<MailListRow>, StoreError> {
        self.all(LIST, &[merchant.into(), limit.into()]).await
    }
}

//! The table `account_mails`: mail about the account itself, which is sent to an address of its
//! own.

use serde::Deserialize;

use super::mails::Outcome;
use super::{Statement, Store, StoreError};
use crate::domain::states::AccountMail;

/// A mail that was claimed.
#[derive(Deserialize)]
pub(crate) struct AccountMailRow {
    pub(crate) id: String,
    /// `None` for a sign-up.
    pub(crate) merchant_id: Option<String>,
    pub(crate) kind: AccountMail,
    /// Empty if the mail goes to the address in use.
    pub(crate) recipient_encrypted: String,
    pub(crate) token_encrypted: Option<String>,
    pub(crate) tries: i64,
    pub(crate) created_at: i64,
    /// The merchant's name; empty for a sign-up.
    pub(crate) merchant: String,
    pub(crate) time_zone: String,
    /// The address in use.
    pub(crate) email_encrypted: Option<String>,
    /// The shop whose claims it is about.
    pub(crate) shop: Option<String>,
}

/// A mail to be sent.
pub(crate) struct NewAccountMail<'a> {
    pub(crate) id: &'a str,
    /// `None` for a sign-up.
    pub(crate) merchant_id: Option<&'a str>,
    pub(crate) kind: AccountMail,
    pub(crate) recipient_encrypted: &'a str,
    /// By which the mails to an address that is not verified are counted; `None` for a mail of a
    /// request for a link.
    pub(crate) recipient_hash: Option<&'a str>,
    pub(crate) token_encrypted: Option<&'a str>,
    pub(crate) now: i64,
    /// True if it is sent only if the statement before it in the batch changed anything.
    pub(crate) only_after_change: bool,
}

/// Account mails of one kind to one merchant within an hour, at most. A thief of a session cannot
/// keep the notice of a change back with mails of another kind. The mails of requests for links are
/// limited by the requests.
pub(crate) const PER_HOUR_MAX: i64 = 10;

/// Account mails of all merchants and kinds within an hour to an address that the merchant has not
/// verified, at most. Anyone can type the address of another in the settings.
pub(crate) const UNVERIFIED_PER_HOUR_MAX: i64 = 10;

const INSERT: &str = "
INSERT INTO account_mails (id, merchant_id, kind, recipient_encrypted, token_encrypted, created_at,
    next_try_at, recipient_hash)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?6, ?8
WHERE ((SELECT count(*) FROM account_mails
    WHERE merchant_id = ?2 AND kind = ?3 AND created_at > ?6 - 3600000) < ?7
        OR ?3 IN ('sign-in', 'account exists'))
    AND (?8 IS NULL OR (SELECT email_hash FROM merchants WHERE id = ?2) IS NOT NULL
        OR (SELECT count(*) FROM account_mails
            WHERE recipient_hash = ?8 AND created_at > ?6 - 3600000) < ?9)";

const CLAIM: &str = "
UPDATE account_mails SET tries = tries + 1, next_try_at = ?2
WHERE state = 'waiting' AND id IN (SELECT id FROM account_mails
    WHERE state = 'waiting' AND next_try_at <= ?1 ORDER BY next_try_at, id LIMIT ?3)
RETURNING id, merchant_id, kind, recipient_encrypted, token_encrypted, tries, created_at,
    coalesce((SELECT name FROM merchants WHERE id = merchant_id), '') AS merchant,
    coalesce((SELECT time_zone FROM merchants WHERE id = merchant_id), 'UTC') AS time_zone,
    (SELECT email_encrypted FROM merchants WHERE id = merchant_id) AS email_encrypted,
    (SELECT name FROM shops WHERE id = shop_id) AS shop";

/// A sent mail needs neither recipient nor link any more; neither column can be null.
const SETTLE: &str = "
UPDATE account_mails SET state = ?2, problem = ?3, settled_at = ?4, recipient_encrypted = '',
    token_encrypted = iif(token_encrypted IS NULL, NULL, '')
WHERE id = ?1 AND state = 'waiting'";

const POSTPONE: &str = "
UPDATE account_mails SET problem = ?2, next_try_at = ?3 WHERE id = ?1 AND state = 'waiting'";

const DELETE: &str = "DELETE FROM account_mails WHERE created_at <= ?1";

impl Store {
    /// Puts a mail into the outbox, unless the merchant got too many of its kind within the hour.
    pub(crate) fn insert_account_mail(
        &self,
        mail: &NewAccountMail<'_>,
    ) -> Result<Statement, StoreError> {
        let values = [
            mail.id.into(),
            mail.merchant_id.into(),
            mail.kind.as_str().into(),
            mail.recipient_encrypted.into(),
            mail.token_encrypted.into(),
            mail.now.into(),
            PER_HOUR_MAX.into(),
            mail.recipient_hash.into(),
            UNVERIFIED_PER_HOUR_MAX.into(),
        ];
        let condition = if mail.only_after_change { " AND changes() > 0" } else { "" };
        self.statement(&format!("{INSERT}{condition}"), &values)
    }

    /// Claims mails that wait at `now`, the oldest first, until the instant `until`.
    pub(crate) async fn claim_account_mails(
        &self,
        now: i64,
        until: i64,
        limit: i64,
    ) -> Result<Vec<AccountMailRow>, StoreError> {
        self.all(CLAIM, &[now.into(), until.into(), limit.into()]).await
    }

    /// Stores what became of a mail.
    pub(crate) async fn settle_account_mail(
        &self,
        id: &str,
        outcome: &Outcome<'_>,
        now: i64,
    ) -> Result<(), StoreError> {
        let settled = match *outcome {
            Outcome::Delivered => ("sent", None),
            Outcome::GivenUp(problem) => ("not sent", Some(problem)),
            Outcome::Later(problem, at) => {
                let values = [id.into(), problem.into(), at.into()];
                return self.write(POSTPONE, &values).await.map(|_| ());
            }
        };
        let values = [id.into(), settled.0.into(), settled.1.into(), now.into()];
        self.write(SETTLE, &values).await.map(|_| ())
    }

    /// Deletes the mails of `oldest` and before.
    pub(crate) fn delete_account_mails(&self, oldest: i64) -> Result<Statement, StoreError> {
        self.statement(DELETE, &[oldest.into()])
    }
}

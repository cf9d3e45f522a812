//! The table `sign_in_requests`: requests for a link by mail, whether their address is known or not.

use serde::Deserialize;

use super::{Statement, Store, StoreError, rows};

/// A request to be stored.
pub(crate) struct NewSignInRequest<'a> {
    pub(crate) id: &'a str,
    pub(crate) email_hash: &'a str,
    pub(crate) email_encrypted: &'a str,
    pub(crate) caller_hash: &'a str,
    pub(crate) browser_hash: &'a str,
    pub(crate) code_hash: &'a str,
    pub(crate) sign_up: Option<&'a SignUp>,
    pub(crate) now: i64,
}

/// The merchant that a sign-up asks for.
pub(crate) struct SignUp {
    pub(crate) name: String,
    pub(crate) time_zone: String,
    pub(crate) currency: String,
}

/// The most requests that are stored within a window.
pub(crate) struct RequestLimits {
    /// The first instant that counts.
    pub(crate) since: i64,
    /// From one network address.
    pub(crate) per_caller: i64,
    /// For one mail address, from one network address.
    pub(crate) per_email_of_caller: i64,
    /// For one mail address, from all network addresses.
    pub(crate) per_email: i64,
}

/// The outcome of storing a request.
#[derive(Deserialize)]
pub(crate) struct RequestOutcome {
    /// True if it was stored: 0 or 1.
    pub(crate) stored: i64,
    /// Requests from the same network address in the window.
    pub(crate) of_caller: i64,
    /// When the oldest request in the window was sent that counts against this one.
    pub(crate) oldest: Option<i64>,
}

/// A request that was claimed to be handled.
#[derive(Deserialize)]
pub(crate) struct SignInRequestRow {
    pub(crate) id: String,
    pub(crate) email_encrypted: String,
    pub(crate) browser_hash: String,
    pub(crate) code_hash: String,
    /// True for a sign-up: 0 or 1.
    pub(crate) is_sign_up: i64,
}

const INSERT: &str = "
INSERT INTO sign_in_requests
    (id, email_hash, email_encrypted, caller_hash, browser_hash, code_hash, created_at, name, time_zone,
        currency)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?11, ?12, ?13
WHERE (SELECT count(*) FROM sign_in_requests WHERE caller_hash = ?4 AND created_at > ?8) < ?9
    AND (SELECT count(*) FROM sign_in_requests WHERE email_hash = ?2 AND created_at > ?8) < ?10
    AND (SELECT count(*) FROM sign_in_requests
        WHERE email_hash = ?2 AND caller_hash = ?4 AND created_at > ?8) < ?14";

const OUTCOME: &str = "
SELECT EXISTS (SELECT 1 FROM sign_in_requests WHERE id = ?1) AS stored,
    (SELECT count(*) FROM sign_in_requests WHERE caller_hash = ?2 AND created_at > ?4) AS of_caller,
    (SELECT min(created_at) FROM sign_in_requests
        WHERE (caller_hash = ?2 OR email_hash = ?3) AND created_at > ?4) AS oldest";

/// Claims each request once. One whose link would have expired is left.
const CLAIM: &str = "
UPDATE sign_in_requests SET handled_at = ?1
WHERE handled_at IS NULL AND id IN (SELECT id FROM sign_in_requests
    WHERE handled_at IS NULL AND voided_at IS NULL AND created_at > ?2 ORDER BY created_at LIMIT ?3)
RETURNING id, email_encrypted, browser_hash, code_hash, name IS NOT NULL AS is_sign_up";

/// The rows stay, because requests are counted.
const VOID: &str = "
UPDATE sign_in_requests SET voided_at = ?2
WHERE voided_at IS NULL AND email_hash = (SELECT email_hash FROM merchants WHERE id = ?1)";

const FORGET: &str = "DELETE FROM sign_in_requests WHERE created_at <= ?1";

impl Store {
    /// Stores a request, unless its network address or its mail address sent too many.
    pub(crate) async fn insert_sign_in_request(
        &self,
        request: &NewSignInRequest<'_>,
        limits: &RequestLimits,
    ) -> Result<Option<RequestOutcome>, StoreError> {
        let sign_up = request.sign_up;
        let insert = self.statement(
            INSERT,
            &[
                request.id.into(),
                request.email_hash.into(),
                request.email_encrypted.into(),
                request.caller_hash.into(),
                request.browser_hash.into(),
                request.code_hash.into(),
                request.now.into(),
                limits.since.into(),
                limits.per_caller.into(),
                limits.per_email.into(),
                sign_up.map(|sign_up| sign_up.name.as_str()).into(),
                sign_up.map(|sign_up| sign_up.time_zone.as_str()).into(),
                sign_up.map(|sign_up| sign_up.currency.as_str()).into(),
                limits.per_email_of_caller.into(),
            ],
        )?;
        let (caller, email) = (request.caller_hash, request.email_hash);
        let values = [request.id.into(), caller.into(), email.into(), limits.since.into()];
        let outcome = self.statement(OUTCOME, &values)?;
        let results = self.batch(vec![insert, outcome]).await?;
        let found = results.last().map(rows::<RequestOutcome>).transpose()?.unwrap_or_default();
        Ok(found.into_iter().next())
    }

    /// Claims requests that were sent after `sent_after` and are not handled.
    pub(crate) async fn claim_sign_in_requests(
        &self,
        now: i64,
        sent_after: i64,
        limit: i64,
    ) -> Result<Vec<SignInRequestRow>, StoreError> {
        self.all(CLAIM, &[now.into(), sent_after.into(), limit.into()]).await
    }

    /// Voids the requests for links to the merchant's address, also those that are being handled.
    pub(crate) fn void_sign_in_requests(
        &self,
        merchant: &str,
        now: i64,
    ) -> Result<Statement, StoreError> {
        self.statement(VOID, &[merchant.into(), now.into()])
    }

    /// Deletes the requests of `oldest` and before.
    pub(crate) fn delete_sign_in_requests(&self, oldest: i64) -> Result<Statement, StoreError> {
        self.statement(FORGET, &[oldest.into()])
    }
}

//! Sign-ups in the table `sign_in_requests`: their links, and the merchants that these create.

use serde::Deserialize;

use super::sign_in_attempts::Attempt;
use super::sign_in_links::{Opener, WRONG_CODES_MAX};
use super::{Statement, Store, StoreError, to_json};

/// A sign-up whose link was sent and works.
#[derive(Deserialize)]
pub(crate) struct SignUpRow {
    pub(crate) id: String,
    pub(crate) email_encrypted: String,
    pub(crate) browser_hash: String,
}

/// The merchant that a sign-up creates.
pub(crate) struct NewMerchant<'a> {
    pub(crate) id: &'a str,
    pub(crate) email_encrypted: &'a str,
    /// The hashes that a merchant of this address may have. The first one is stored.
    pub(crate) email_hashes: &'a [String],
}

/// The instants of a link of a sign-up.
#[derive(Clone, Copy)]
pub(crate) struct SignUpTimes {
    pub(crate) now: i64,
    /// The lifetime of the link in milliseconds.
    pub(crate) works_for: i64,
}

const SET_LINK: &str = "UPDATE sign_in_requests SET link_hash = ?2 WHERE id = ?1";

const FIND: &str = "
SELECT id, email_encrypted, browser_hash FROM sign_in_requests r
WHERE link_hash = ?1 AND handled_at > ?2 - ?3
    AND NOT EXISTS (SELECT 1 FROM merchants WHERE email_hash = r.email_hash)";

/// The guard is that of the session which begins in the same transaction, so that neither comes
/// without the other. No second merchant is created for an address, and none that could not be billed.
const CREATE: &str = "
INSERT INTO merchants (id, name, time_zone, currency, created_at, email_encrypted, email_hash)
SELECT ?4, name, time_zone, currency, ?2, ?5, json_extract(?6, '$[0]') FROM sign_in_requests r
WHERE link_hash = ?1 AND handled_at > ?2 - ?3
    AND (browser_hash = ?7 OR (code_hash = ?8 AND wrong_codes < ?9))
    AND NOT EXISTS (SELECT 1 FROM sign_in_attempts
        WHERE address_hash = ?10 AND window_started_at = ?11 AND attempts >= ?12)
    AND NOT EXISTS (SELECT 1 FROM merchants
        WHERE email_hash IN (SELECT value FROM json_each(?6)))
    AND EXISTS (SELECT 1 FROM tree_prices WHERE currency = r.currency AND valid_from <= ?2)";

/// From here on the link is one of the merchant's, and begins a session as any other does.
const HAND_OVER: &str = "
INSERT INTO sign_in_links (hash, merchant_id, created_at, expires_at, browser_hash, code_hash)
SELECT link_hash, ?2, handled_at, handled_at + ?3, browser_hash, code_hash FROM sign_in_requests
WHERE link_hash = ?1 AND EXISTS (SELECT 1 FROM merchants WHERE id = ?2)";

const COUNT_WRONG_CODE: &str = "
UPDATE sign_in_requests SET wrong_codes = wrong_codes + 1
WHERE link_hash = ?1 AND NOT EXISTS (SELECT 1 FROM sign_in_links WHERE hash = ?1)";

impl Store {
    /// Stores the link of a sign-up.
    pub(crate) fn set_sign_up_link(
        &self,
        request: &str,
        link_hash: &str,
    ) -> Result<Statement, StoreError> {
        self.statement(SET_LINK, &[request.into(), link_hash.into()])
    }

    /// Returns the sign-up with this link, unless it has expired or its address has a merchant.
    pub(crate) async fn sign_up(
        &self,
        link_hash: &str,
        times: SignUpTimes,
    ) -> Result<Option<SignUpRow>, StoreError> {
        self.first(FIND, &[link_hash.into(), times.now.into(), times.works_for.into()]).await
    }

    /// Creates the merchant of a sign-up and makes its link one of the merchant's, if the guard of
    /// the session lets it begin.
    pub(crate) fn create_merchant(
        &self,
        link_hash: &str,
        times: SignUpTimes,
        merchant: &NewMerchant<'_>,
        (attempt, opener): (&Attempt<'_>, &Opener<'_>),
    ) -> Result<[Statement; 2], StoreError> {
        let create = self.statement(
            CREATE,
            &[
                link_hash.into(),
                times.now.into(),
                times.works_for.into(),
                merchant.id.into(),
                merchant.email_encrypted.into(),
                to_json(merchant.email_hashes, "hashes")?.into(),
                opener.browser_hash.into(),
                opener.code_hash.into(),
                WRONG_CODES_MAX.into(),
                attempt.address_hash.into(),
                attempt.window_started_at.into(),
                attempt.failures_max.into(),
            ],
        )?;
        let values = [link_hash.into(), merchant.id.into(), times.works_for.into()];
        Ok([create, self.statement(HAND_OVER, &values)?])
    }

    /// Counts wrong digits of a link that was not handed over.
    pub(crate) fn count_wrong_code_of_sign_up(
        &self,
        link_hash: &str,
    ) -> Result<Statement, StoreError> {
        self.statement(COUNT_WRONG_CODE, &[link_hash.into()])
    }
}

//! The table `sign_in_links`: links that work once.

use serde::Deserialize;

use super::{Statement, Store, StoreError};

/// A link that was not used and has not expired.
#[derive(Deserialize)]
pub(crate) struct LinkRow {
    pub(crate) merchant_id: String,
    /// The address that the operator gave with it, encrypted with the link's token.
    pub(crate) email_encrypted: Option<String>,
    /// The browser in which it was asked for.
    pub(crate) browser_hash: Option<String>,
    /// The hash of the address to which it was mailed, if it verifies this address.
    pub(crate) mailed_to_hash: Option<String>,
    /// The merchant's address, encrypted.
    pub(crate) merchant_email_encrypted: Option<String>,
}

/// A link that is sent by mail.
pub(crate) struct NewMailedLink<'a> {
    pub(crate) hash: &'a str,
    pub(crate) merchant_id: &'a str,
    /// The request for it.
    pub(crate) request: &'a str,
    pub(crate) browser_hash: &'a str,
    pub(crate) code_hash: &'a str,
    pub(crate) now: i64,
    pub(crate) expires_at: i64,
}

/// The browser that opens a link, and the digits that were typed there. Both are empty for none.
pub(crate) struct Opener<'a> {
    pub(crate) browser_hash: &'a str,
    pub(crate) code_hash: &'a str,
}

/// Wrong digits after which a link works in the browser only in which it was asked for.
pub(crate) const WRONG_CODES_MAX: i64 = 5;

const FIND: &str = "
SELECT l.merchant_id, l.email_encrypted, l.browser_hash, l.mailed_to_hash,
    m.email_encrypted AS merchant_email_encrypted
FROM sign_in_links l JOIN merchants m ON m.id = l.merchant_id
WHERE l.hash = ?1 AND l.used_at IS NULL AND l.expires_at > ?2";

const INSERT: &str = "
INSERT INTO sign_in_links (hash, merchant_id, created_at, expires_at, mailed_to_hash)
VALUES (?1, ?2, ?3, ?4, ?5)";

const INSERT_MAILED: &str = "
INSERT INTO sign_in_links (hash, merchant_id, created_at, expires_at, browser_hash, code_hash)
SELECT ?1, ?2, ?3, ?4, ?5, ?6
WHERE EXISTS (SELECT 1 FROM sign_in_requests WHERE id = ?7 AND voided_at IS NULL)";

const COUNT_WRONG_CODE: &str = "
UPDATE sign_in_links SET wrong_codes = wrong_codes + 1
WHERE hash = ?1 AND browser_hash IS NOT NULL AND NOT EXISTS (SELECT 1 FROM sessions WHERE hash = ?2)";

const USE_UP: &str = "
UPDATE sign_in_links SET used_at = ?2 WHERE hash = ?1
AND EXISTS (SELECT 1 FROM sessions WHERE hash = ?3)";

const VOID: &str = "DELETE FROM sign_in_links WHERE merchant_id = ?1 AND used_at IS NULL";

const FORGET: &str = "DELETE FROM sign_in_links WHERE expires_at <= ?1";

impl Store {
    /// Returns the link with this hash, unless it was used or has expired.
    pub(crate) async fn link(&self, hash: &str, now: i64) -> Result<Option<LinkRow>, StoreError> {
        self.first(FIND, &[hash.into(), now.into()]).await
    }

    /// Stores a link that works in the browser in which it was asked for, or with its digits, unless
    /// the request for it was voided.
    pub(crate) fn insert_mailed_link(
        &self,
        link: &NewMailedLink<'_>,
    ) -> Result<Statement, StoreError> {
        let values = [
            link.hash.into(),
            link.merchant_id.into(),
            link.now.into(),
            link.expires_at.into(),
            link.browser_hash.into(),
            link.code_hash.into(),
            link.request.into(),
        ];
        self.statement(INSERT_MAILED, &values)
    }

    /// Counts wrong digits, if the session with this hash was not begun.
    pub(crate) fn count_wrong_code(
        &self,
        link_hash: &str,
        session_hash: &str,
    ) -> Result<Statement, StoreError> {
        self.statement(COUNT_WRONG_CODE, &[link_hash.into(), session_hash.into()])
    }

    /// Stores a link that signs in to the merchant's settings, and verifies the address to which it
    /// is mailed.
    pub(crate) fn insert_link(
        &self,
        (hash, mailed_to_hash): (&str, &str),
        merchant: &str,
        now: i64,
        expires_at: i64,
    ) -> Result<Statement, StoreError> {
        let values =
            [hash.into(), merchant.into(), now.into(), expires_at.into(), mailed_to_hash.into()];
        self.statement(INSERT, &values)
    }

    /// Uses the link with this hash up, if the session was begun with it in the same transaction.
    pub(crate) fn use_up_link(
        &self,
        link_hash: &str,
        session_hash: &str,
        now: i64,
    ) -> Result<Statement, StoreError> {
        self.statement(USE_UP, &[link_hash.into(), now.into(), session_hash.into()])
    }

    /// Voids the merchant's unused links, also the operator's.
    pub(crate) fn void_links(&self, merchant: &str) -> Result<Statement, StoreError> {
        self.statement(VOID, &[merchant.into()])
    }

    /// Forgets the links that work no longer.
    pub(crate) fn forget_links(&self, now: i64) -> Result<Statement, StoreError> {
        self.statement(FORGET, &[now.into()])
    }
}

//! The table `merchants`, as far as its owner sees and changes it.

use serde::Deserialize;

use super::{Statement, Store, StoreError};
use crate::domain::states::AtBudget;

/// The merchant's data on the settings pages.
#[derive(Deserialize)]
pub(crate) struct MerchantRow {
    /// Encrypted; `None` if the owner set no address.
    pub(crate) email_encrypted: Option<String>,
    /// True if the address signs in: 0 or 1.
    pub(crate) email_is_verified: i64,
    pub(crate) currency: String,
    /// Minor units of `currency` a month.
    pub(crate) monthly_budget: Option<i64>,
    /// `warn` or `pause`.
    pub(crate) at_budget: AtBudget,
}

const READ: &str = "
SELECT email_encrypted, email_hash IS NOT NULL AS email_is_verified, currency, monthly_budget,
    at_budget
FROM merchants WHERE id = ?1";

/// An address that was typed proves nothing about who reads its mail.
const SET_EMAIL: &str = "
UPDATE merchants SET email_encrypted = ?2, email_hash = NULL WHERE id = ?1";

/// The address that came with a sign-in link, once the link was used; one that the owner has typed
/// meanwhile stays.
const TAKE_EMAIL: &str = "
UPDATE merchants SET email_encrypted = ?3, email_hash = ?4
WHERE email_encrypted IS NULL AND id = (SELECT l.merchant_id
    FROM sign_in_links l JOIN sessions s ON s.hash = ?2 AND s.merchant_id = l.merchant_id
    WHERE l.hash = ?1)";

impl Store {
    /// The merchant's data on the settings pages.
    pub(crate) async fn merchant(&self, id: &str) -> Result<Option<MerchantRow>, StoreError> {
        self.first(READ, &[id.into()]).await
    }

    /// The same, for a batch.
    pub(super) fn merchant_statement(&self, id: &str) -> Result<Statement, StoreError> {
        self.statement(READ, &[id.into()])
    }

    /// Sets where mail goes; `None` for nowhere. The address signs in once it is verified.
    pub(crate) fn set_email(
        &self,
        merchant: &str,
        encrypted: Option<&str>,
    ) -> Result<Statement, StoreError> {
        self.statement(SET_EMAIL, &[merchant.into(), encrypted.into()])
    }

    /// Sets the mail address, if the session began with this link and no address is stored.
    pub(crate) fn take_email(
        &self,
        link_hash: &str,
        session_hash: &str,
        (encrypted, hash): (&str, &str),
    ) -> Result<Statement, StoreError> {
        let values = [link_hash.into(), session_hash.into(), encrypted.into(), hash.into()];
        self.statement(TAKE_EMAIL, &values)
    }
}

//! The link that is being opened: one of a merchant, or one of a sign-up, whose merchant is created
//! by it.

use crate::auth::asking_browser::LINK_WORKS_FOR;
use crate::crypto::encryption::decrypt;
use crate::crypto::encryption_keys::Purpose;
use crate::crypto::new_id;
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::store::Statement;
use crate::store::sign_in_attempts::Attempt;
use crate::store::sign_in_links::{LinkRow, Opener};
use crate::store::sign_ups::{NewMerchant, SignUpRow, SignUpTimes};

/// A link, as it is stored.
pub(crate) enum OpenedLink {
    /// It signs in to a merchant.
    OfMerchant(LinkRow),
    /// It creates a merchant.
    OfSignUp(SignUpRow),
    /// It was used, has expired, or never existed.
    Dead,
}

impl OpenedLink {
    /// Finds the link with this hash.
    pub(crate) async fn find(context: &RequestContext, hash: &str) -> Result<Self, Problem> {
        let times = times(context);
        if let Some(link) = context.store.link(hash, times.now).await? {
            return Ok(Self::OfMerchant(link));
        }
        let sign_up = context.store.sign_up(hash, times).await?;
        Ok(sign_up.map_or(Self::Dead, Self::OfSignUp))
    }

    /// The browser in which it was asked for; `None` for a link that works in any browser.
    pub(crate) fn asked_in(&self) -> Option<&str> {
        match self {
            Self::OfMerchant(link) => link.browser_hash.as_deref(),
            Self::OfSignUp(sign_up) => Some(&sign_up.browser_hash),
            Self::Dead => None,
        }
    }

    /// Returns the statements that come before the session begins: those that create the merchant
    /// of a sign-up.
    pub(super) fn before_session(
        &self,
        context: &RequestContext,
        hash: &str,
        guard: (&Attempt<'_>, &Opener<'_>),
    ) -> Result<Vec<Statement>, Problem> {
        let Self::OfSignUp(row) = self else { return Ok(Vec::new()) };
        let keys = context.keys()?;
        let email = keys.decrypt(Purpose::SignInRequest, &row.id, &row.email_encrypted);
        let Some(email) = email else { return Ok(Vec::new()) };
        let id = new_id("mer")?;
        let merchant = NewMerchant {
            id: &id,
            email_encrypted: &keys.encrypt(Purpose::EmailAddress, &id, &email)?,
            email_hashes: &keys.email_hashes(&email),
        };
        Ok(context.store.create_merchant(hash, times(context), &merchant, guard)?.into())
    }

    /// Returns the statements that follow: the address that the operator gave is taken over, that to
    /// which the link was mailed is verified, and wrong digits are counted.
    pub(super) fn after_session(
        &self,
        context: &RequestContext,
        link_token: &str,
        (hash, session_hash): (&str, &str),
        code_was_typed: bool,
    ) -> Result<Vec<Statement>, Problem> {
        let store = &context.store;
        let mut statements = Vec::new();
        if let Self::OfMerchant(link) = self {
            statements.extend(take_email(context, link, link_token, (hash, session_hash))?);
            statements.extend(verify_email(context, link, session_hash)?);
        }
        match self {
            Self::OfMerchant(_) if code_was_typed => {
                statements.push(store.count_wrong_code(hash, session_hash)?);
            }
            Self::OfSignUp(_) if code_was_typed => {
                statements.push(store.count_wrong_code_of_sign_up(hash)?);
            }
            _ => {}
        }
        Ok(statements)
    }
}

fn times(context: &RequestContext) -> SignUpTimes {
    SignUpTimes { now: context.now.milliseconds(), works_for: LINK_WORKS_FOR }
}

/// Returns the statement that takes over the address that the operator gave with a link.
fn take_email(
    context: &RequestContext,
    link: &LinkRow,
    link_token: &str,
    (link_hash, session_hash): (&str, &str),
) -> Result<Option<Statement>, Problem> {
    let encrypted = link.email_encrypted.as_deref();
    let Some(email) = encrypted.and_then(|encrypted| decrypt(link_token, encrypted)) else {
        return Ok(None);
    };
    let keys = context.keys()?;
    let encrypted = keys.encrypt(Purpose::EmailAddress, &link.merchant_id, &email)?;
    let hash = keys.email_hash(&email);
    Ok(Some(context.store.take_email(link_hash, session_hash, (&encrypted, &hash))?))
}

/// Returns the statement that verifies the merchant's address, if the link was mailed to it.
fn verify_email(
    context: &RequestContext,
    link: &LinkRow,
    session_hash: &str,
) -> Result<Option<Statement>, Problem> {
    let (Some(mailed_to), Some(encrypted)) =
        (&link.mailed_to_hash, link.merchant_email_encrypted.as_deref())
    else {
        return Ok(None);
    };
    let (keys, id) = (context.keys()?, link.merchant_id.as_str());
    let address = keys.email_address(id, Some(encrypted));
    let Some(address) = address.filter(|address| keys.email_hashes(address).contains(mailed_to))
    else {
        return Ok(None);
    };
    let hash = keys.email_hash(&address);
    Ok(Some(context.store.verify_email(id, (encrypted, &hash), session_hash)?))
}

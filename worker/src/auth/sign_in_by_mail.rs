//! A link by mail: asked for with an address, looked up after the response, and sent to the merchants
//! of that address.

use std::time::Duration;

use axum::http::HeaderMap;
use worker::Delay;

use crate::auth::asking_browser::{AskingBrowser, LINK_WORKS_FOR, code_hash};
use crate::auth::sign_in::address_hash;
use crate::crypto::encryption_keys::Purpose;
use crate::crypto::{Token, new_id};
use crate::mail::account::{self, AccountMail};
use crate::platform::context::RequestContext;
use crate::platform::log::{self, LogEvent};
use crate::platform::problem::Problem;
use crate::store::Statement;
use crate::store::sign_in_links::NewMailedLink;
use crate::store::sign_in_requests::{NewSignInRequest, RequestLimits, SignInRequestRow, SignUp};

/// Milliseconds of the window in which requests are counted: an hour.
const WINDOW: i64 = 60 * 60 * 1000;

/// Requests within a window from one network address, which people may share; for one mail address
/// from one network address; and for one mail address from all, so that a stranger who uses up a
/// limit does not keep the owner out in another network.
pub(crate) const PER_CALLER_MAX: i64 = 20;
pub(crate) const PER_EMAIL_OF_CALLER_MAX: i64 = 5;
pub(crate) const PER_EMAIL_MAX: i64 = 20;

/// Milliseconds for which requests are stored: a day.
pub(crate) const REQUESTS_KEPT_FOR: i64 = 24 * 60 * 60 * 1000;

/// Merchants of one address that get a mail each.
pub(crate) const MERCHANTS_MAX: i64 = 5;

/// The wait before an address is looked up. The additional work for a known address would otherwise
/// delay the response that was just written: it took 51 ms on one machine, and 26 ms for an unknown
/// address.
const LOOKED_UP_AFTER: Duration = Duration::from_secs(1);

/// Requests that are handled after one response.
const HANDLED_AT_ONCE: i64 = 10;

const TOO_MANY_OF_CALLER: &str = "Too many sign-in links were asked for from your network. Please \
    try again later.";

const TOO_MANY_OF_EMAIL: &str = "Sign-in links for this address were asked for too often within an \
    hour. Use the newest mail, or try again later.";

/// Stores a request for a link to this address, of a sign-up or of a sign-in. The response is the
/// same, and takes the same steps, whether a merchant has the address or not: [`handle_requests`]
/// looks it up later.
pub(crate) async fn ask(
    context: &RequestContext,
    (email, sign_up): (&str, Option<&SignUp>),
    browser: &AskingBrowser,
    headers: &HeaderMap,
) -> Result<(), Problem> {
    let (keys, id) = (context.keys()?, new_id("ask")?);
    let (now, browser_hash) = (context.now.milliseconds(), browser.hash());
    let request = NewSignInRequest {
        id: &id,
        email_hash: &keys.email_hash(email),
        email_encrypted: &keys.encrypt(Purpose::SignInRequest, &id, email)?,
        caller_hash: &address_hash(context, headers)?,
        browser_hash: &browser_hash,
        code_hash: &code_hash(keys, &browser_hash, &browser.code(keys)?)?,
        sign_up,
        now,
    };
    let limits = RequestLimits {
        since: now.saturating_sub(WINDOW),
        per_caller: PER_CALLER_MAX,
        per_email_of_caller: PER_EMAIL_OF_CALLER_MAX,
        per_email: PER_EMAIL_MAX,
    };
    let outcome = context.store.insert_sign_in_request(&request, &limits).await?;
    let outcome = outcome.ok_or_else(|| Problem::internal("A request has no outcome"))?;
    if outcome.stored == 1 {
        context.note_mail();
        return Ok(());
    }
    let free_at = outcome.oldest.unwrap_or(now).saturating_add(WINDOW);
    let seconds = free_at.saturating_sub(now).div_euclid(1000).saturating_add(1);
    let is_of_caller = outcome.of_caller >= PER_CALLER_MAX;
    let message = if is_of_caller { TOO_MANY_OF_CALLER } else { TOO_MANY_OF_EMAIL };
    Err(Problem::too_many(message, u32::try_from(seconds).unwrap_or_default()))
}

/// Puts the mails of waiting requests into the outbox, after the response.
pub(crate) async fn handle_requests(context: &RequestContext) {
    let (store, now) = (&context.store, context.now.milliseconds());
    let sent_after = now.saturating_sub(LINK_WORKS_FOR);
    match store.claim_sign_in_requests(now, sent_after, HANDLED_AT_ONCE).await {
        Ok(requests) => {
            if !requests.is_empty() {
                Delay::from(LOOKED_UP_AFTER).await;
            }
            for request in &requests {
                // Each request fails alone.
                log_failure(handle(context, request).await);
            }
        }
        Err(error) => log_failure(Err(error.into())),
    }
}

fn log_failure(handled: Result<(), Problem>) {
    if let Err(problem) = handled {
        log::reason(LogEvent::SignInFailed, &problem);
    }
}

async fn handle(context: &RequestContext, request: &SignInRequestRow) -> Result<(), Problem> {
    let statements = mails(context, request).await?;
    if !statements.is_empty() {
        context.store.batch(statements).await?;
    }
    Ok(())
}

/// Returns the statements that make a link and a mail for each merchant of the request's address, or
/// for the sign-up if there is none.
async fn mails(
    context: &RequestContext,
    request: &SignInRequestRow,
) -> Result<Vec<Statement>, Problem> {
    let (keys, store, now) = (context.keys()?, &context.store, context.now.milliseconds());
    let email = keys.decrypt(Purpose::SignInRequest, &request.id, &request.email_encrypted);
    let Some(email) = email else { return Ok(Vec::new()) };
    let is_sign_up = request.is_sign_up == 1;
    let mail = if is_sign_up { AccountMail::AccountExists } else { AccountMail::SignIn };
    let mut statements = Vec::new();
    for merchant in store.merchants_of_email(&keys.email_hashes(&email), MERCHANTS_MAX).await? {
        // The mail goes to the address that was verified, not to the text that was typed.
        let stored = keys.email_address(&merchant.id, merchant.email_encrypted.as_deref());
        let Some(recipient) = stored else { continue };
        let token = Token::generate()?;
        statements.push(store.insert_mailed_link(&NewMailedLink {
            hash: &token.hash,
            merchant_id: &merchant.id,
            request: &request.id,
            browser_hash: &request.browser_hash,
            code_hash: &request.code_hash,
            now,
            expires_at: now.saturating_add(LINK_WORKS_FOR),
        })?);
        statements.push(account::insert(context, &merchant.id, &recipient, mail, Some(&token))?);
    }
    if is_sign_up && statements.is_empty() {
        let token = Token::generate()?;
        statements.push(store.set_sign_up_link(&request.id, &token.hash)?);
        statements.push(account::insert_sign_up(context, &email, &token)?);
    }
    Ok(statements)
}

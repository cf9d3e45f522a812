//! Signing in to the settings: a link that works once begins a session, and floods are refused.

use axum::http::{HeaderMap, StatusCode};

use crate::auth::asking_browser::{AskingBrowser, code_hash};
use crate::auth::connection_codes::CODES_KEPT_FOR;
use crate::auth::opened_link::OpenedLink;
use crate::auth::session::{IDLE_MAX, hash_in_cookie};
use crate::auth::sign_in_by_mail::REQUESTS_KEPT_FOR;
use crate::crypto::ids::keyed_hash;
use crate::crypto::{Token, hash};
use crate::platform::context::{RequestContext, network_of};
use crate::platform::log::{self, LogEvent};
use crate::platform::problem::Problem;
use crate::store::rows;
use crate::store::sessions::NewSession;
use crate::store::sign_in_attempts::{Attempt, Outcome};
use crate::store::sign_in_links::Opener;

/// Milliseconds for which a session lasts.
pub(crate) const SESSION_LASTS: i64 = 30 * 24 * 60 * 60 * 1000;

/// Milliseconds for which a merchant sees what happened to the account: 90 days.
pub(crate) const LOG_KEPT_FOR: i64 = 90 * 24 * 60 * 60 * 1000;

/// Milliseconds of the windows in which failures are counted.
const WINDOW: i64 = 10 * 60 * 1000;

/// Failures from one address in one window, at most.
const FAILURES_MAX: i64 = 10;

const DEAD_LINK: &str = "This sign-in link does not work: each works once, and for a limited time. If \
    you are signed in already, open Settings. If not, get a new link.";

const TOO_MANY: &str = "Signing in failed too often from your address. Your link was not used up: \
    please try it again in a few minutes.";

const WRONG_CODE: &str = "These are not the digits. Look at the browser in which you asked for the \
    link, and type the six digits shown there. After five wrong tries, the link works in that \
    browser only.";

/// The field with the digits that the asking browser shows.
pub(crate) const CODE: &str = "code";

/// The fields and words that the page of a link needs.
pub(crate) struct LinkNeeds {
    /// True if it wants the digits of another browser. It is false for a link that does not work.
    pub(crate) code: bool,
    /// True if the link creates a merchant.
    pub(crate) is_sign_up: bool,
}

/// Returns the needs of the page of a link.
pub(crate) async fn needs(
    context: &RequestContext,
    link_token: &str,
    headers: &HeaderMap,
) -> Result<LinkNeeds, Problem> {
    let link = OpenedLink::find(context, &hash(link_token)).await?;
    let this = AskingBrowser::of(context, headers).map(|browser| browser.hash());
    Ok(LinkNeeds {
        code: link.asked_in().is_some_and(|asked_in| Some(asked_in) != this.as_deref()),
        is_sign_up: matches!(link, OpenedLink::OfSignUp(_)),
    })
}

/// Starts a session with the token of a link, in place of this browser's earlier one. Returns the
/// token of the session, which is stored only as a hash. A used, an expired and a nonexistent link
/// return the same response.
pub(crate) async fn begin(
    context: &RequestContext,
    link_token: &str,
    code: &str,
    headers: &HeaderMap,
) -> Result<String, Problem> {
    let now = context.now.milliseconds();
    let into_window = now.rem_euclid(WINDOW);
    let attempt = Attempt {
        address_hash: &address_hash(context, headers)?,
        window_started_at: now.saturating_sub(into_window),
        failures_max: FAILURES_MAX,
    };
    let (link_hash, token) = (hash(link_token), Token::generate()?);
    let store = &context.store;
    let link = OpenedLink::find(context, &link_hash).await?;
    let browser_hash = AskingBrowser::of(context, headers).map(|browser| browser.hash());
    let asked_in = link.asked_in();
    let code_hash = match asked_in {
        Some(asked_in) if !code.is_empty() => code_hash(context.keys()?, asked_in, code)?,
        _ => String::new(),
    };
    let opener =
        Opener { browser_hash: browser_hash.as_deref().unwrap_or_default(), code_hash: &code_hash };
    let expires_at = now.saturating_add(SESSION_LASTS);
    let session = NewSession { hash: &token.hash, now, expires_at };
    let mut statements = link.before_session(context, &link_hash, (&attempt, &opener))?;
    statements.extend(store.begin_session(&link_hash, &session, &attempt, &opener)?);
    if let Some(old) = hash_in_cookie(headers, context) {
        statements.extend(store.replace_session(&old, &token.hash, now)?);
    }
    let hashes = (link_hash.as_str(), token.hash.as_str());
    statements.extend(link.after_session(context, link_token, hashes, !code_hash.is_empty())?);
    statements.extend([
        store.use_up_link(&link_hash, &token.hash, now)?,
        store.log_refused_sign_in(&link_hash, &token.hash, now)?,
        store.count_failure(&attempt, &token.hash)?,
        store.outcome(&attempt, &token.hash)?,
    ]);
    let results = store.batch(statements).await?;
    let outcome = results.last().map(rows::<Outcome>).transpose()?.unwrap_or_default();
    match outcome.first() {
        Some(outcome) if outcome.begun == 1 => Ok(token.text),
        Some(outcome) if outcome.failures > FAILURES_MAX => {
            let seconds = WINDOW.saturating_sub(into_window).div_euclid(1000).saturating_add(1);
            Err(Problem::too_many(TOO_MANY, u32::try_from(seconds).unwrap_or_default()))
        }
        _ if asked_in.is_some_and(|asked_in| asked_in != opener.browser_hash) => {
            Err(Problem::unprocessable(CODE, WRONG_CODE))
        }
        _ => Err(Problem::new(StatusCode::NOT_FOUND, DEAD_LINK)),
    }
}

/// Forgets what has ended: sessions, links, and failures that no longer count.
pub(crate) async fn forget_ended(context: &RequestContext) {
    if let Err(problem) = forget(context).await {
        log::reason(LogEvent::TidyFailed, &problem);
    }
}

async fn forget(context: &RequestContext) -> Result<(), Problem> {
    let (store, now) = (&context.store, context.now.milliseconds());
    let [log_idle, forget_sessions] = store.forget_sessions(now, now.saturating_sub(IDLE_MAX))?;
    let statements = vec![
        store.delete_operator_keys(now)?,
        log_idle,
        forget_sessions,
        store.delete_security_events(now.saturating_sub(LOG_KEPT_FOR))?,
        store.delete_account_mails(now.saturating_sub(LOG_KEPT_FOR))?,
        store.forget_links(now)?,
        store.delete_connection_codes(now.saturating_sub(CODES_KEPT_FOR))?,
        store.delete_sign_in_requests(now.saturating_sub(REQUESTS_KEPT_FOR))?,
        store.forget_failures(now.saturating_sub(WINDOW))?,
    ];
    store.batch(statements).await?;
    Ok(())
}

/// Returns a keyed hash of the caller's network. The address is personal data, so it is not stored.
pub(super) fn address_hash(
    context: &RequestContext,
    headers: &HeaderMap,
) -> Result<String, Problem> {
    let key = context.keys()?.hashing_key("address");
    let key = key.ok_or_else(|| Problem::internal("A key could not be derived"))?;
    Ok(keyed_hash(&key, &network_of(headers)))
}

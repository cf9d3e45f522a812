//! Sessions of signed-in members: found by the token in the cookie, and kept alive by use.

use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use crate::auth::same_origin;
use crate::crypto::hash;
use crate::domain::local_time::day_in_words;
use crate::platform::context::RequestContext;
use crate::platform::log;
use crate::platform::problem::Problem;
use crate::store::sessions::SessionRow;

/// The cookie that holds the token of a session. The prefix binds it to this very host and to
/// HTTPS; a development machine has no HTTPS.
pub(crate) fn cookie_name(context: &RequestContext) -> &'static str {
    if context.config.development { "session" } else { "__Host-session" }
}

/// Milliseconds after which a session ends without use: 7 days.
pub(crate) const IDLE_MAX: i64 = 7 * 24 * 60 * 60 * 1000;

/// Milliseconds after which the time of a session's last use is written anew.
const LAST_SEEN_PRECISION: i64 = 60 * 60 * 1000;

/// Milliseconds after signing in for which the mail address and the card may be changed.
pub(crate) const FRESH_FOR: i64 = 30 * 60 * 1000;

impl SessionRow {
    /// Rejects what takes over the account, unless its owner signed in a moment ago.
    pub(crate) fn require_fresh(&self, context: &RequestContext) -> Result<(), Problem> {
        let age = context.now.milliseconds().saturating_sub(self.created_at);
        if age <= FRESH_FOR { Ok(()) } else { Err(Problem::forbidden(NOT_FRESH)) }
    }

    /// The last day of a pause at the monthly budget, where the merchant is.
    pub(crate) fn over_budget_until(&self) -> Option<String> {
        day_in_words(self.budget_paused_until?.saturating_sub(1), &self.time_zone)
    }

    /// The day since which no trees are ordered, where the merchant is.
    pub(crate) fn paused_since(&self) -> Option<String> {
        day_in_words(self.paused_at?, &self.time_zone)
    }
}

const SIGNED_OUT: &str = "You are not signed in. Get a sign-in link by mail, and open it in this \
    browser.";

const NOT_FRESH: &str = "Changing the mail address or the card needs a sign-in within the last 30 \
    minutes. Open Settings > Security to get a new sign-in link, and then try again.";

/// Returns the session of a request that one of our own pages sent.
pub(crate) async fn session(
    parts: &Parts,
    context: &RequestContext,
) -> Result<SessionRow, Problem> {
    same_origin::check(parts)?;
    let signed_out = || Problem::unauthorized(SIGNED_OUT);
    let token = cookie_value(&parts.headers, cookie_name(context)).ok_or_else(signed_out)?;
    let now = context.now.milliseconds();
    let seen_after = now.saturating_sub(IDLE_MAX);
    let found = context.store.session(&hash(token), now, seen_after).await?;
    let session = found.ok_or_else(signed_out)?;
    log::set_merchant(&session.merchant_id);
    if now.saturating_sub(session.last_seen_at) > LAST_SEEN_PRECISION {
        context.store.touch_session(&session.hash, now).await?;
    }
    Ok(session)
}

/// The hash of the session in the cookie of this browser, ended or not.
pub(crate) fn hash_in_cookie(headers: &HeaderMap, context: &RequestContext) -> Option<String> {
    cookie_value(headers, cookie_name(context)).map(hash)
}

/// The value of the cookie of this name.
pub(crate) fn cookie_value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    cookies.split(';').find_map(|cookie| cookie.trim().strip_prefix(name)?.strip_prefix('='))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_token_is_found_among_other_cookies() {
        let read = |cookies: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, HeaderValue::from_static(cookies));
            cookie_value(&headers, "session").map(str::to_owned)
        };
        assert_eq!(read("session=abc").as_deref(), Some("abc"));
        assert_eq!(read("theme=dark; session=abc; sessions=no").as_deref(), Some("abc"));
        assert_eq!(read("sessions=abc; xsession=abc; __Host-session=abc"), None);
    }
}

//! Who is signed in to the settings, and what of the merchant's own a form is about.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use worker::send::SendFuture;

use super::owned::{Resource, load};
use super::{context_of, same_origin};
use crate::auth::hash;
use crate::context::RequestContext;
use crate::local_time::day_in_words;
use crate::pages::PageProblem;
use crate::problem::Problem;
use crate::store::sessions::SessionRow;

/// The cookie that holds the token of a session.
pub(crate) const COOKIE: &str = "session";

/// A signed-in member of a merchant. Whatever may change something was sent by our own page.
pub(crate) struct Session(pub(crate) SessionRow);

/// A resource of the signed-in merchant. A foreign one and one that never was are answered alike.
pub(crate) struct SessionOwned<R> {
    pub(crate) session: SessionRow,
    pub(crate) resource: R,
}

impl SessionRow {
    /// The day since which no trees are ordered, where the merchant is.
    pub(crate) fn paused_since(&self) -> Option<String> {
        day_in_words(self.paused_at?, &self.time_zone)
    }
}

const SIGNED_OUT: &str = "You are not signed in. Ask whoever runs this server for a sign-in \
    link, and open it in this browser.";

async fn session(parts: &Parts, context: &RequestContext) -> Result<SessionRow, Problem> {
    same_origin::check(parts)?;
    let signed_out = || Problem::unauthorized(SIGNED_OUT);
    let token = token(&parts.headers).ok_or_else(signed_out)?;
    let found = context.store.session(&hash(token), context.now.milliseconds()).await?;
    found.ok_or_else(signed_out)
}

/// The token in the cookie.
fn token(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    cookies.split(';').find_map(|cookie| cookie.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

impl<S: Send + Sync> FromRequestParts<S> for Session {
    type Rejection = PageProblem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageProblem> {
        let context = context_of(parts)?;
        Ok(Self(SendFuture::new(session(parts, &context)).await?))
    }
}

impl<S: Send + Sync, R: Resource + Send> FromRequestParts<S> for SessionOwned<R> {
    type Rejection = PageProblem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, PageProblem> {
        let Session(session) = Session::from_request_parts(parts, state).await?;
        let context = context_of(parts)?;
        let resource = load(parts, state, &context.store, &session.merchant_id).await?;
        Ok(Self { session, resource })
    }
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
            token(&headers).map(str::to_owned)
        };
        assert_eq!(read("session=abc").as_deref(), Some("abc"));
        assert_eq!(read("theme=dark; session=abc; sessions=no").as_deref(), Some("abc"));
        assert_eq!(read("sessions=abc; xsession=abc"), None);
    }
}

//! The browser in which a link was asked for: a cookie marks it, and it shows six digits that the
//! link wants in any other browser.

use axum::http::{HeaderMap, HeaderValue};

use crate::auth::session::cookie_value;
use crate::crypto::encryption_keys::EncryptionKeys;
use crate::crypto::ids::keyed_hash;
use crate::crypto::{Token, hash};
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;

/// Milliseconds for which a link that is sent by mail works, and its browser is marked: 15 minutes.
pub(crate) const LINK_WORKS_FOR: i64 = 15 * 60 * 1000;

/// Hexadecimal digits of a hash that make the six digits, and their number.
const SOURCE_DIGITS: usize = 12;
const CODES: u64 = 1_000_000;

/// The mark of a browser.
pub(crate) struct AskingBrowser {
    token: String,
}

impl AskingBrowser {
    /// Returns the mark of the browser that sent the request, if it has one.
    pub(crate) fn of(context: &RequestContext, headers: &HeaderMap) -> Option<Self> {
        let token = cookie_value(headers, cookie_name(context))?;
        let is_token = token.len() == 64 && token.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_token.then(|| Self { token: token.to_owned() })
    }

    /// Marks a browser that has no mark.
    fn new() -> Result<Self, Problem> {
        Ok(Self { token: Token::generate()?.text })
    }

    /// Returns the mark of the browser that sent the request, or a new one. Links that the same
    /// browser asked for before keep working in it.
    pub(crate) fn of_or_new(
        context: &RequestContext,
        headers: &HeaderMap,
    ) -> Result<Self, Problem> {
        Self::of(context, headers).map_or_else(Self::new, Ok)
    }

    /// The stored form of the mark.
    pub(crate) fn hash(&self) -> String {
        hash(&self.token)
    }

    /// The six digits that this browser shows.
    pub(crate) fn code(&self, keys: &EncryptionKeys) -> Result<String, Problem> {
        let hash = keyed_hash(&key(keys, "sign-in code")?, &self.token);
        let number = hash.get(..SOURCE_DIGITS).and_then(|hex| u64::from_str_radix(hex, 16).ok());
        let number = number.unwrap_or_default().checked_rem(CODES).unwrap_or_default();
        Ok(format!("{number:06}"))
    }

    /// The cookie that marks the browser. It is sent along when the link in the mail is opened, and
    /// no script reads it.
    pub(crate) fn cookie(&self, context: &RequestContext) -> Result<HeaderValue, Problem> {
        let (name, seconds) = (cookie_name(context), LINK_WORKS_FOR.div_euclid(1000));
        let cookie = format!(
            "{name}={}; Path=/; Max-Age={seconds}; HttpOnly; Secure; SameSite=Lax",
            self.token
        );
        HeaderValue::from_str(&cookie)
            .map_err(|_| Problem::internal("A cookie could not be written"))
    }
}

/// Returns the stored form of the digits that a browser shows. It is keyed, because a million
/// hashes are quickly computed.
pub(crate) fn code_hash(
    keys: &EncryptionKeys,
    browser_hash: &str,
    code: &str,
) -> Result<String, Problem> {
    let digits: String = code.chars().filter(char::is_ascii_digit).collect();
    Ok(keyed_hash(&key(keys, "sign-in code of a browser")?, &format!("{browser_hash}/{digits}")))
}

fn key(keys: &EncryptionKeys, label: &str) -> Result<[u8; 32], Problem> {
    keys.hashing_key(label).ok_or_else(|| Problem::internal("A key could not be derived"))
}

/// The prefix binds the cookie to this very host and to HTTPS; a development machine has no HTTPS.
fn cookie_name(context: &RequestContext) -> &'static str {
    if context.config.development { "sign-in" } else { "__Host-sign-in" }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f00123456789abcdef1032547698badcfe";

    #[test]
    fn a_browser_shows_the_same_six_digits_each_time_and_another_browser_shows_others() {
        let keys = EncryptionKeys::read(KEY).unwrap();
        let (one, other) = (AskingBrowser::new().unwrap(), AskingBrowser::new().unwrap());
        let code = one.code(&keys).unwrap();
        assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()), "{code}");
        assert_eq!(code, one.code(&keys).unwrap());
        assert_ne!((one.hash(), code.clone()), (other.hash(), other.code(&keys).unwrap()));
    }

    #[test]
    fn digits_are_compared_without_spaces_and_belong_to_one_browser() {
        let keys = EncryptionKeys::read(KEY).unwrap();
        let hash = |browser: &str, code: &str| code_hash(&keys, browser, code).unwrap();
        assert_eq!(hash("one", "123456"), hash("one", " 123 456 "));
        assert_ne!(hash("one", "123456"), hash("one", "123457"));
        assert_ne!(hash("one", "123456"), hash("other", "123456"));
    }
}

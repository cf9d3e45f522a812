//! API keys: how a new one is made, and how one is read from a request.

use axum::http::{HeaderMap, header};

use crate::crypto::{hash, hexadecimal, random};

/// A secret as a caller gave it. Only its hash leaves this type, and it cannot be printed.
pub(crate) struct ApiKey(String);

impl ApiKey {
    /// A key found in a body.
    pub(crate) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The key of a request: `?api_key=`, which wins where it is present, or the header
    /// `Authorization` as `Bearer KEY`, `Bearer : KEY`, `Bearer: KEY` or the bare key.
    pub(crate) fn of_request(query: Option<&str>, headers: &HeaderMap) -> Option<Self> {
        let mut pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        let from_query = pairs.find(|(name, _)| name == "api_key").map(|(_, key)| key.into_owned());
        let from_header = || {
            let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?.trim();
            let scheme = text.get(.."bearer".len()).filter(|s| s.eq_ignore_ascii_case("bearer"));
            let key = match scheme {
                Some(scheme) => text.strip_prefix(scheme)?.trim_start_matches([' ', ':']),
                None => text,
            };
            Some(key.to_owned())
        };
        from_query.or_else(from_header).filter(|key| !key.is_empty()).map(Self)
    }

    /// Returns true if the text of the key marks it as publishable. The stored row alone decides
    /// its permissions.
    pub(crate) fn is_publishable(&self) -> bool {
        self.0.starts_with("pig_pk_")
    }

    /// The stored form of the key.
    pub(crate) fn hash(&self) -> String {
        hash(&self.0)
    }
}

/// A key that was just made: shown once, and never stored.
pub(crate) struct NewApiKey {
    /// `pig_sk_live_` and 160 random bits in hexadecimal.
    pub(crate) text: String,
    /// The stored form of it.
    pub(crate) hash: String,
    /// The last four characters, by which people distinguish their keys.
    pub(crate) hint: String,
}

/// Random bytes of a key: 128 bits remain secret from a reader of the hint.
const RANDOM_BYTES: usize = 20;

impl NewApiKey {
    /// Makes a key that says what it is: `publishable` or `secret`, `live` or `test`.
    pub(crate) fn generate(kind: &str, mode: &str) -> Result<Self, getrandom::Error> {
        let kind = if kind == "publishable" { "pk" } else { "sk" };
        let random = hexadecimal(&random::<RANDOM_BYTES>()?);
        let hint = random.get(random.len().saturating_sub(4)..).unwrap_or_default().to_owned();
        let text = format!("pig_{kind}_{mode}_{random}");
        Ok(Self { hash: hash(&text), hint, text })
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn key_of(query: Option<&str>, authorization: &'static str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, HeaderValue::from_static(authorization));
        ApiKey::of_request(query, &headers).map(|key| key.0)
    }

    #[test]
    fn every_documented_spelling_of_the_header_is_read() {
        for spelling in ["Bearer abc", "Bearer : abc", "Bearer: abc", "bearer abc", "abc"] {
            assert_eq!(key_of(None, spelling).as_deref(), Some("abc"), "{spelling}");
        }
        assert_eq!(key_of(None, "Bearer "), None);
    }

    #[test]
    fn a_key_in_the_query_wins_over_the_header() {
        assert_eq!(key_of(Some("limit=2&api_key=query"), "Bearer header").unwrap(), "query");
        assert_eq!(key_of(Some("limit=2"), "Bearer header").unwrap(), "header");
    }

    #[test]
    fn a_new_key_says_its_kind_and_mode_and_is_never_the_same() {
        let key = NewApiKey::generate("secret", "test").unwrap();
        assert_eq!(key.text.strip_prefix("pig_sk_test_").map(str::len), Some(40));
        assert!(key.text.ends_with(&key.hint) && key.hint.len() == 4);
        assert_eq!(key.hash, hash(&key.text));
        assert_ne!(key.text, NewApiKey::generate("secret", "test").unwrap().text);
        let publishable = NewApiKey::generate("publishable", "live").unwrap();
        assert!(publishable.text.starts_with("pig_pk_live_"));
    }
}

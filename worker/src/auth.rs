//! API keys and pay links: how a secret is written, read from a request, and turned into what is
//! stored.

use axum::http::{HeaderMap, header};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::problem::Problem;

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
        let from_query = query.and_then(|query| {
            query.split('&').find_map(|pair| pair.strip_prefix("api_key=")).map(str::to_owned)
        });
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

    /// What is stored of the key: SHA-256 in hexadecimal. A key has 128 random bits, so a slow hash
    /// would add nothing.
    pub(crate) fn hash(&self) -> String {
        hexadecimal(&Sha256::digest(self.0.as_bytes()))
    }
}

/// The token of the pay link of a purchase order: 128 bits that only the owner of `link_secret` can
/// derive, so that the database need not hold it.
pub(crate) fn link_token(link_secret: &str, purchase_order: &str) -> String {
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(link_secret.as_bytes()) else {
        return String::new();
    };
    mac.update(b"pay/");
    mac.update(purchase_order.as_bytes());
    hexadecimal(mac.finalize().into_bytes().iter().take(16))
}

/// What is stored of a pay link's token.
pub(crate) fn link_hash(token: &str) -> String {
    hexadecimal(&Sha256::digest(token.as_bytes()))
}

/// An id that nobody can guess: the prefix and 128 random bits.
pub(crate) fn new_id(prefix: &str) -> Result<String, Problem> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|_| Problem::internal("No random bytes could be had"))?;
    Ok(format!("{prefix}_{}", hexadecimal(&bytes)))
}

/// Bytes as lower-case hexadecimal.
pub(crate) fn hexadecimal<'a>(bytes: impl IntoIterator<Item = &'a u8>) -> String {
    let mut text = String::new();
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            text.extend(char::from_digit(u32::from(digit), 16));
        }
    }
    text
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
    fn pay_links_differ_by_purchase_order_and_by_secret() {
        let token = link_token("secret one", "po_1");
        assert_eq!(token.len(), 32);
        assert_ne!(token, link_token("secret one", "po_2"));
        assert_ne!(token, link_token("secret two", "po_1"));
    }
}

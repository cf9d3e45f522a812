//! Public responses, stored in Cloudflare's cache: each of its locations reads the database once in
//! the lifetime of a response, for any number of visitors.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{HeaderValue, Method, Request, header};
use form_urlencoded::Serializer;
use worker::{Cache, Headers, Response, web_sys};

use crate::crypto::api_key::ApiKey;
use crate::crypto::hash;
use crate::domain::origin;
use crate::http::pagination::NOT_FILTERS;
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;

/// The place of one response in the cache.
pub(crate) struct CacheEntry {
    /// An address that only the same question of the same asker has.
    address: String,
    /// The publishable key, if the response belongs to one.
    key: Option<ApiKey>,
    lifetime: &'static str,
}

/// A path whose responses are cached.
struct CachedPath {
    path: &'static str,
    /// True if it needs a publishable key. A secret key's response is never stored.
    is_keyed: bool,
    /// The parameters that the handler knows, where it refuses every other one; `None` where it
    /// reads no query at all.
    filters: Option<&'static [&'static str]>,
    /// For how long a response is stored.
    lifetime: &'static str,
}

const CACHED: [CachedPath; 4] = [
    // The front page, without its slash.
    CachedPath { path: "", is_keyed: false, filters: None, lifetime: "public, max-age=60" },
    CachedPath {
        path: "/api/totals",
        is_keyed: false,
        filters: Some(&["shop"]),
        lifetime: "public, max-age=60",
    },
    CachedPath {
        path: "/api/campaigns",
        is_keyed: true,
        filters: Some(&["after", "limit"]),
        lifetime: "public, max-age=60",
    },
    CachedPath {
        path: "/storefront/caps",
        is_keyed: true,
        filters: Some(&[]),
        lifetime: "public, max-age=30",
    },
];

/// Stores the `Cache-Control` for browsers. That of the stored response is its lifetime in the
/// cache.
const FOR_BROWSERS: &str = "x-cache-control-for-browsers";

const CACHE_CONTROL: &str = "cache-control";

impl CacheEntry {
    /// The entry of a request whose response may be stored. Development stores nothing, just as it
    /// counts no requests: developers see a change at once, and a test chooses its own time.
    pub(crate) fn of(context: &RequestContext, request: &Request<Body>) -> Option<Self> {
        let (uri, headers) = (request.uri(), request.headers());
        if context.config.development || request.method() != Method::GET {
            return None;
        }
        let path = uri.path().strip_suffix('/').unwrap_or(uri.path());
        let cached = CACHED.into_iter().find(|cached| cached.path == path)?;
        let key = ApiKey::of_request(uri.query(), headers);
        let asker = match &key {
            None if !cached.is_keyed => String::new(),
            // A key works on some origins only.
            Some(key) if cached.is_keyed && key.is_publishable() => {
                let origin = headers.get(header::ORIGIN).map_or(&b""[..], HeaderValue::as_bytes);
                format!("{} {}", key.hash(), String::from_utf8_lossy(origin))
            }
            _ => return None,
        };
        let question = hash(&format!("{} {asker}", cached.question(uri.query())?));
        let address = format!("{}/cached/{question}", origin::of(uri));
        Some(Self { address, key, lifetime: cached.lifetime })
    }

    /// The stored response. Its key and address are counted as if the database had been asked.
    pub(crate) async fn find(
        &self,
        context: &RequestContext,
        request: &Request<Body>,
    ) -> Option<Result<Response, Problem>> {
        let found = Cache::default().get(&self.address, false).await.ok()??;
        if let Some(key) = &self.key
            && let Err(problem) = context.limit_key(key, request.headers()).await
        {
            return Some(Err(problem));
        }
        let for_browsers = found.headers().get(FOR_BROWSERS).ok()??;
        let headers = copied(&found)?;
        headers.set(CACHE_CONTROL, &for_browsers).ok()?;
        headers.delete(FOR_BROWSERS).ok()?;
        Some(Ok(found.with_headers(headers)))
    }

    /// Stores a response. If the cache fails, the client still gets the response.
    pub(crate) async fn store(&self, response: &mut Response) {
        if response.status_code() == 200
            && let Some(stored) = self.to_store(response)
        {
            let _ = Cache::default().put(&self.address, stored).await;
        }
    }

    fn to_store(&self, response: &mut Response) -> Option<Response> {
        let headers = copied(response)?;
        headers.set(FOR_BROWSERS, &headers.get(CACHE_CONTROL).ok()??).ok()?;
        headers.set(CACHE_CONTROL, self.lifetime).ok()?;
        Some(response.cloned().ok()?.with_headers(headers))
    }
}

impl CachedPath {
    /// One text for all spellings of the same question, so that a question that was asked once does
    /// not reach the database in another spelling. `None` for one that the handler refuses.
    fn question(&self, query: Option<&str>) -> Option<String> {
        let Some(filters) = self.filters else { return Some(self.path.to_owned()) };
        let mut asked = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            if NOT_FILTERS.contains(&name.as_ref()) {
                continue;
            }
            let name = filters.iter().find(|filter| **filter == name)?;
            let value =
                value.parse::<u32>().map_or(value.into_owned(), |number| number.to_string());
            if asked.insert(*name, value).is_some() {
                return None;
            }
        }
        let asked = Serializer::new(String::new()).extend_pairs(asked).finish();
        Some(format!("{}?{asked}", self.path))
    }
}

/// The headers of a response, to be changed.
fn copied(response: &Response) -> Option<Headers> {
    web_sys::Headers::new_with_headers(&response.headers().0).ok().map(Headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(path: &str, query: &str) -> Option<String> {
        CACHED.iter().find(|cached| cached.path == path)?.question(Some(query))
    }

    #[test]
    fn a_question_has_one_place_in_the_cache_however_it_is_spelled() {
        for (path, spellings) in [
            ("", &["", "utm_source=a", "u=1&u=2"][..]),
            ("/storefront/caps", &["", "&&", "=1&=2", "api_key=a", "api%5Fkey=b&"][..]),
            ("/api/campaigns", &["limit=5&after=c", "after=%63&limit=005", "after=c&limit=%2B5"]),
            ("/api/totals", &["shop=a", "&shop=%61"]),
        ] {
            let first = question(path, spellings[0]).unwrap();
            for spelling in spellings {
                assert_eq!(question(path, spelling).as_ref(), Some(&first), "{path}?{spelling}");
            }
        }
    }

    #[test]
    fn what_the_handler_refuses_has_no_place() {
        for (path, query) in [
            ("/storefront/caps", "u=1"),
            ("/api/campaigns", "shop=a"),
            ("/api/campaigns", "limit=1&limit=1"),
            ("/api/totals", "shop=a&Shop=b"),
        ] {
            assert_eq!(question(path, query), None, "{path}?{query}");
        }
    }

    #[test]
    fn other_questions_have_other_places() {
        assert_ne!(question("/api/totals", "shop=a"), question("/api/totals", "shop=b"));
        assert_ne!(question("/api/totals", "shop=a%26b"), question("/api/totals", "shop=a"));
        assert_ne!(question("/api/campaigns", "limit=1"), question("/api/campaigns", "limit=2"));
    }
}

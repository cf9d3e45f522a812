//! Public responses, stored in Cloudflare's cache: each of its locations reads the database once in
//! the lifetime of a response, for any number of visitors.

use axum::body::Body;
use axum::http::{HeaderValue, Method, Request, header};
use worker::{Cache, Headers, Response, web_sys};

use crate::crypto::api_key::ApiKey;
use crate::crypto::hash;
use crate::domain::origin;
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

/// The paths that are cached, whether they need a publishable key, and for how long they are
/// stored. A secret key's response is never stored.
const CACHED: [(&str, bool, &str); 3] = [
    ("/api/totals", false, "public, max-age=60"),
    ("/api/campaigns", true, "public, max-age=60"),
    ("/storefront/caps", true, "public, max-age=30"),
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
        if context.settings.development || request.method() != Method::GET {
            return None;
        }
        let path = uri.path().strip_suffix('/').unwrap_or(uri.path());
        let (_, is_keyed, lifetime) = CACHED.into_iter().find(|(cached, ..)| *cached == path)?;
        let key = ApiKey::of_request(uri.query(), headers);
        let asker = match &key {
            None if !is_keyed => String::new(),
            // A key works on some origins only.
            Some(key) if is_keyed && key.is_publishable() => {
                let origin = headers.get(header::ORIGIN).map_or(&b""[..], HeaderValue::as_bytes);
                format!("{} {}", key.hash(), String::from_utf8_lossy(origin))
            }
            _ => return None,
        };
        let question = hash(&format!("{} {asker}", uri.path_and_query()?));
        let address = format!("{}/cached/{question}", origin::of(uri));
        Some(Self { address, key, lifetime })
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

/// The headers of a response, to be changed.
fn copied(response: &Response) -> Option<Headers> {
    web_sys::Headers::new_with_headers(&response.headers().0).ok().map(Headers)
}

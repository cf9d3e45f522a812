//! Public responses, stored in Cloudflare's cache: in each of its locations, the database is read once in
//! the lifetime of a response, whatever the number of visitors.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use axum::response::IntoResponse;
use worker::{Cache, Headers};

use crate::crypto::api_key::ApiKey;
use crate::crypto::hash;
use crate::domain::origin;
use crate::platform::context::RequestContext;
use crate::platform::problem::{Problem, json_text};

/// The place of one response in the cache.
pub(crate) struct CacheEntry {
    /// An address that only the same question of the same asker has.
    address: String,
    /// The publishable key, if the response belongs to one.
    key: Option<ApiKey>,
    lifetime: &'static str,
}

/// The paths that are cached, whether they need a publishable key, and for how long they are stored. A
/// secret key's response is never stored.
const CACHED: [(&str, bool, &str); 3] = [
    ("/api/totals", false, "public, max-age=60"),
    ("/api/campaigns", true, "public, max-age=60"),
    ("/storefront/caps", true, "public, max-age=30"),
];

/// Response headers that handlers of these paths set.
const STORED_HEADERS: [&str; 4] = ["vary", "x-shop", "link", "access-control-expose-headers"];

/// Stores the `Cache-Control` for browsers. That of the stored response is its lifetime in the cache.
const FOR_BROWSERS: &str = "x-cache-control-for-browsers";

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
    ) -> Option<Response<Body>> {
        let mut found = Cache::default().get(&self.address, false).await.ok()??;
        let stored = found.headers().clone();
        let body = found.text().await.ok()?;
        if let Some(key) = &self.key
            && let Err(problem) = context.limit_key(key, request.headers()).await
        {
            return Some(problem.into_response());
        }
        let mut response = json_text(StatusCode::OK, body);
        let names = STORED_HEADERS.map(|name| (name, name));
        for (stored_as, name) in names.into_iter().chain([(FOR_BROWSERS, "cache-control")]) {
            let value = stored.get(stored_as).ok().flatten();
            if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
                response.headers_mut().insert(HeaderName::from_static(name), value);
            }
        }
        Some(response)
    }

    /// Stores a response, and returns it. A cache that fails costs nobody the response.
    pub(crate) async fn store(&self, response: Response<Body>) -> Response<Body> {
        if response.status() != StatusCode::OK {
            return response;
        }
        let (parts, body) = response.into_parts();
        let Ok(bytes) = to_bytes(body, usize::MAX).await else {
            return Problem::internal("A response could not be read").into_response();
        };
        let stored = || {
            let headers = Headers::new();
            headers.set("cache-control", self.lifetime)?;
            let names = STORED_HEADERS.map(|name| (name, name));
            for (stored_as, name) in names.into_iter().chain([(FOR_BROWSERS, "cache-control")]) {
                if let Some(value) = parts.headers.get(name).and_then(|value| value.to_str().ok()) {
                    headers.set(stored_as, value)?;
                }
            }
            Ok::<_, worker::Error>(
                worker::Response::from_bytes(bytes.to_vec())?.with_headers(headers),
            )
        };
        if let Ok(stored) = stored() {
            let _ = Cache::default().put(&self.address, stored).await;
        }
        Response::from_parts(parts, Body::from(bytes))
    }
}

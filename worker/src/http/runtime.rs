//! Between the Workers runtime and axum: bytes in, bytes out, one router for the isolate's life.

use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::http::{self, HeaderName, HeaderValue, header};
use axum::response::IntoResponse;
use futures_util::StreamExt;
use tower::ServiceExt;
use worker::{Headers, Request, Response};

use crate::auth::same_origin::FETCH_SITE;
use crate::http::delivery;
use crate::http::edge_cache::CacheEntry;
use crate::http::headers::{
    SHOPIFY_SHOP, SHOPIFY_SIGNATURE, STRIPE_SIGNATURE, WOOCOMMERCE_SIGNATURE, WOOCOMMERCE_SOURCE,
    WOOCOMMERCE_TOPIC,
};
use crate::http::idempotency::IDEMPOTENCY_KEY;
use crate::http::request_body::{Arrival, BODY_BYTES_MAX, DELIVERY_BYTES_MAX, RequestBody};
use crate::http::router;
use crate::platform::context::{ADDRESS, RequestContext};
use crate::platform::network;
use crate::platform::problem::Problem;

/// The `Cache-Control` of a response whose handler sets none: most hold keys, pay links or orders,
/// which no cache keeps, and none is a page that loads or frames anything.
const DEFAULT_HEADERS: [(HeaderName, &str); 3] = [
    (header::CACHE_CONTROL, "no-store"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (header::REFERRER_POLICY, "no-referrer"),
];

/// For a year, browsers call this host and those below it by HTTPS only.
const HTTPS_ONLY: &str = "max-age=31536000; includeSubDomains";

/// Names of this machine, the only ones that development serves.
const LOCAL_HOSTS: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

const UNREADABLE_HEAD: &str = "The address or a header of the request could not be read.";

/// The path of the health check.
const HEALTH: &str = "/health";

/// Request headers that a handler of the API may read. Each costs a call into JavaScript, so there
/// are few.
const HEADERS_OF_API: [&str; 6] =
    ["accept", "authorization", "content-type", "origin", ADDRESS, IDEMPOTENCY_KEY];

/// Request headers of the operator's command line.
const HEADERS_OF_OPERATOR: [&str; 2] = ["authorization", ADDRESS];

/// The path that the operator's command line calls.
const OPERATOR: &str = "/operator/";

/// Request headers that a delivery is checked by.
const HEADERS_OF_DELIVERIES: [&str; 7] = [
    SHOPIFY_SIGNATURE,
    SHOPIFY_SHOP,
    WOOCOMMERCE_SIGNATURE,
    WOOCOMMERCE_TOPIC,
    WOOCOMMERCE_SOURCE,
    STRIPE_SIGNATURE,
    ADDRESS,
];

/// Request headers that a page may read.
const HEADERS_OF_PAGES: [&str; 6] =
    ["accept", "content-type", "cookie", "origin", FETCH_SITE, ADDRESS];

thread_local! {
    // Building the table of routes costs more than most requests.
    static ROUTER: axum::Router = router::router();
}

/// Returns a response to one request, even if the code fails.
pub(crate) async fn answer(
    request: Request,
    context: Result<RequestContext, Problem>,
) -> worker::Result<Response> {
    let is_api = is_api(&request.path());
    let is_development = context.as_ref().is_ok_and(|context| context.config.development);
    let admitted = match context {
        Ok(context) => admit(&context, request).await.map(|request| (context, request)),
        // The log names the missing setting already.
        Err(problem) => Err(problem),
    };
    // A large body keeps its place until the response is made.
    let (context, (request, _place)) = match admitted {
        Ok(admitted) => admitted,
        Err(problem) => return from_axum(problem.into_response(), is_api, is_development).await,
    };
    let Some(entry) = CacheEntry::of(&context, &request) else {
        return from_axum(route(context, request).await, is_api, is_development).await;
    };
    match entry.find(&context, &request).await {
        Some(Ok(found)) => Ok(found),
        Some(Err(problem)) => from_axum(problem.into_response(), is_api, is_development).await,
        None => {
            let response = route(context, request).await;
            let mut response = from_axum(response, is_api, is_development).await?;
            entry.store(&mut response).await;
            Ok(response)
        }
    }
}

async fn route(context: RequestContext, mut request: http::Request<Body>) -> http::Response<Body> {
    request.extensions_mut().insert(context);
    let router = ROUTER.with(Clone::clone);
    router.oneshot(request).await.unwrap_or_else(|never| match never {})
}

/// Returns true if any page may call this address: a key decides there, never a cookie.
fn is_api(path: &str) -> bool {
    let starts = ["/api/", "/storefront/"];
    starts.iter().any(|start| path.starts_with(start)) || path == HEALTH || path == "/health/"
}

/// A request that was read, with the place of its body.
type Admitted = (http::Request<Body>, RequestBody);

/// Reads a request, unless its address sends too many.
async fn admit(context: &RequestContext, request: Request) -> Result<Admitted, Problem> {
    let address = request.headers().get(ADDRESS).ok().flatten().unwrap_or_default();
    let path = request.path();
    let is_signed_delivery = delivery::is_signed(&path, request.headers());
    context.admit(&address, is_signed_delivery).await?;
    if context.config.development && !is_local(&request) {
        return Err(Problem::misconfigured(
            "ENVIRONMENT is development, which serves this machine only. Set it to production.",
        ));
    }
    // Without keys, the health check says why, and no delivery of a shop is lost.
    if !delivery::is_expected(&path) && !path.starts_with(HEALTH) {
        context.keys()?;
    }
    let bytes_max = if is_signed_delivery { DELIVERY_BYTES_MAX } else { BODY_BYTES_MAX };
    let arrival = Arrival { network: &network::of(&address), now: context.now.milliseconds() };
    to_axum(request, bytes_max, arrival).await
}

/// Returns true if the request was sent to this machine itself.
fn is_local(request: &Request) -> bool {
    let uri: Option<http::Uri> = request.inner().url().parse().ok();
    let host = uri.as_ref().and_then(http::Uri::host).unwrap_or_default();
    LOCAL_HOSTS.contains(&host) || host.ends_with(".localhost")
}

async fn to_axum(
    mut request: Request,
    bytes_max: usize,
    arrival: Arrival<'_>,
) -> Result<Admitted, Problem> {
    // As the runtime wrote it: to parse it once more would embed the crate url, which is 17 KB.
    let (url, path) = (request.inner().url(), request.path());
    // As it was sent: the crate's own `method()` takes every method that it does not know for GET.
    let method = request.inner().method();
    let mut builder = http::Request::builder().method(method.as_str()).uri(url);
    let names: &[&str] = match path.as_str() {
        path if is_api(path) => &HEADERS_OF_API,
        path if delivery::is_expected(path) => &HEADERS_OF_DELIVERIES,
        path if path.starts_with(OPERATOR) => &HEADERS_OF_OPERATOR,
        _ => &HEADERS_OF_PAGES,
    };
    for name in names {
        if let Ok(Some(value)) = request.headers().get(name) {
            builder = builder.header(*name, value);
        }
    }
    let mut body = RequestBody::read(&mut request, bytes_max, arrival).await?;
    let bytes = Bytes::from(std::mem::take(&mut body.bytes));
    let built = builder.body(Body::from(bytes));
    let built = built.map_err(|_| Problem::bad_request(UNREADABLE_HEAD))?;
    Ok((built, body))
}

async fn from_axum(
    answered: http::Response<Body>,
    is_api: bool,
    is_development: bool,
) -> worker::Result<Response> {
    let (parts, body) = answered.into_parts();
    let headers = Headers::new();
    for (name, value) in &parts.headers {
        append(&headers, name, value)?;
    }
    if is_api {
        headers.set(header::ACCESS_CONTROL_ALLOW_ORIGIN.as_str(), "*")?;
    }
    headers.set(header::X_CONTENT_TYPE_OPTIONS.as_str(), "nosniff")?;
    for (name, value) in DEFAULT_HEADERS {
        if !parts.headers.contains_key(&name) {
            headers.set(name.as_str(), value)?;
        }
    }
    if !is_development {
        headers.set(header::STRICT_TRANSPORT_SECURITY.as_str(), HTTPS_ONLY)?;
    }
    let response = to_response(body).await?;
    Ok(response.with_status(parts.status.as_u16()).with_headers(headers))
}

/// A complete body is sent at once; a streamed table is sent while it is made.
async fn to_response(body: Body) -> worker::Result<Response> {
    if body.size_hint().exact().is_none() {
        let bytes = body.into_data_stream().map(|bytes| match bytes {
            Ok(bytes) => Ok(bytes.to_vec()),
            Err(error) => Err(worker::Error::RustError(error.to_string())),
        });
        return Response::from_stream(bytes);
    }
    let bytes = to_bytes(body, usize::MAX).await.map_err(|_| worker::Error::BadEncoding)?;
    if bytes.is_empty() { Response::empty() } else { Response::from_bytes(bytes.to_vec()) }
}

fn append(headers: &Headers, name: &HeaderName, value: &HeaderValue) -> worker::Result<()> {
    match value.to_str() {
        Ok(text) => headers.append(name.as_str(), text),
        Err(_) => Err(worker::Error::BadEncoding),
    }
}

//! Between the Workers runtime and axum: bytes in, bytes out, one router for the isolate's life.

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{self, HeaderName, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use tower::ServiceExt;
use worker::{Headers, Request, Response};

use crate::context::{ADDRESS, RequestContext};
use crate::problem::{self, Problem};
use crate::router;
use crate::routes::creation::IDEMPOTENCY_KEY;

/// Bytes in the largest body that is read: a sale of 500 lines with the longest titles fits.
pub(crate) const BODY_BYTES_MAX: usize = 512 * 1024;

/// Request headers that a handler may read. Each costs a call into JavaScript, so there are few.
const HEADERS_READ: [&str; 7] =
    ["accept", "authorization", "content-type", "cookie", "origin", ADDRESS, IDEMPOTENCY_KEY];

thread_local! {
    // Building the table of routes costs more than most requests.
    static ROUTER: axum::Router = router::router();
}

/// Answers one request, whatever happens.
pub(crate) async fn answer(
    request: Request,
    context: Result<RequestContext, Problem>,
) -> worker::Result<Response> {
    let answered = match context {
        Ok(context) => match to_axum(request).await {
            Ok(mut request) => {
                request.extensions_mut().insert(context);
                let router = ROUTER.with(Clone::clone);
                router.oneshot(request).await.unwrap_or_else(|never| match never {})
            }
            Err(problem) => problem.into_response(),
        },
        Err(problem) => {
            problem::log(problem.message());
            problem.into_response()
        }
    };
    from_axum(answered).await
}

fn too_large() -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        format!("The body is too large: send at most {BODY_BYTES_MAX} bytes."),
    )
}

async fn to_axum(mut request: Request) -> Result<http::Request<Body>, Problem> {
    let unreadable =
        || Problem::bad_request("The request could not be read. Please send it again.");
    let url = request.url().map_err(|_| unreadable())?;
    // As it was sent: the crate's own `method()` takes every method that it does not know for GET.
    let method = request.inner().method();
    let mut builder = http::Request::builder().method(method.as_str()).uri(url.as_str());
    for name in HEADERS_READ {
        if let Ok(Some(value)) = request.headers().get(name) {
            builder = builder.header(name, value);
        }
    }
    let announced = request.headers().get("content-length").ok().flatten();
    if announced
        .and_then(|length| length.parse().ok())
        .is_some_and(|length: usize| length > BODY_BYTES_MAX)
    {
        return Err(too_large());
    }
    let body = request.bytes().await.map_err(|_| unreadable())?;
    if body.len() > BODY_BYTES_MAX {
        return Err(too_large());
    }
    builder.body(Body::from(Bytes::from(body))).map_err(|_| unreadable())
}

async fn from_axum(answered: http::Response<Body>) -> worker::Result<Response> {
    let (parts, body) = answered.into_parts();
    let headers = Headers::new();
    for (name, value) in &parts.headers {
        append(&headers, name, value)?;
    }
    // Any page may call the API: a key decides, never a cookie.
    headers.set(header::ACCESS_CONTROL_ALLOW_ORIGIN.as_str(), "*")?;
    headers.set(header::X_CONTENT_TYPE_OPTIONS.as_str(), "nosniff")?;
    let bytes = to_bytes(body, usize::MAX).await.map_err(|_| worker::Error::BadEncoding)?;
    let response =
        if bytes.is_empty() { Response::empty()? } else { Response::from_bytes(bytes.to_vec())? };
    Ok(response.with_status(parts.status.as_u16()).with_headers(headers))
}

fn append(headers: &Headers, name: &HeaderName, value: &HeaderValue) -> worker::Result<()> {
    match value.to_str() {
        Ok(text) => headers.append(name.as_str(), text),
        Err(_) => Err(worker::Error::BadEncoding),
    }
}

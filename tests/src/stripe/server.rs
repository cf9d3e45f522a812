//! The HTTP side of the fake: records each call, and responds with an object or an error.

use std::net::TcpListener;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::{Call, FakeStripe, Next};
use crate::{Failure, While};

/// Responds until the process ends.
pub(super) fn serve(listener: TcpListener, fake: FakeStripe) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let router = Router::new().fallback(answer).with_state(fake);
    runtime.when("The fake Stripe's runtime")?.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener).when("The fake Stripe")?;
        axum::serve(listener, router).await.when("The fake Stripe")
    })
}

async fn answer(
    State(fake): State<FakeStripe>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: String,
) -> Response {
    let header = |name: &str| {
        headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    };
    if uri.path() == "/kill" {
        fake.kill();
        return StatusCode::NO_CONTENT.into_response();
    }
    let form = if body.is_empty() { uri.query().unwrap_or_default() } else { &body };
    let call = Call {
        operation: format!("{method} {}", uri.path()),
        form: fields(form),
        key: header("idempotency-key"),
        version: header("stripe-version"),
    };
    if !header("authorization").starts_with("Bearer sk_test_") {
        return error(401, &json!({"type": "invalid_request_error"}));
    }
    let next = fake.with(|state| {
        state.calls.push(call.clone());
        state.next_for(&call, &method)
    });
    if let Some(Next::KillBefore) = next {
        fake.kill();
        return StatusCode::BAD_GATEWAY.into_response();
    }
    if let Some(Next::Lose) = next {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    if let Some(Next::Refuse(status, refusal)) = &next {
        return error(*status, refusal);
    }
    let (status, body) = fake.with(|state| match (&method, &next) {
        (&Method::GET, _) => (200, state.objects.get(&call)),
        (_, Some(Next::Take(amount))) => {
            state.objects.post(&call, None, &fake.url);
            state.objects.take(&call.key, *amount)
        }
        (_, Some(Next::Decline(codes))) => state.objects.post(&call, Some(codes), &fake.url),
        _ => state.objects.post(&call, None, &fake.url),
    });
    match next {
        Some(Next::LoseAnswer) => return StatusCode::BAD_GATEWAY.into_response(),
        Some(Next::Garble) => return "<html>".into_response(),
        Some(Next::Slow(time)) => tokio::time::sleep(time).await,
        Some(Next::KillAfter) => {
            fake.kill();
            return StatusCode::BAD_GATEWAY.into_response();
        }
        _ => {}
    }
    if body.is_null() {
        return error(404, &json!({"type": "invalid_request_error", "code": "resource_missing"}));
    }
    written(status, &body)
}

fn error(status: u16, error: &Value) -> Response {
    written(status, &json!({"error": error}))
}

fn written(status: u16, body: &Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, body.to_string()).into_response()
}

/// Returns the fields of a form, decoded.
fn fields(form: &str) -> Vec<(String, String)> {
    let uri = format!("/?{form}").parse::<Uri>();
    let read = uri.ok().and_then(|uri| Query::<Vec<(String, String)>>::try_from_uri(&uri).ok());
    read.map(|Query(fields)| fields).unwrap_or_default()
}

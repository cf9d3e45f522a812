//! The operator of this deployment, who proves it by writing to the database.
//!
//! The operator's command line stores the hash of a new key in `operator_keys`, calls with the key,
//! and the key expires within the hour. No key of a merchant is an operator's.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use worker::send::SendFuture;

use crate::auth::permitted::context_of;
use crate::crypto::api_key::ApiKey;
use crate::platform::problem::Problem;

/// The operator, by a key that has not expired.
pub(crate) struct Operator;

const NOT_OPERATOR: &str = "This needs an operator's key. `play-it-green` on the operator's machine \
    creates one for each call.";

async fn is_operator(parts: &Parts) -> Result<bool, Problem> {
    let context = context_of(parts)?;
    let Some(key) = ApiKey::of_request(None, &parts.headers) else { return Ok(false) };
    let (hash, now) = (key.hash(), context.now.milliseconds());
    Ok(SendFuture::new(context.store.has_operator_key(&hash, now)).await?)
}

impl<S: Send + Sync> FromRequestParts<S> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        if is_operator(parts).await? {
            return Ok(Self);
        }
        Err(Problem::unauthorized(NOT_OPERATOR))
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Problem> {
        // The health check responds even if the database does not.
        Ok(is_operator(parts).await.unwrap_or(false).then_some(Self))
    }
}

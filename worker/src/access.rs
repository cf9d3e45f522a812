//! Who is asking: extractors that load the owner of a key and check that it may do what it asks.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use worker::send::SendFuture;

use crate::auth::ApiKey;
use crate::context::RequestContext;
use crate::problem::Problem;
use crate::store::api_keys::KeyRow;

/// The owner of a valid key of either kind.
pub(crate) struct Actor(pub(crate) KeyRow);

/// The owner of a valid secret key: may read and change everything of the merchant.
pub(crate) struct Owner(pub(crate) KeyRow);

const NO_KEY: &str =
    "No API key: send one as 'Authorization: Bearer KEY'. Find yours in Settings > API Payments.";
const WRONG_KEY: &str =
    "This API key is not valid. Find yours, or make a new one, in Settings > API Payments.";

impl KeyRow {
    /// Whether what this key tells is known for certain.
    pub(crate) fn is_secret(&self) -> bool {
        self.kind == "secret"
    }

    /// Whether this key's orders are tests, which are never billed.
    pub(crate) fn is_test(&self) -> bool {
        self.mode == "test"
    }

    /// A publishable key works on its shop's own pages. A sandboxed frame has the origin `null`,
    /// and what is not a browser sends none.
    pub(crate) fn check_origin(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
        match (&self.origin, origin) {
            (Some(own), Some(origin)) if origin != "null" && origin != own => {
                Err(Problem::forbidden(format!(
                    "This publishable key belongs to the shop at {own} and does not work on \
                     {origin}."
                )))
            }
            _ => Ok(()),
        }
    }
}

/// The owner of the key in the query or the header, if there is a key at all.
async fn actor(parts: &Parts, context: &RequestContext) -> Result<Option<KeyRow>, Problem> {
    match ApiKey::of_request(parts.uri.query(), &parts.headers) {
        Some(key) => owner_of(&key, context).await.map(Some),
        None => Ok(None),
    }
}

/// The owner of a key, wherever it was found.
pub(crate) async fn owner_of(key: &ApiKey, context: &RequestContext) -> Result<KeyRow, Problem> {
    let found = context.store.find_key(&key.hash()).await?;
    found.ok_or_else(|| Problem::unauthorized(WRONG_KEY))
}

/// What a request without any key is told.
pub(crate) fn no_key() -> Problem {
    Problem::unauthorized(NO_KEY)
}

fn context_of(parts: &Parts) -> Result<RequestContext, Problem> {
    let found = parts.extensions.get::<RequestContext>().cloned();
    found.ok_or_else(|| Problem::internal("A request came without its context"))
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Actor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Problem> {
        let context = context_of(parts)?;
        Ok(SendFuture::new(actor(parts, &context)).await?.map(Actor))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Actor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let found = <Self as OptionalFromRequestParts<S>>::from_request_parts(parts, state).await?;
        found.ok_or_else(no_key)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Owner {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Actor(key) = <Actor as FromRequestParts<S>>::from_request_parts(parts, state).await?;
        if !key.is_secret() {
            return Err(Problem::forbidden(
                "A publishable key may only post order events and read campaigns: use a secret key.",
            ));
        }
        Ok(Owner(key))
    }
}

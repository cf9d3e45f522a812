//! Handlers of pages receive the signed-in member, or the rejection becomes a page.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use worker::send::SendFuture;

use crate::auth::owned::load;
use crate::auth::permitted::context_of;
use crate::auth::session::session;
use crate::store::resource::Resource;
use crate::store::sessions::SessionRow;
use crate::web::PageProblem;

/// A signed-in member of a merchant. Every request that may change something was sent by our own
/// page.
pub(crate) struct Session(pub(crate) SessionRow);

impl<S: Send + Sync> FromRequestParts<S> for Session {
    type Rejection = PageProblem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageProblem> {
        let context = context_of(parts)?;
        Ok(Self(SendFuture::new(session(parts, &context)).await?))
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Session {
    type Rejection = PageProblem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, PageProblem> {
        let context = context_of(parts)?;
        match SendFuture::new(session(parts, &context)).await {
            Ok(session) => Ok(Some(Self(session))),
            Err(problem) if problem.status().is_client_error() => Ok(None),
            Err(problem) => Err(problem.into()),
        }
    }
}

/// A resource of the signed-in merchant. Another merchant's and a nonexistent one return the same
/// 404.
pub(crate) struct SessionOwned<R> {
    pub(crate) session: SessionRow,
    pub(crate) resource: R,
}

impl<S: Send + Sync, R: Resource + Send> FromRequestParts<S> for SessionOwned<R> {
    type Rejection = PageProblem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, PageProblem> {
        let Session(session) =
            <Session as FromRequestParts<S>>::from_request_parts(parts, state).await?;
        let context = context_of(parts)?;
        let resource = load(parts, state, &context.store, &session.merchant_id).await?;
        Ok(Self { session, resource })
    }
}

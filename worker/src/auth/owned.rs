//! Loads a resource by the id in the path, and only when it is the key's merchant's own.

use std::marker::PhantomData;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use worker::send::SendFuture;

use crate::auth::permitted::{context_of, note_refusal, permitted};
use crate::auth::scope::Permission;
use crate::platform::problem::Problem;
use crate::store::Store;
use crate::store::api_keys::KeyOwner;
use crate::store::resource::Resource;

/// A resource of the merchant whose key has the scope of `P`. A foreign one and one that never was
/// return the same 404.
pub(crate) struct Owned<P, R> {
    /// The key of its merchant.
    pub(crate) key: KeyOwner,
    /// The resource.
    pub(crate) resource: R,
    permission: PhantomData<P>,
}

impl<S: Send + Sync, P: Permission, R: Resource + Send> FromRequestParts<S> for Owned<P, R> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let key = permitted::<P>(parts).await?;
        let context = context_of(parts)?;
        let resource: R = load(parts, state, &context.store, &key.merchant_id).await?;
        let allowed = resource.check_access(&key);
        SendFuture::new(note_refusal(&context, &key, allowed)).await?;
        Ok(Self { key, resource, permission: PhantomData })
    }
}

/// The resource that the path names by its `id`, if it is this merchant's.
pub(crate) async fn load<R: Resource + Send, S: Send + Sync>(
    parts: &mut Parts,
    state: &S,
    store: &Store,
    merchant: &str,
) -> Result<R, Problem> {
    let not_found = || Problem::not_found(R::NAME);
    // An id that is not even text is an id that nothing has.
    let path = RawPathParams::from_request_parts(parts, state).await;
    let path = path.map_err(|_| not_found())?;
    let id = path.iter().find_map(|(name, id)| (name == "id").then_some(id)).unwrap_or("");
    SendFuture::new(R::load(store, merchant, id)).await?.ok_or_else(not_found)
}

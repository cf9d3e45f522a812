//! Extractors that load and authorise the caller in one step.

use std::marker::PhantomData;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use order_events::Timestamp;
use worker::send::SendFuture;

use crate::auth::scope::{Permission, Scope};
use crate::crypto::api_key::ApiKey;
use crate::domain::states::{Environment, KeyKind};
use crate::platform::context::RequestContext;
use crate::platform::log;
use crate::platform::problem::Problem;
use crate::sales::webhook_secret::SHOPIFY;
use crate::store::api_keys::KeyOwner;

/// The owner of a valid key of either kind.
pub(crate) struct Actor(pub(crate) KeyOwner);

/// The owner of a valid key that has the scope of `P`.
pub(crate) struct Permitted<P>(pub(crate) KeyOwner, PhantomData<P>);

const NO_KEY: &str =
    "No API key: send one as 'Authorization: Bearer KEY'. Find yours in Settings > API Payments.";
const WRONG_KEY: &str =
    "This API key is not valid. Find yours, or make a new one, in Settings > API Payments.";
const PUBLISHABLE_KEY: &str =
    "A publishable key may only post order events and read campaigns: use a secret key.";

/// The message that rejects a test key where live data is read or changed.
pub(crate) const TEST_KEY: &str =
    "A test key sees and changes test things only: use a live one for this.";

/// Milliseconds after which the time of a key's last use is written anew.
const LAST_USE_PRECISION: i64 = 60 * 60 * 1000;

impl KeyOwner {
    /// Returns true if reports with this key are facts.
    pub(crate) fn is_secret(&self) -> bool {
        self.kind == KeyKind::Secret
    }

    /// Returns true if no trees are ordered now, because a purchase order is not paid or the monthly
    /// budget is reached. Orders of a test key are never billed, so they go on.
    pub(crate) fn is_paused(&self, now: Timestamp) -> bool {
        let lasts = self.terms.pause().is_some_and(|pause| pause.lasts_at(now.milliseconds()));
        lasts && !self.is_test()
    }

    /// Returns true if this key's orders are tests, which are never billed.
    pub(crate) fn is_test(&self) -> bool {
        self.mode == Environment::Test
    }

    /// The permission of the key.
    pub(crate) fn scopes(&self) -> Vec<Scope> {
        Scope::of_key(self.kind, self.scopes.as_deref())
    }

    /// Refuses what the key may not do.
    pub(crate) fn require(&self, scope: Scope) -> Result<(), Problem> {
        if self.scopes().contains(&scope) {
            return Ok(());
        }
        let name = scope.name();
        self.require_secret()?;
        Err(Problem::forbidden(format!("This key lacks the scope {name}: use one that has it.")))
    }

    /// Refuses a key that everybody can read.
    pub(crate) fn require_secret(&self) -> Result<(), Problem> {
        if self.is_secret() { Ok(()) } else { Err(Problem::forbidden(PUBLISHABLE_KEY)) }
    }

    /// Rejects a test key.
    pub(crate) fn require_live(&self) -> Result<(), Problem> {
        if self.is_test() { Err(Problem::forbidden(TEST_KEY)) } else { Ok(()) }
    }

    /// A publishable key works on its shop's own pages, and every browser says which page asks.
    /// Only Shopify's pixel, which runs in a sandboxed frame, has no origin to name.
    pub(crate) fn check_origin(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
        let origin = origin.unwrap_or_default();
        let is_nameless = matches!(origin, "" | "null");
        let is_pixel = is_nameless && self.shop_platform.as_deref() == Some(SHOPIFY);
        if is_pixel || self.is_secret() {
            return Ok(());
        }
        let own: Vec<String> = match &self.origins {
            Some(origins) => serde_json::from_str(origins).unwrap_or_default(),
            None => self.shop_origin.iter().cloned().collect(),
        };
        if own.iter().any(|own| own == origin) {
            return Ok(());
        }
        let own = own.join(", ");
        Err(Problem::forbidden(if is_nameless {
            format!(
                "This publishable key works on the pages of {own} only, and the request names no \
                 page. On a server, use a secret key."
            )
        } else {
            format!(
                "This publishable key works on {own} and not on {origin}: add that origin to the key \
                 in Settings > API Payments."
            )
        }))
    }
}

/// The owner of the key in the query or the header, if there is a key at all.
async fn actor(parts: &Parts, context: &RequestContext) -> Result<Option<KeyOwner>, Problem> {
    match ApiKey::of_request(parts.uri.query(), &parts.headers) {
        Some(key) => owner_of(&key, &parts.headers, context).await.map(Some),
        None => Ok(None),
    }
}

/// The owner of a key, wherever it was found.
pub(crate) async fn owner_of(
    key: &ApiKey,
    headers: &HeaderMap,
    context: &RequestContext,
) -> Result<KeyOwner, Problem> {
    context.limit_key(key, headers).await?;
    let now = context.now.milliseconds();
    let Some(owner) = context.store.find_key(&key.hash(), now).await? else {
        return Err(Problem::unauthorized(WRONG_KEY));
    };
    log::set_merchant(&owner.merchant_id);
    note_refusal(context, &owner, owner.check_origin(headers)).await?;
    let last_used = owner.last_used_at.unwrap_or_default();
    if now.saturating_sub(last_used) > LAST_USE_PRECISION {
        context.store.touch_key(&owner.key_id, now).await?;
    }
    Ok(owner)
}

/// The response to a request without any key.
pub(crate) fn no_key() -> Problem {
    Problem::unauthorized(NO_KEY)
}

/// Returns the context that came with the request.
pub(crate) fn context_of(parts: &Parts) -> Result<RequestContext, Problem> {
    let found = parts.extensions.get::<RequestContext>().cloned();
    found.ok_or_else(|| Problem::internal("A request came without its context"))
}

/// Returns the owner of the request's key, if the key has the permission `P`.
pub(crate) async fn permitted<P: Permission>(parts: &Parts) -> Result<KeyOwner, Problem> {
    let context = context_of(parts)?;
    let Some(owner) = SendFuture::new(actor(parts, &context)).await? else {
        return Err(no_key());
    };
    let permitted = owner
        .require(P::SCOPE)
        .and_then(|()| if P::SECRET_ONLY { owner.require_secret() } else { Ok(()) })
        .and_then(|()| if P::LIVE_ONLY { owner.require_live() } else { Ok(()) });
    SendFuture::new(note_refusal(&context, &owner, permitted)).await?;
    Ok(owner)
}

/// Notes for the owner that a key was refused what it may not do.
pub(crate) async fn note_refusal(
    context: &RequestContext,
    owner: &KeyOwner,
    allowed: Result<(), Problem>,
) -> Result<(), Problem> {
    if allowed.is_err() {
        context.store.log_refusal(&owner.key_id, context.now.milliseconds()).await?;
    }
    allowed
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Actor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Problem> {
        let context = context_of(parts)?;
        Ok(SendFuture::new(actor(parts, &context)).await?.map(Actor))
    }
}

impl<S: Send + Sync, P: Permission> FromRequestParts<S> for Permitted<P> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(permitted::<P>(parts).await?, PhantomData))
    }
}

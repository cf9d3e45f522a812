//! `/api/keys/` and `/api/reset`: the keys themselves.

use axum::Extension;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use serde::Deserialize;

use crate::auth::authority::Authority;
use crate::auth::key_rotation::{self, OVERLAP_HOURS_DEFAULT};
use crate::auth::keys::{self, Key, KeyChange, NewKey};
use crate::auth::owned::Owned;
use crate::auth::permitted::Permitted;
use crate::auth::scope::{KeysRead, KeysWrite};
use crate::crypto::new_id;
use crate::http::body;
use crate::http::idempotency::Creation;
use crate::http::pagination::{Page, Search, list};
#[cfg(test)]
use crate::http::responses::{Changed, Envelope, Refused};
use crate::platform::context::RequestContext;
use crate::platform::problem::{Problem, done, json};
use crate::store::Table;
use crate::store::api_keys::KeyRow;
use crate::store::resource::Resource;

/// Hours for which the old key goes on working.
#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Rotation {
    /// From 0 (the old key ends at once) to 720.
    #[serde(default = "overlap_default")]
    #[cfg_attr(test, schema(maximum = 720, default = 24))]
    overlap_hours: u32,
}

fn overlap_default() -> u32 {
    OVERLAP_HOURS_DEFAULT
}

/// List the keys, oldest first, also those that are revoked.
///
/// The list leaves out keys that may do more than the key that asks.
#[cfg_attr(test, utoipa::path(get, path = "/api/keys", tag = "Keys", params(Page),
    security(("secret_key" = ["keys:read"])),
    responses((status = 200, description = "The keys, without their text.", body = [Key]),
        Refused)))]
#[worker::send]
pub(crate) async fn list_keys(
    Extension(context): Extension<RequestContext>,
    key: Permitted<KeysRead>,
    Search(search): Search<Page>,
    uri: Uri,
) -> Result<Response, Problem> {
    let (store, merchant) = (&context.store, key.0.merchant_id.as_str());
    let reader = Authority::of_key(&key.0);
    let read = async |after: Option<&str>, limit| {
        let rows = store.keys(merchant, &reader, after, limit).await?;
        Ok(rows.into_iter().map(Key::from).collect())
    };
    let of = (Table::ApiKeys, merchant);
    list((store, &uri), of, search.bounds(), |key: &Key| &key.id, read).await
}

/// Make a key.
///
/// Its text is in this answer and nowhere else.
#[cfg_attr(test, utoipa::path(post, path = "/api/keys", tag = "Keys", request_body = NewKey,
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255)),
    security(("secret_key" = ["keys:write"])),
    responses((status = 201, description = "The key and its text.", body = keys::KeyMade),
        Changed)))]
#[worker::send]
pub(crate) async fn create_key(
    Extension(context): Extension<RequestContext>,
    key: Permitted<KeysWrite>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let merchant = &key.0.merchant_id;
    let creation = Creation::of(&context, &key.0, &headers, "POST /api/keys", &bytes)?;
    let prepare = async || {
        let wanted = (new_id("key")?, body::read::<NewKey>(&bytes)?);
        keys::prepare(&context, merchant, &Authority::of_key(&key.0), wanted).await
    };
    creation.make(keys::too_many(), prepare).await
}

/// Read what a key may do, never its text.
#[cfg_attr(test, utoipa::path(get, path = "/api/keys/{id}", tag = "Keys",
    params(("id" = String, Path, description = "The key's id.")),
    security(("secret_key" = ["keys:read"])),
    responses((status = 200, description = "The key, without its text.", body = Key), Refused)))]
#[worker::send]
pub(crate) async fn read_key(key: Owned<KeysRead, KeyRow>) -> Response {
    json(StatusCode::OK, &Key::from(key.resource))
}

/// Change what a key is called and may do.
#[cfg_attr(test, utoipa::path(put, path = "/api/keys/{id}", tag = "Keys", request_body = KeyChange,
    params(("id" = String, Path, description = "The key's id.")),
    security(("secret_key" = ["keys:write"])),
    responses((status = 200, description = "The key, without its text.", body = Key), Changed)))]
#[worker::send]
pub(crate) async fn change_key(
    Extension(context): Extension<RequestContext>,
    key: Owned<KeysWrite, KeyRow>,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let (merchant, authority) = (&key.key.merchant_id, Authority::of_key(&key.key));
    let change = body::read::<KeyChange>(&bytes)?;
    let changed = keys::change(&context, merchant, &authority, key.resource, change).await?;
    Ok(json(StatusCode::OK, &changed))
}

/// Revoke a key.
///
/// It is refused from now on.
#[cfg_attr(test, utoipa::path(delete, path = "/api/keys/{id}", tag = "Keys",
    params(("id" = String, Path, description = "The key's id.")),
    security(("secret_key" = ["keys:write"])),
    responses((status = 200, description = "It is revoked.", body = Envelope), Refused)))]
#[worker::send]
pub(crate) async fn revoke_key(
    Extension(context): Extension<RequestContext>,
    key: Owned<KeysWrite, KeyRow>,
) -> Result<Response, Problem> {
    let id = &key.resource.id;
    let now = context.now.milliseconds();
    let revoke = context.store.revoke_key(&key.key.merchant_id, id, now)?;
    context.store.batch(revoke.into()).await?;
    Ok(done("The key is revoked. It is refused from now on.", &serde_json::json!({"id": id})))
}

/// Rotate a key: make another that may do the same, and let the old one end after an overlap.
#[cfg_attr(test, utoipa::path(post, path = "/api/keys/{id}/rotate", tag = "Keys",
    request_body = Rotation,
    params(("id" = String, Path, description = "The old key's id."),
        ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255)),
    security(("secret_key" = ["keys:write"])),
    responses((status = 201, description = "The new key and its text.", body = keys::KeyMade),
        Changed)))]
#[worker::send]
pub(crate) async fn rotate_key(
    Extension(context): Extension<RequestContext>,
    key: Owned<KeysWrite, KeyRow>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let (merchant, old) = (&key.key.merchant_id, &key.resource);
    let operation = format!("POST /api/keys/{}/rotate", old.id);
    let creation = Creation::of(&context, &key.key, &headers, &operation, &bytes)?;
    let prepare = async || {
        let Rotation { overlap_hours } = body::read(&bytes)?;
        key_rotation::prepare(&context, merchant, new_id("key")?, old, overlap_hours)
    };
    creation.make(keys::too_many(), prepare).await
}

/// Reset the key that asks: it ends at once, and the answer's data holds the one that replaces it.
#[cfg_attr(test, utoipa::path(post, path = "/api/reset", tag = "Keys",
    security(("secret_key" = ["keys:write"])),
    responses((status = 200, description = "The new key is in `data`, as `api_key`.",
        body = Envelope), Refused)))]
#[worker::send]
pub(crate) async fn reset_key(
    Extension(context): Extension<RequestContext>,
    key: Permitted<KeysWrite>,
) -> Result<Response, Problem> {
    let (store, merchant) = (&context.store, &key.0.merchant_id);
    let old = KeyRow::load(store, merchant, &key.0.key_id).await?.ok_or_else(keys::revoked)?;
    let now = context.now.milliseconds();
    let new = keys::prepare_successor(&context, merchant, new_id("key")?, &old)?;
    // The old one goes first: its place is the new one's, where a merchant has as many as allowed.
    let mut statements = new.statements;
    statements.splice(..0, store.revoke_key(merchant, &old.id, now)?);
    store.batch(statements).await?;
    let data = serde_json::json!({"api_key": new.answer.api_key, "id": new.id});
    Ok(done("The key is reset. The old one is refused from now on.", &data))
}

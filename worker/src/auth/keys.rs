//! API keys as merchants make them: for the API and for Settings > API Payments.

use axum::http::StatusCode;
use order_events::Timestamp;
use serde::{Deserialize, Serialize};

use crate::auth::authority::Authority;
use crate::auth::scope::Scope;
use crate::crypto::api_key::NewApiKey;
use crate::domain::states::{Environment, KeyKind};
use crate::domain::{names, origin};
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::store::Table;
use crate::store::api_keys::{KeyRow, NewKeyRow};
use crate::store::resource::{Prepared, Resource};
use crate::store::shops::ShopRow;

/// Keys of one merchant that work, at most.
pub(crate) const KEYS_MAX: i64 = 100;

/// Origins of one publishable key, at most.
pub(crate) const ORIGINS_MAX: usize = 20;

/// The name of a key that a shop's plugin got for a code.
const NAME_OF_CONNECTION: &str = "Plugin of the shop";

/// A key that a merchant wants.
#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct NewKey {
    /// The merchant's name for it.
    #[cfg_attr(test, schema(min_length = 1, max_length = 100))]
    pub(crate) name: String,
    pub(crate) kind: KeyKind,
    /// Absent or `null` is the mode of the key that asks.
    #[serde(default)]
    pub(crate) mode: Option<Environment>,
    /// The id of the shop that a publishable key belongs to.
    #[serde(default)]
    pub(crate) shop: Option<String>,
    /// The scopes of a secret key; absent or `null` stands for all scopes of the key that creates
    /// it.
    #[serde(default)]
    pub(crate) scopes: Option<Vec<Scope>>,
    /// The origins of a publishable key; absent or `null` stands for the origin of its shop.
    #[serde(default)]
    #[cfg_attr(test, schema(min_items = 1, max_items = 20))]
    pub(crate) origins: Option<Vec<String>>,
}

/// The changeable fields of a key.
#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyChange {
    /// The merchant's name for it.
    #[cfg_attr(test, schema(min_length = 1, max_length = 100))]
    pub(crate) name: String,
    /// The scopes of a secret key; absent or `null` stands for all scopes of the key that asks.
    #[serde(default)]
    pub(crate) scopes: Option<Vec<Scope>>,
    /// The origins of a publishable key; absent or `null` stands for the origin of its shop.
    #[serde(default)]
    #[cfg_attr(test, schema(min_items = 1, max_items = 20))]
    pub(crate) origins: Option<Vec<String>>,
}

/// A key without its text, which is shown only once.
#[derive(Clone, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) name: String,
    /// `publishable` or `secret`.
    #[cfg_attr(test, schema(value_type = String))]
    pub(crate) kind: KeyKind,
    /// `live` or `test`.
    #[cfg_attr(test, schema(value_type = String))]
    pub(crate) mode: Environment,
    /// The last four characters of its text.
    pub(crate) hint: String,
    /// The id of the shop that a publishable key belongs to.
    pub(crate) shop: Option<String>,
    pub(crate) scopes: Vec<Scope>,
    /// The origins of a publishable key.
    pub(crate) origins: Vec<String>,
    pub(crate) created_at: Option<Timestamp>,
    /// To the hour.
    pub(crate) last_used_at: Option<Timestamp>,
    /// A rotated key works until then.
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) revoked_at: Option<Timestamp>,
}

/// A key that was just made.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct KeyMade {
    /// The text of the key. It is shown this once: keep it where secrets are kept.
    pub(crate) api_key: String,
    pub(crate) key: Key,
}

/// The limits of a key, as they are stored.
struct Limits {
    /// A JSON array of scopes.
    scopes: Option<String>,
    /// A JSON array of origins.
    origins: Option<String>,
}

/// Checks a new key against the authority that creates it, and creates it under this id.
pub(crate) async fn prepare(
    context: &RequestContext,
    merchant: &str,
    authority: &Authority,
    (id, wanted): (String, NewKey),
) -> Result<Prepared<KeyMade>, Problem> {
    names::check("name", &wanted.name, names::NAME_MAX)?;
    let mode = authority.mode(wanted.mode)?;
    let shop = match (wanted.kind, wanted.shop) {
        (KeyKind::Secret, None) => None,
        (KeyKind::Secret, Some(_)) => {
            let message = "shop: a secret key speaks for all shops; leave the field out.";
            return Err(Problem::unprocessable("shop", message));
        }
        (KeyKind::Publishable, None) => {
            let message = "shop: say which shop the publishable key belongs to, by its id.";
            return Err(Problem::unprocessable("shop", message));
        }
        (KeyKind::Publishable, Some(id)) => {
            let shop = ShopRow::load(&context.store, merchant, &id).await?;
            Some(
                shop.ok_or_else(|| Problem::unprocessable("shop", "shop: there is no such shop."))?,
            )
        }
    };
    let limits = limits(wanted.kind, authority, wanted.scopes, wanted.origins.as_deref())?;
    let row = KeyRow {
        id,
        kind: wanted.kind,
        mode,
        name: wanted.name,
        hint: String::new(),
        shop_origin: shop.as_ref().map(|shop| shop.origin.clone()),
        shop_id: shop.map(|shop| shop.id),
        scopes: limits.scopes,
        origins: limits.origins,
        created_at: context.now.milliseconds(),
        last_used_at: None,
        expires_at: None,
        revoked_at: None,
    };
    make(context, merchant, row, None)
}

/// Makes the key of a shop's pages under this id, if the code with this hash is used up for it.
pub(crate) fn prepare_for_code(
    context: &RequestContext,
    merchant: &str,
    id: String,
    shop: &ShopRow,
    code_hash: &str,
) -> Result<Prepared<KeyMade>, Problem> {
    let row = KeyRow {
        id,
        kind: KeyKind::Publishable,
        mode: Environment::Live,
        name: NAME_OF_CONNECTION.to_owned(),
        hint: String::new(),
        shop_id: Some(shop.id.clone()),
        shop_origin: Some(shop.origin.clone()),
        scopes: None,
        origins: None,
        created_at: context.now.milliseconds(),
        last_used_at: None,
        expires_at: None,
        revoked_at: None,
    };
    make(context, merchant, row, Some(code_hash))
}

/// Makes a key that may do what `old` may, under this id.
pub(crate) fn prepare_successor(
    context: &RequestContext,
    merchant: &str,
    id: String,
    old: &KeyRow,
) -> Result<Prepared<KeyMade>, Problem> {
    if Scope::of_key(old.kind, old.scopes.as_deref()).contains(&Scope::PaymentsWrite) {
        let message = "This key is the operator's, and ends by itself: make one of your own.";
        return Err(Problem::new(StatusCode::CONFLICT, message));
    }
    let row = KeyRow {
        id,
        created_at: context.now.milliseconds(),
        last_used_at: None,
        expires_at: None,
        revoked_at: None,
        ..old.clone()
    };
    make(context, merchant, row, None)
}

fn make(
    context: &RequestContext,
    merchant: &str,
    row: KeyRow,
    code_hash: Option<&str>,
) -> Result<Prepared<KeyMade>, Problem> {
    let api_key = NewApiKey::generate(row.kind.as_str(), row.mode.as_str())?;
    let row = KeyRow { hint: api_key.hint, ..row };
    let statements = context.store.insert_key(&NewKeyRow {
        id: &row.id,
        merchant_id: merchant,
        shop_id: row.shop_id.as_deref(),
        kind: row.kind,
        mode: row.mode,
        name: &row.name,
        hash: &api_key.hash,
        hint: &row.hint,
        scopes: row.scopes.as_deref(),
        origins: row.origins.as_deref(),
        now: row.created_at,
        keys_max: KEYS_MAX,
        code_hash,
    })?;
    let (id, statements) = (row.id.clone(), statements.into());
    let answer = KeyMade { api_key: api_key.text, key: row.into() };
    Ok(Prepared { table: Table::ApiKeys, id, statements, answer })
}

/// Changes what a key is called and may do.
pub(crate) async fn change(
    context: &RequestContext,
    merchant: &str,
    authority: &Authority,
    row: KeyRow,
    change: KeyChange,
) -> Result<Key, Problem> {
    names::check("name", &change.name, names::NAME_MAX)?;
    let limits = limits(row.kind, authority, change.scopes, change.origins.as_deref())?;
    let of_key = (limits.scopes.as_deref(), limits.origins.as_deref());
    let (key, now) = ((merchant, row.id.as_str()), context.now.milliseconds());
    if !context.store.change_key(key, &change.name, of_key, now).await? {
        return Err(revoked());
    }
    let (scopes, origins) = (limits.scopes, limits.origins);
    Ok(KeyRow { name: change.name, scopes, origins, ..row }.into())
}

/// 409: what was to be done needs a key that works.
pub(crate) fn revoked() -> Problem {
    Problem::new(StatusCode::CONFLICT, "This key is revoked, for good: make a new one.")
}

/// 409: the merchant has as many keys as allowed.
pub(crate) fn too_many() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        format!("There are {KEYS_MAX} keys that work, the most allowed: revoke one first."),
    )
}

fn limits(
    kind: KeyKind,
    authority: &Authority,
    scopes: Option<Vec<Scope>>,
    origins: Option<&[String]>,
) -> Result<Limits, Problem> {
    let unwritable = |_| Problem::internal("A list could not be written as JSON");
    match kind {
        KeyKind::Publishable if scopes.is_some() => Err(Problem::unprocessable(
            "scopes",
            "scopes: a publishable key may always do the same; leave the field out.",
        )),
        KeyKind::Publishable => {
            authority.check_scopes(&Scope::PUBLISHABLE)?;
            let origins = origins.map(check_origins).transpose()?;
            let origins = origins.map(|own| serde_json::to_string(&own)).transpose();
            Ok(Limits { scopes: None, origins: origins.map_err(unwritable)? })
        }
        KeyKind::Secret if origins.is_some() => Err(Problem::unprocessable(
            "origins",
            "origins: a secret key is for servers, which have none; leave the field out.",
        )),
        KeyKind::Secret => {
            let mut scopes = scopes.unwrap_or_else(|| authority.scopes.clone());
            scopes.sort_unstable();
            scopes.dedup();
            authority.check_scopes(&scopes)?;
            // A key that may do all that a merchant may keeps up with scopes that are added later.
            let is_all = scopes == Scope::OF_MERCHANT;
            let scopes = (!is_all).then(|| serde_json::to_string(&scopes)).transpose();
            Ok(Limits { scopes: scopes.map_err(unwritable)?, origins: None })
        }
    }
}

fn check_origins(origins: &[String]) -> Result<Vec<String>, Problem> {
    if origins.is_empty() || origins.len() > ORIGINS_MAX {
        let message = format!("origins: name 1 to {ORIGINS_MAX} origins, or leave the field out.");
        return Err(Problem::unprocessable("origins", message));
    }
    origins.iter().map(|origin| origin::read("origins", origin)).collect()
}

impl From<KeyRow> for Key {
    fn from(row: KeyRow) -> Self {
        let list = |json: &str| serde_json::from_str(json).unwrap_or_default();
        let scopes = Scope::of_key(row.kind, row.scopes.as_deref());
        let origins = match &row.origins {
            Some(origins) => list(origins),
            None => row.shop_origin.into_iter().collect(),
        };
        Self {
            id: row.id,
            name: row.name,
            kind: row.kind,
            mode: row.mode,
            hint: row.hint,
            shop: row.shop_id,
            scopes,
            origins,
            created_at: Timestamp::from_milliseconds(row.created_at),
            last_used_at: row.last_used_at.and_then(Timestamp::from_milliseconds),
            expires_at: row.expires_at.and_then(Timestamp::from_milliseconds),
            revoked_at: row.revoked_at.and_then(Timestamp::from_milliseconds),
        }
    }
}

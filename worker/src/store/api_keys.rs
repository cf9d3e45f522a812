//! The table `api_keys`, and what else is known the moment a key is.

use serde::Deserialize;

use super::ordering_terms::{OrderingTerms, TERMS};
use super::{Statement, Store, StoreError, Table, has_rows, oldest_first, to_json};
use crate::auth::authority::Authority;
use crate::auth::scope::Scope;
use crate::domain::states::{Environment, KeyKind};
use crate::platform::problem::Problem;
use crate::store::resource::Resource;

/// The owner of a key that works, with what every handler needs to know.
#[derive(Clone, Deserialize)]
pub(crate) struct KeyOwner {
    pub(crate) key_id: String,
    pub(crate) merchant_id: String,
    pub(crate) kind: KeyKind,
    /// The publishable key of a shop in test mode is a test key.
    pub(crate) mode: Environment,
    /// A JSON array; `None` is everything that the kind may do.
    pub(crate) scopes: Option<String>,
    /// A JSON array; `None` is the origin of the shop.
    pub(crate) origins: Option<String>,
    pub(crate) last_used_at: Option<i64>,
    #[serde(flatten)]
    pub(crate) terms: OrderingTerms,
    /// The shop of a publishable key.
    pub(crate) shop_id: Option<String>,
    /// The origin of that shop.
    pub(crate) shop_origin: Option<String>,
    /// The platform of that shop.
    pub(crate) shop_platform: Option<String>,
    /// All shops of the merchant, as a JSON array of [`ConnectedShop`].
    pub(crate) shops: String,
}

/// A shop that a key may speak for.
#[derive(Clone, Deserialize)]
pub(crate) struct ConnectedShop {
    pub(crate) id: String,
    /// The time when it was added. Earlier sales order nothing.
    pub(crate) connected_at: i64,
    /// 1 while everything that the shop reports is a test.
    test_mode: i64,
    /// 1 if its webhook has delivered, and confirms its sales.
    confirms: i64,
}

impl ConnectedShop {
    /// True if the shop's webhook confirms its sales.
    pub(crate) fn is_confirming(&self) -> bool {
        self.confirms != 0
    }

    /// The mode of a sale of this shop that a key of this mode reports.
    pub(crate) fn mode_of_sale(&self, mode_of_key: Environment) -> Environment {
        if self.test_mode == 0 { mode_of_key } else { Environment::Test }
    }
}

/// A key as it is listed; its text is not known to us.
#[derive(Clone, Deserialize)]
pub(crate) struct KeyRow {
    pub(crate) id: String,
    pub(crate) kind: KeyKind,
    pub(crate) mode: Environment,
    pub(crate) name: String,
    /// The last four characters.
    pub(crate) hint: String,
    pub(crate) shop_id: Option<String>,
    /// The origin of that shop.
    pub(crate) shop_origin: Option<String>,
    pub(crate) scopes: Option<String>,
    pub(crate) origins: Option<String>,
    pub(crate) created_at: i64,
    pub(crate) last_used_at: Option<i64>,
    pub(crate) expires_at: Option<i64>,
    pub(crate) revoked_at: Option<i64>,
}

/// A key to be stored.
pub(crate) struct NewKeyRow<'a> {
    pub(crate) id: &'a str,
    pub(crate) merchant_id: &'a str,
    pub(crate) shop_id: Option<&'a str>,
    pub(crate) kind: KeyKind,
    pub(crate) mode: Environment,
    pub(crate) name: &'a str,
    pub(crate) hash: &'a str,
    pub(crate) hint: &'a str,
    pub(crate) scopes: Option<&'a str>,
    pub(crate) origins: Option<&'a str>,
    pub(crate) now: i64,
    /// Keys that work, of one merchant, at most.
    pub(crate) keys_max: i64,
    /// The hash of the code that makes it, if one does.
    pub(crate) code_hash: Option<&'a str>,
}

const FIND: &str = "
SELECT k.id AS key_id, k.merchant_id, k.kind, iif(s.test_mode = 1, 'test', k.mode) AS mode,
    k.scopes, k.origins, k.last_used_at, {terms}, k.shop_id, s.origin AS shop_origin, s.platform AS shop_platform,
    (SELECT json_group_array(json_object('id', id, 'connected_at', coalesce(live_since, created_at),
            'test_mode', test_mode, 'confirms', webhook_first_at IS NOT NULL)) FROM shops
        WHERE merchant_id = m.id AND deleted_at IS NULL) AS shops
FROM api_keys k
JOIN merchants m ON m.id = k.merchant_id
LEFT JOIN shops s ON s.id = k.shop_id
WHERE k.hash = ?1 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ?2)";

const TOUCH: &str = "UPDATE api_keys SET last_used_at = ?2 WHERE id = ?1";

const SELECT: &str = "
SELECT k.id, k.kind, k.mode, k.name, k.hint, k.shop_id, s.origin AS shop_origin, k.scopes,
    k.origins, k.created_at, k.last_used_at, k.expires_at, k.revoked_at
FROM api_keys k LEFT JOIN shops s ON s.id = k.shop_id";

/// Keys that may do no more than the reader.
const READABLE: &str = "(?4 = 0 OR k.mode = 'test') AND NOT EXISTS (SELECT 1
    FROM json_each(iif(k.kind = 'secret', coalesce(k.scopes, ?6), ?7))
    WHERE value NOT IN (SELECT value FROM json_each(?5)))";

/// Refuses the insert when the merchant already has as many keys as allowed, or when the code that
/// was to make the key was not used up for it.
const INSERT: &str = "
INSERT INTO api_keys (id, merchant_id, shop_id, kind, mode, name, hash, hint, scopes, origins,
    created_at)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11
WHERE (SELECT count(*) FROM api_keys WHERE merchant_id = ?2 AND revoked_at IS NULL
    AND (expires_at IS NULL OR expires_at > ?11)) < ?12
    AND (?13 IS NULL OR EXISTS (SELECT 1 FROM connection_codes WHERE hash = ?13 AND key_id = ?1))";

const CREATED: &str = "merchant_id, 'key created', name, created_at FROM api_keys WHERE id = ?1";

const CHANGED: &str = "merchant_id, 'key changed', ?3, ?6 FROM api_keys
WHERE merchant_id = ?1 AND id = ?2 AND revoked_at IS NULL
    AND (name <> ?3 OR scopes IS NOT ?4 OR origins IS NOT ?5)";

const CHANGE: &str = "
UPDATE api_keys SET name = ?3, scopes = ?4, origins = ?5
WHERE merchant_id = ?1 AND id = ?2 AND revoked_at IS NULL
RETURNING id";

const REVOKED: &str = "merchant_id, 'key revoked', name, ?3 FROM api_keys
WHERE merchant_id = ?1 AND id = ?2 AND revoked_at IS NULL";

const REVOKE: &str = "
UPDATE api_keys SET revoked_at = ?3 WHERE merchant_id = ?1 AND id = ?2 AND revoked_at IS NULL";

const ROTATED: &str = "merchant_id, 'key rotated', name, ?5 FROM api_keys
WHERE merchant_id = ?1 AND id = ?2 AND revoked_at IS NULL AND coalesce(expires_at > ?3, 1)
    AND EXISTS (SELECT 1 FROM api_keys WHERE id = ?4)";

/// A key that already expires keeps the earlier date.
const EXPIRE: &str = "
UPDATE api_keys SET expires_at = min(?3, coalesce(expires_at, ?3))
WHERE merchant_id = ?1 AND id = ?2 AND revoked_at IS NULL
    AND EXISTS (SELECT 1 FROM api_keys WHERE id = ?4)";

impl Resource for KeyRow {
    const NAME: &'static str = "API key";

    async fn load(store: &Store, merchant: &str, id: &str) -> Result<Option<Self>, StoreError> {
        let sql = format!("{SELECT} WHERE k.merchant_id = ?1 AND k.id = ?2");
        store.first(&sql, &[merchant.into(), id.into()]).await
    }

    fn check_access(&self, key: &KeyOwner) -> Result<(), Problem> {
        Authority::of_key(key).check_key(self)
    }
}

impl Store {
    /// The owner of the key with this hash; `None` for a key that is unknown, revoked or expired.
    pub(crate) async fn find_key(
        &self,
        hash: &str,
        now: i64,
    ) -> Result<Option<KeyOwner>, StoreError> {
        self.first(&FIND.replace("{terms}", TERMS), &[hash.into(), now.into()]).await
    }

    /// Notes that a key is in use.
    pub(crate) async fn touch_key(&self, id: &str, now: i64) -> Result<(), StoreError> {
        self.write(TOUCH, &[id.into(), now.into()]).await.map(|_| ())
    }

    /// Returns the merchant's keys that `reader` may read, oldest first: at most `limit`, from
    /// behind the key `after` on.
    pub(crate) async fn keys(
        &self,
        merchant: &str,
        reader: &Authority,
        after: Option<&str>,
        limit: i64,
    ) -> Result<Vec<KeyRow>, StoreError> {
        let sql =
            format!("{SELECT} {}", oldest_first(Table::ApiKeys, ("k", "created_at"), READABLE));
        let json = |scopes: &[Scope]| to_json(scopes, "scopes");
        let own = json(&reader.scopes)?;
        let (secret, publishable) = (json(&Scope::OF_MERCHANT)?, json(&Scope::PUBLISHABLE)?);
        let values = [
            merchant.into(),
            after.into(),
            limit.into(),
            i64::from(reader.is_test).into(),
            own.as_str().into(),
            secret.as_str().into(),
            publishable.as_str().into(),
        ];
        self.all(&sql, &values).await
    }

    /// At most `limit` of the merchant's keys: those that work first, and the newest first of both.
    pub(crate) async fn keys_that_work_first(
        &self,
        merchant: &str,
        now: i64,
        limit: i64,
    ) -> Result<Vec<KeyRow>, StoreError> {
        let sql = format!(
            "{SELECT} WHERE k.merchant_id = ?1
            ORDER BY k.revoked_at IS NOT NULL OR coalesce(k.expires_at <= ?2, 0),
                k.created_at DESC, k.id LIMIT ?3"
        );
        self.all(&sql, &[merchant.into(), now.into(), limit.into()]).await
    }

    /// Stores and logs a key, unless the merchant has `keys_max` that work.
    pub(crate) fn insert_key(&self, key: &NewKeyRow<'_>) -> Result<[Statement; 2], StoreError> {
        let insert = self.statement(
            INSERT,
            &[
                key.id.into(),
                key.merchant_id.into(),
                key.shop_id.into(),
                key.kind.as_str().into(),
                key.mode.as_str().into(),
                key.name.into(),
                key.hash.into(),
                key.hint.into(),
                key.scopes.into(),
                key.origins.into(),
                key.now.into(),
                key.keys_max.into(),
                key.code_hash.into(),
            ],
        )?;
        Ok([insert, self.log(CREATED, &[key.id.into()])?])
    }

    /// Changes what a key is called and may do; `false` when it was revoked meanwhile.
    pub(crate) async fn change_key(
        &self,
        (merchant, id): (&str, &str),
        name: &str,
        (scopes, origins): (Option<&str>, Option<&str>),
        now: i64,
    ) -> Result<bool, StoreError> {
        let values = || [merchant.into(), id.into(), name.into(), scopes.into(), origins.into()];
        let log = values().into_iter().chain([now.into()]).collect::<Vec<_>>();
        let statements = vec![self.log(CHANGED, &log)?, self.statement(CHANGE, &values())?];
        has_rows(self.batch(statements).await?.last())
    }

    /// Ends a key at once, and logs it.
    pub(crate) fn revoke_key(
        &self,
        merchant: &str,
        id: &str,
        now: i64,
    ) -> Result<[Statement; 2], StoreError> {
        let values = [merchant.into(), id.into(), now.into()];
        Ok([self.log(REVOKED, &values)?, self.statement(REVOKE, &values)?])
    }

    /// Lets a key end at `expires_at`, if `successor` was stored, and logs it.
    pub(crate) fn expire_key(
        &self,
        (merchant, id): (&str, &str),
        expires_at: i64,
        successor: &str,
        now: i64,
    ) -> Result<[Statement; 2], StoreError> {
        let values = || [merchant.into(), id.into(), expires_at.into(), successor.into()];
        let log = values().into_iter().chain([now.into()]).collect::<Vec<_>>();
        Ok([self.log(ROTATED, &log)?, self.statement(EXPIRE, &values())?])
    }
}

//! The table `connection_codes`: codes by which the plugin of a shop connects itself, once each.

use serde::Deserialize;

use super::{Statement, Store, StoreError};

/// A code, as it is stored.
#[derive(Deserialize)]
pub(crate) struct ConnectionCodeRow {
    pub(crate) merchant_id: String,
    pub(crate) shop_id: String,
    pub(crate) expires_at: i64,
    pub(crate) used_at: Option<i64>,
    /// 1 if the shop has reported a sale.
    pub(crate) has_sales: i64,
}

/// The use of a code: it makes a key and sets a secret, or nothing.
pub(crate) struct CodeUse<'a> {
    pub(crate) hash: &'a str,
    pub(crate) shop_id: &'a str,
    /// The key that is made with it.
    pub(crate) key_id: &'a str,
    /// The stored secret of the webhook that the new one replaces.
    pub(crate) secret_before: Option<&'a str>,
    pub(crate) now: i64,
    /// Keys of a merchant that work, at most.
    pub(crate) keys_max: i64,
}

const FIND: &str = "
SELECT c.merchant_id, c.shop_id, c.expires_at, c.used_at,
    EXISTS (SELECT 1 FROM sales WHERE shop_id = c.shop_id) AS has_sales
FROM connection_codes c JOIN shops h ON h.id = c.shop_id
WHERE c.hash = ?1 AND h.deleted_at IS NULL";

const DELETE_UNUSED: &str = "DELETE FROM connection_codes WHERE shop_id = ?1 AND used_at IS NULL";

const INSERT: &str = "
INSERT INTO connection_codes (hash, merchant_id, shop_id, created_at, expires_at)
SELECT ?1, merchant_id, id, ?3, ?4 FROM shops WHERE id = ?2 AND deleted_at IS NULL";

/// All conditions of what follows in the same transaction: it looks for the key's id only.
const USE: &str = "
UPDATE connection_codes SET used_at = ?2, key_id = ?3
WHERE hash = ?1 AND used_at IS NULL AND expires_at > ?2
    AND EXISTS (SELECT 1 FROM shops WHERE id = ?4 AND deleted_at IS NULL
        AND webhook_secret_encrypted IS ?5)
    AND (SELECT count(*) FROM api_keys k WHERE k.merchant_id = connection_codes.merchant_id
        AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ?2)) < ?6";

const EXPIRED_KEYS: &str = "merchant_id, 'key rotated', name, ?4 FROM api_keys
WHERE revoked_at IS NULL AND coalesce(expires_at > ?3, 1)
    AND id IN (SELECT key_id FROM connection_codes WHERE shop_id = ?1 AND key_id <> ?2)
    AND EXISTS (SELECT 1 FROM connection_codes WHERE shop_id = ?1 AND key_id = ?2)";

/// Pages in caches still hold the key of the connection before.
const EXPIRE_KEYS_BEFORE: &str = "
UPDATE api_keys SET expires_at = min(?3, coalesce(expires_at, ?3))
WHERE revoked_at IS NULL AND id IN (SELECT key_id FROM connection_codes WHERE shop_id = ?1 AND key_id <> ?2)
    AND EXISTS (SELECT 1 FROM connection_codes WHERE shop_id = ?1 AND key_id = ?2)";

const DELETE_USED_BEFORE: &str = "
DELETE FROM connection_codes WHERE shop_id = ?1 AND key_id <> ?2
    AND EXISTS (SELECT 1 FROM connection_codes WHERE shop_id = ?1 AND key_id = ?2)";

const DELETE_EXPIRED: &str =
    "DELETE FROM connection_codes WHERE used_at IS NULL AND expires_at <= ?1";

const SET_ORIGIN: &str = "
UPDATE shops SET origin = ?3
WHERE id = ?1 AND origin <> ?3 AND EXISTS (SELECT 1 FROM connection_codes WHERE key_id = ?2)";

impl Store {
    /// Returns the code with this hash, used or not, if its shop was not deleted.
    pub(crate) async fn connection_code(
        &self,
        hash: &str,
    ) -> Result<Option<ConnectionCodeRow>, StoreError> {
        self.first(FIND, &[hash.into()]).await
    }

    /// Stores a code in place of the shop's unused one.
    pub(crate) async fn replace_connection_code(
        &self,
        hash: &str,
        shop: &str,
        (now, expires_at): (i64, i64),
    ) -> Result<(), StoreError> {
        let values = [hash.into(), shop.into(), now.into(), expires_at.into()];
        let statements =
            vec![self.statement(DELETE_UNUSED, &[shop.into()])?, self.statement(INSERT, &values)?];
        self.batch(statements).await.map(|_| ())
    }

    /// Uses a code up, if everything that is made with it can be made.
    pub(crate) fn use_connection_code(&self, code: &CodeUse<'_>) -> Result<Statement, StoreError> {
        let values = [
            code.hash.into(),
            code.now.into(),
            code.key_id.into(),
            code.shop_id.into(),
            code.secret_before.into(),
            code.keys_max.into(),
        ];
        self.statement(USE, &values)
    }

    /// Ends the connection that the shop had before, and notes the address of its site.
    pub(crate) fn replace_connection(
        &self,
        shop: &str,
        key: &str,
        (origin, expires_at): (&str, i64),
        now: i64,
    ) -> Result<[Statement; 4], StoreError> {
        let log = [shop.into(), key.into(), expires_at.into(), now.into()];
        Ok([
            self.log(EXPIRED_KEYS, &log)?,
            self.statement(EXPIRE_KEYS_BEFORE, &[shop.into(), key.into(), expires_at.into()])?,
            self.statement(DELETE_USED_BEFORE, &[shop.into(), key.into()])?,
            self.statement(SET_ORIGIN, &[shop.into(), key.into(), origin.into()])?,
        ])
    }

    /// Deletes the unused codes that expired at `oldest` or before.
    pub(crate) fn delete_connection_codes(&self, oldest: i64) -> Result<Statement, StoreError> {
        self.statement(DELETE_EXPIRED, &[oldest.into()])
    }
}

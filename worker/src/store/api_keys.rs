//! The table `api_keys`, and what else is known the moment a key is.

use serde::Deserialize;

use super::{Store, StoreError};

/// A key that was not revoked, with what every handler needs to know of its owner.
#[derive(Clone, Deserialize)]
pub(crate) struct KeyRow {
    pub(crate) merchant_id: String,
    /// `publishable` or `secret`.
    pub(crate) kind: String,
    /// `live` or `test`.
    pub(crate) mode: String,
    pub(crate) time_zone: String,
    pub(crate) currency: String,
    /// The shop of a publishable key.
    pub(crate) shop_id: Option<String>,
    /// The origin of that shop.
    pub(crate) origin: Option<String>,
    /// The ids of all shops of the merchant, as a JSON array.
    pub(crate) shops: String,
    /// The merchant's campaigns, as a JSON array of [`order_events::Campaign`].
    pub(crate) campaigns: String,
    /// The end of the merchant's latest purchase order, in milliseconds since 1970.
    pub(crate) latest_period_ends_at: Option<i64>,
}

const FIND: &str = "
SELECT k.merchant_id, k.kind, k.mode, m.time_zone, m.currency, k.shop_id, s.origin,
    (SELECT json_group_array(id) FROM shops WHERE merchant_id = m.id) AS shops,
    (SELECT json_group_array(json_object(
            'id', c.id, 'version', c.version, 'name', c.name,
            'starts_at', strftime('%Y-%m-%dT%H:%M:%fZ', c.starts_at / 1000.0, 'unixepoch'),
            'ends_at', strftime('%Y-%m-%dT%H:%M:%fZ', c.ends_at / 1000.0, 'unixepoch'),
            'conditions', json(c.conditions)))
        FROM campaigns c WHERE c.merchant_id = m.id AND c.deleted_at IS NULL) AS campaigns,
    (SELECT max(ends_at) FROM purchase_orders WHERE merchant_id = m.id) AS latest_period_ends_at
FROM api_keys k
JOIN merchants m ON m.id = k.merchant_id
LEFT JOIN shops s ON s.id = k.shop_id
WHERE k.hash = ?1 AND k.revoked_at IS NULL";

impl Store {
    /// The key with this hash, and everything that posting an order event needs, in one round trip.
    pub(crate) async fn find_key(&self, hash: &str) -> Result<Option<KeyRow>, StoreError> {
        self.first(FIND, &[hash.into()]).await
    }
}

//! A write succeeds only if the key or shop that authorised it is unchanged since it was read.

/// A key, a shop or a merchant whose member is signed in, and the revision of the merchant under
/// which it was read.
#[derive(Clone, Copy)]
pub(crate) struct WriteGuard<'a> {
    pub(crate) id: &'a str,
    pub(crate) revision: i64,
}

const STILL_TRUE: &str = "
SELECT 1 FROM api_keys k JOIN merchants m ON m.id = k.merchant_id
WHERE k.id = {id} AND m.revision = {revision} AND k.revoked_at IS NULL
    AND (k.expires_at IS NULL OR k.expires_at > {now})
UNION ALL
SELECT 1 FROM shops h JOIN merchants m ON m.id = h.merchant_id
WHERE h.id = {id} AND m.revision = {revision} AND h.deleted_at IS NULL
UNION ALL
SELECT 1 FROM merchants WHERE id = {id} AND revision = {revision}";

/// A query with a row while a [`WriteGuard`] still is what it was. The arguments are where the
/// statement has its id, its revision, and now: `?1`.
pub(super) fn is_current(id: &str, revision: &str, now: &str) -> String {
    STILL_TRUE.replace("{id}", id).replace("{revision}", revision).replace("{now}", now)
}

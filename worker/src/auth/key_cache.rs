//! Keys that this isolate caches with their shops and campaigns, so that an order event costs one
//! round trip to the database. Cached data is never trusted: the write itself is guarded by the key
//! and the merchant's revision, and a client whose write fails retries without the cache.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use order_events::Campaign;

use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::store::api_keys::KeyOwner;

/// A key's owner, with the campaigns read.
pub(crate) struct CachedKey {
    pub(crate) owner: KeyOwner,
    pub(crate) campaigns: Vec<Campaign>,
}

/// Owners that are cached, at most: an isolate has 128 MB for everything.
const OWNERS_MAX: usize = 100;

/// Milliseconds for which an owner is cached. Then the time of the key's last use is due.
const REMEMBERED_FOR: i64 = 60 * 60 * 1000;

thread_local! {
    /// By the hash of the key, with the instant at which it was read.
    static OWNERS: RefCell<HashMap<String, (i64, Arc<CachedKey>)>> = RefCell::default();
}

impl CachedKey {
    /// Reads the campaigns of an owner. They are read apart from the key, so that no campaign keeps
    /// a key from working; a change in between changes the revision, and the write is not made.
    pub(crate) async fn read(context: &RequestContext, owner: KeyOwner) -> Result<Self, Problem> {
        let campaigns = context.store.campaigns_as_json(&owner.merchant_id).await?;
        let campaigns = serde_json::from_str(&campaigns)
            .map_err(|_| Problem::internal("A stored campaign could not be read"))?;
        Ok(Self { owner, campaigns })
    }
}

/// The owner of the key with this hash, as it was when it was last read.
pub(crate) fn get(hash: &str, now: i64) -> Option<Arc<CachedKey>> {
    OWNERS.with_borrow(|owners| {
        let (read_at, owner) = owners.get(hash)?;
        (now.saturating_sub(*read_at) < REMEMBERED_FOR).then(|| Arc::clone(owner))
    })
}

/// Remembers the owner of a key that was just read.
pub(crate) fn insert(hash: &str, now: i64, owner: &Arc<CachedKey>) {
    OWNERS.with_borrow_mut(|owners| {
        if owners.len() >= OWNERS_MAX {
            owners.clear();
        }
        owners.insert(hash.to_owned(), (now, Arc::clone(owner)));
    });
}

/// Forgets what is no longer true.
pub(crate) fn evict(hash: &str) {
    OWNERS.with_borrow_mut(|owners| owners.remove(hash));
}

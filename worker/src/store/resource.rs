//! Rows that belong to one merchant: loaded by their id, and made.

use crate::platform::problem::Problem;
use crate::store::api_keys::KeyOwner;
use crate::store::{Statement, Store, StoreError, Table};

/// A resource ready to be stored, and the response to it.
pub(crate) struct Prepared<T> {
    pub(crate) table: Table,
    pub(crate) id: String,
    /// Create the row with this id, unless the merchant has as many as allowed.
    pub(crate) statements: Vec<Statement>,
    pub(crate) answer: T,
}

/// Something that belongs to one merchant.
pub(crate) trait Resource: Sized {
    /// Its name in messages.
    const NAME: &'static str;

    /// Reads it, if this merchant has one with this id.
    async fn load(store: &Store, merchant: &str, id: &str) -> Result<Option<Self>, StoreError>;

    /// Returns `true` if test keys may not reach it.
    fn is_live_only(&self) -> bool {
        false
    }

    /// Rejects a key that may not reach this one of its merchant's resources.
    fn check_access(&self, key: &KeyOwner) -> Result<(), Problem> {
        if self.is_live_only() { key.require_live() } else { Ok(()) }
    }
}

//! The table `idempotency_records`: the response to a creation, for the key that repeats the
//! request.

use serde::Deserialize;

use super::{Statement, Store, StoreError, Table};

/// The stored response to a creation.
#[derive(Deserialize)]
pub(crate) struct IdempotencyRecord {
    /// SHA-256 of the request.
    pub(crate) request_hash: String,
    pub(crate) status: u16,
    /// The body, encrypted.
    pub(crate) body_encrypted: String,
}

/// A response to be stored.
pub(crate) struct NewIdempotencyRecord<'a> {
    /// The key that sent the request; no other key gets the response.
    pub(crate) key_id: &'a str,
    /// SHA-256 of the `Idempotency-Key`.
    pub(crate) name_hash: &'a str,
    pub(crate) request_hash: &'a str,
    pub(crate) status: u16,
    pub(crate) body_encrypted: &'a str,
    pub(crate) now: i64,
}

const FIND: &str = "
SELECT request_hash, status, body_encrypted FROM idempotency_records
WHERE key_id = ?1 AND name_hash = ?2 AND created_at > ?3";

/// A response that has expired leaves its name to another request.
const DELETE: &str = "DELETE FROM idempotency_records WHERE created_at <= ?1";

impl Store {
    /// Returns the response stored under this name by this key, if it is younger than `oldest`.
    pub(crate) async fn idempotency_record(
        &self,
        key: &str,
        name_hash: &str,
        oldest: i64,
    ) -> Result<Option<IdempotencyRecord>, StoreError> {
        self.first(FIND, &[key.into(), name_hash.into(), oldest.into()]).await
    }

    /// Stores a response, if the creation before it in the same transaction made the row `id`. The
    /// transaction ends in [`StoreError::Conflict`] when the name is taken.
    pub(crate) fn insert_idempotency_record(
        &self,
        record: &NewIdempotencyRecord<'_>,
        table: Table,
        id: &str,
    ) -> Result<Statement, StoreError> {
        let sql = format!(
            "INSERT INTO idempotency_records (key_id, name_hash, request_hash, status,
                body_encrypted, created_at)
            SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE EXISTS (SELECT 1 FROM {} WHERE id = ?7)",
            table.name()
        );
        self.statement(
            &sql,
            &[
                record.key_id.into(),
                record.name_hash.into(),
                record.request_hash.into(),
                i64::from(record.status).into(),
                record.body_encrypted.into(),
                record.now.into(),
                id.into(),
            ],
        )
    }

    /// Deletes the responses of `oldest` and before.
    pub(crate) fn delete_idempotency_records(&self, oldest: i64) -> Result<Statement, StoreError> {
        self.statement(DELETE, &[oldest.into()])
    }
}

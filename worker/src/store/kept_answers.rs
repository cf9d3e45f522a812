//! The table `kept_answers`: what a creation answered, for whoever sends the same request again.

use serde::Deserialize;

use super::{Statement, Store, StoreError, Table};

/// An answer that was kept.
#[derive(Deserialize)]
pub(crate) struct KeptAnswer {
    /// SHA-256 of the request.
    pub(crate) request_hash: String,
    pub(crate) status: u16,
    /// The body, sealed.
    pub(crate) sealed_body: String,
}

/// An answer to be kept.
pub(crate) struct NewKeptAnswer<'a> {
    pub(crate) merchant_id: &'a str,
    /// SHA-256 of the `Idempotency-Key`.
    pub(crate) name_hash: &'a str,
    pub(crate) request_hash: &'a str,
    pub(crate) status: u16,
    pub(crate) sealed_body: &'a str,
    pub(crate) now: i64,
}

const FIND: &str = "
SELECT request_hash, status, sealed_body FROM kept_answers
WHERE merchant_id = ?1 AND name_hash = ?2 AND created_at > ?3";

/// An answer that is too old to be given again makes room for the next one of that name.
const FORGET: &str = "DELETE FROM kept_answers WHERE created_at <= ?1";

impl Store {
    /// The answer kept under this name, if it is younger than `oldest`.
    pub(crate) async fn kept_answer(
        &self,
        merchant: &str,
        name_hash: &str,
        oldest: i64,
    ) -> Result<Option<KeptAnswer>, StoreError> {
        self.first(FIND, &[merchant.into(), name_hash.into(), oldest.into()]).await
    }

    /// Keeps an answer, if the creation before it in the same transaction made the row `id`. The
    /// transaction ends in [`StoreError::Conflict`] when the name is taken.
    pub(crate) fn keep_answer(
        &self,
        answer: &NewKeptAnswer<'_>,
        table: Table,
        id: &str,
    ) -> Result<Statement, StoreError> {
        let sql = format!(
            "INSERT INTO kept_answers (merchant_id, name_hash, request_hash, status, sealed_body,
                created_at)
            SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE EXISTS (SELECT 1 FROM {} WHERE id = ?7)",
            table.name()
        );
        self.statement(
            &sql,
            &[
                answer.merchant_id.into(),
                answer.name_hash.into(),
                answer.request_hash.into(),
                i64::from(answer.status).into(),
                answer.sealed_body.into(),
                answer.now.into(),
                id.into(),
            ],
        )
    }

    /// Forgets the answers of `oldest` and before.
    pub(crate) fn forget_answers(&self, oldest: i64) -> Result<Statement, StoreError> {
        self.statement(FORGET, &[oldest.into()])
    }
}

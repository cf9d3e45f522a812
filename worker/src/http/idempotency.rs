//! Makes a resource once, however often the request for it arrives with the same `Idempotency-Key`.

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::crypto::encryption_keys::Purpose;
use crate::crypto::{hash, hexadecimal};
use crate::platform::context::RequestContext;
use crate::platform::problem::{Problem, json_text};
use crate::store::StoreError;
use crate::store::api_keys::KeyOwner;
use crate::store::idempotency_records::NewIdempotencyRecord;
use crate::store::resource::Prepared;

/// The header that names a request.
pub(crate) const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// Characters in the longest name of a request.
pub(crate) const NAME_LENGTH_MAX: usize = 255;

/// Milliseconds for which a response is stored.
pub(crate) const KEPT_FOR: i64 = 24 * 60 * 60 * 1000;

/// A request that makes something.
pub(crate) struct Creation<'a> {
    context: &'a RequestContext,
    key: &'a KeyOwner,
    /// The hashes of its name and of its content, where it has a name.
    named: Option<(String, String)>,
}

impl<'a> Creation<'a> {
    /// Reads the header. `operation` is the method and the path; together with the body it is what
    /// must be the same when the name is.
    pub(crate) fn of(
        context: &'a RequestContext,
        key: &'a KeyOwner,
        headers: &HeaderMap,
        operation: &str,
        body: &[u8],
    ) -> Result<Self, Problem> {
        let Some(name) = headers.get(IDEMPOTENCY_KEY) else {
            return Ok(Self { context, key, named: None });
        };
        let name = name.to_str().ok().filter(|name| (1..=NAME_LENGTH_MAX).contains(&name.len()));
        let name = name.ok_or_else(|| {
            Problem::bad_request(format!(
                "Idempotency-Key: send 1 to {NAME_LENGTH_MAX} characters of ASCII, such as a UUID."
            ))
        })?;
        let mut request = Sha256::new();
        request.update(operation.as_bytes());
        request.update([0]);
        // A key that was changed since must not get the text of a key that may do more.
        request.update(key.scopes.as_deref().unwrap_or_default().as_bytes());
        request.update([0]);
        request.update(body);
        let named = Some((hash(name), hexadecimal(&request.finalize())));
        Ok(Self { context, key, named })
    }

    /// Prepares and makes the resource, unless the same request was answered before. Returns
    /// `refused` if there was no room for it.
    pub(crate) async fn make<T: Serialize>(
        self,
        refused: Problem,
        prepare: impl AsyncFnOnce() -> Result<Prepared<T>, Problem>,
    ) -> Result<Response, Problem> {
        if let Some(earlier) = self.earlier().await? {
            return Ok(earlier);
        }
        self.run(prepare().await?, refused).await
    }

    /// Returns the stored response of the same request. Fails with 409 if the key was used for
    /// another request.
    async fn earlier(&self) -> Result<Option<Response>, Problem> {
        let Some((name_hash, request_hash)) = &self.named else { return Ok(None) };
        let oldest = self.context.now.milliseconds().saturating_sub(KEPT_FOR);
        let kept =
            self.context.store.idempotency_record(&self.key.key_id, name_hash, oldest).await?;
        let Some(kept) = kept else { return Ok(None) };
        if kept.request_hash != *request_hash {
            return Err(Problem::new(
                StatusCode::CONFLICT,
                "This Idempotency-Key was used for another request in the last 24 hours: use a new \
                 one for each thing you make.",
            ));
        }
        let keys = self.context.keys()?;
        let body = keys
            .decrypt(Purpose::StoredResponse, &self.row(name_hash), &kept.body_encrypted)
            .ok_or_else(|| Problem::internal("A stored response could not be decrypted"))?;
        let status = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK);
        Ok(Some(json_text(status, body)))
    }

    /// Names the row of the stored response.
    fn row(&self, name_hash: &str) -> String {
        format!("{}/{name_hash}", self.key.key_id)
    }

    /// Runs the statements that create the row, stores the response in the same transaction, and
    /// returns 201. Returns `refused` if the statements did not create the row.
    async fn run<T: Serialize>(
        self,
        made: Prepared<T>,
        refused: Problem,
    ) -> Result<Response, Problem> {
        let status = StatusCode::CREATED;
        let Prepared { table, id, mut statements, answer } = made;
        let body = serde_json::to_string(&answer)
            .map_err(|_| Problem::internal("An answer could not be written as JSON"))?;
        let store = &self.context.store;
        if let Some((name_hash, request_hash)) = &self.named {
            let now = self.context.now.milliseconds();
            let row = self.row(name_hash);
            let body_encrypted =
                self.context.keys()?.encrypt(Purpose::StoredResponse, &row, &body)?;
            statements.push(store.delete_idempotency_records(now.saturating_sub(KEPT_FOR))?);
            let record = NewIdempotencyRecord {
                key_id: &self.key.key_id,
                name_hash,
                request_hash,
                status: status.as_u16(),
                body_encrypted: &body_encrypted,
                now,
            };
            statements.push(store.insert_idempotency_record(&record, table, &id)?);
        }
        match store.create(statements, (table, &id)).await {
            Ok(true) => Ok(json_text(status, body)),
            Ok(false) => Err(refused),
            // The same request, sent twice at once: the other one was first.
            Err(StoreError::Conflict) => {
                let earlier = self.earlier().await?;
                earlier.ok_or_else(|| Problem::internal("A creation met an unexpected conflict"))
            }
            Err(error) => Err(error.into()),
        }
    }
}

//! `/operator/…`: what the operator's command line asks of the Worker.

use std::collections::BTreeMap;

use axum::Extension;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use crate::auth::operator::Operator;
use crate::crypto::encryption_keys::{EncryptionKeys, Purpose};
use crate::platform::context::RequestContext;
use crate::platform::problem::{Problem, json};

/// Values that one call re-encrypts for each purpose, within D1's limits.
const VALUES_MAX: i64 = 100;

/// The state of a change of encryption keys.
#[derive(Serialize)]
struct Reencryption {
    /// The id of the first key, which encrypts.
    current_key: String,
    /// Keys after the first.
    older_keys: usize,
    /// Values that this call encrypted with it.
    reencrypted: usize,
    /// Values that older keys of the list still encrypt. Call again until it is 0; then the older
    /// keys can leave the list.
    remaining: i64,
    /// Values by the id of a key that is missing from the list. They are unreadable until the key
    /// is back in the list.
    unreadable: BTreeMap<String, i64>,
}

/// Encrypts values with the first key that older keys of the list encrypted.
#[worker::send]
pub(crate) async fn reencrypt(
    _: Operator,
    Extension(context): Extension<RequestContext>,
) -> Result<Response, Problem> {
    let keys = context.keys()?;
    let mut reencrypted: usize = 0;
    for purpose in Purpose::ALL {
        reencrypted = reencrypted.saturating_add(reencrypt_some(&context, keys, purpose).await?);
    }
    report(&context, reencrypted).await
}

/// Shows the keys in use, and encrypts nothing.
#[worker::send]
pub(crate) async fn show(
    _: Operator,
    Extension(context): Extension<RequestContext>,
) -> Result<Response, Problem> {
    report(&context, 0).await
}

/// Shows the counters of the whole deployment.
#[worker::send]
pub(crate) async fn count(
    _: Operator,
    Extension(context): Extension<RequestContext>,
) -> Result<Response, Problem> {
    let counters = context.store.counters(context.now.milliseconds()).await?;
    Ok(json(StatusCode::OK, &counters))
}

async fn report(context: &RequestContext, reencrypted: usize) -> Result<Response, Problem> {
    let keys = context.keys()?;
    let older: Vec<&str> = keys.older_ids().collect();
    let (mut remaining, mut unreadable) = (0_i64, BTreeMap::new());
    for purpose in Purpose::ALL {
        for used in context.store.key_uses(purpose).await? {
            if older.contains(&used.key.as_str()) {
                remaining = remaining.saturating_add(used.values);
            } else if used.key != keys.current_id() {
                let values: &mut i64 = unreadable.entry(used.key).or_default();
                *values = values.saturating_add(used.values);
            }
        }
    }
    let (current_key, older_keys) = (keys.current_id().to_owned(), older.len());
    let report = Reencryption { current_key, older_keys, reencrypted, remaining, unreadable };
    Ok(json(StatusCode::OK, &report))
}

async fn reencrypt_some(
    context: &RequestContext,
    keys: &EncryptionKeys,
    purpose: Purpose,
) -> Result<usize, Problem> {
    let older: Vec<&str> = keys.older_ids().collect();
    let older = serde_json::to_string(&older)
        .map_err(|_| Problem::internal("Ids of keys could not be written as JSON"))?;
    let store = &context.store;
    let (mut statements, mut count) = (Vec::new(), 0_usize);
    for old in store.values_of_keys(purpose, &older, VALUES_MAX).await? {
        if let Some(text) = keys.decrypt(purpose, &old.row, &old.value) {
            let new = keys.encrypt(purpose, &old.row, &text)?;
            count = count.saturating_add(1);
            statements.push(store.replace_value(purpose, &old, &new)?);
            if purpose == Purpose::EmailAddress {
                let hash = keys.email_hash(&text);
                statements.push(store.replace_email_hash(&old.row, &new, &hash)?);
            }
        }
    }
    if !statements.is_empty() {
        store.batch(statements).await?;
    }
    Ok(count)
}

//! Every encrypted value of the database, whichever table holds it, for the change of encryption
//! keys.

use serde::{Deserialize, Serialize};

use super::{Statement, Store, StoreError};
use crate::crypto::encryption_keys::Purpose;

/// The columns of a purpose's values.
struct Column {
    table: &'static str,
    /// The column of the value.
    value: &'static str,
    /// The text that names the row of a value, as SQL.
    row: &'static str,
}

/// A value that is encrypted with an older key.
#[derive(Deserialize)]
pub(crate) struct EncryptedValue {
    rowid: i64,
    /// Names the row.
    pub(crate) row: String,
    pub(crate) value: String,
}

/// Values by the id of the key that encrypted them.
#[derive(Deserialize, Serialize)]
pub(crate) struct KeyUse {
    /// The first digits of the value: the id of its key.
    pub(crate) key: String,
    pub(crate) values: i64,
}

fn column(purpose: Purpose) -> Column {
    let (table, value, row) = match purpose {
        Purpose::EmailAddress => ("merchants", "email_encrypted", "id"),
        Purpose::WebhookSecret => ("shops", "webhook_secret_encrypted", "id"),
        Purpose::OldWebhookSecret => ("shops", "webhook_old_secret_encrypted", "id"),
        Purpose::PullCredentials => ("shops", "pull_credentials_encrypted", "id"),
        Purpose::PayLink => ("purchase_orders", "link_encrypted", "id"),
        Purpose::StoredResponse => {
            ("idempotency_records", "body_encrypted", "key_id || '/' || name_hash")
        }
        Purpose::MailboxMessage => ("mailbox", "message_encrypted", "mail_id"),
        Purpose::AccountMailRecipient => ("account_mails", "recipient_encrypted", "id"),
        Purpose::AccountMailToken => ("account_mails", "token_encrypted", "id"),
        Purpose::SignInRequest => ("sign_in_requests", "email_encrypted", "id"),
    };
    Column { table, value, row }
}

/// The id of the key of a value.
const KEY_OF: &str = "substr({value}, 1, instr({value}, '.') - 1)";

const OF_KEYS: &str = "
SELECT rowid, {row} AS row, {value} AS value FROM {table}
WHERE {value} IS NOT NULL AND {key} IN (SELECT value FROM json_each(?1)) LIMIT ?2";

/// A value that was changed in the meantime stays.
const REPLACE: &str = "UPDATE {table} SET {value} = ?3 WHERE rowid = ?1 AND {value} = ?2";

const COUNT: &str = "
SELECT {key} AS key, count(*) AS \"values\" FROM {table} WHERE {value} <> '' GROUP BY 1";

fn sql(template: &str, purpose: Purpose) -> String {
    let Column { table, value, row } = column(purpose);
    template
        .replace("{key}", KEY_OF)
        .replace("{table}", table)
        .replace("{value}", value)
        .replace("{row}", row)
}

impl Store {
    /// Returns values of this purpose that one of these keys encrypted: at most `limit`. `keys` are
    /// ids as a JSON array.
    pub(crate) async fn values_of_keys(
        &self,
        purpose: Purpose,
        keys: &str,
        limit: i64,
    ) -> Result<Vec<EncryptedValue>, StoreError> {
        self.all(&sql(OF_KEYS, purpose), &[keys.into(), limit.into()]).await
    }

    /// Replaces a value, unless it was changed since it was read.
    pub(crate) fn replace_value(
        &self,
        purpose: Purpose,
        old: &EncryptedValue,
        new: &str,
    ) -> Result<Statement, StoreError> {
        let values = [old.rowid.into(), old.value.as_str().into(), new.into()];
        self.statement(&sql(REPLACE, purpose), &values)
    }

    /// Counts the values of this purpose by their keys.
    pub(crate) async fn key_uses(&self, purpose: Purpose) -> Result<Vec<KeyUse>, StoreError> {
        self.all(&sql(COUNT, purpose), &[]).await
    }
}

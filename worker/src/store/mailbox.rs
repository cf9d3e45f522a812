//! The table `mailbox`: in development, what was sent.

use serde::Deserialize;

use super::{Store, StoreError};

/// A message that was sent.
#[derive(Deserialize)]
pub(crate) struct MailboxRow {
    pub(crate) mail_id: String,
    /// [`crate::mail::Message`] as JSON, encrypted.
    pub(crate) message_encrypted: String,
}

const KEEP: &str = "
INSERT INTO mailbox (mail_id, merchant_id, message_encrypted, sent_at) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT DO NOTHING";

const LIST: &str = "
SELECT b.mail_id, b.message_encrypted
FROM mailbox b WHERE ?1 IS NULL OR b.merchant_id = ?1 ORDER BY b.rowid DESC LIMIT ?2";

const READ: &str = "SELECT mail_id, message_encrypted FROM mailbox WHERE mail_id = ?1";

impl Store {
    /// Keeps a message that was sent; the same mail once.
    pub(crate) async fn keep_message(
        &self,
        mail: &str,
        merchant: Option<&str>,
        message_encrypted: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        self.write(KEEP, &[mail.into(), merchant.into(), message_encrypted.into(), now.into()])
            .await?;
        Ok(())
    }

    /// The latest messages, newest first, of one merchant or of all.
    pub(crate) async fn mailbox(
        &self,
        merchant: Option<&str>,
        limit: i64,
    ) -> Result<Vec<MailboxRow>, StoreError> {
        self.all(LIST, &[merchant.into(), limit.into()]).await
    }

    /// One message.
    pub(crate) async fn message(&self, mail: &str) -> Result<Option<MailboxRow>, StoreError> {
        self.first(READ, &[mail.into()]).await
    }
}

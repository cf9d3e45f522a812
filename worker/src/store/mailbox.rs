//! The table `mailbox`: in development, what was sent.

use serde::Deserialize;

use super::{Store, StoreError};

/// A message that was sent.
#[derive(Deserialize)]
pub(crate) struct MailboxRow {
    /// [`crate::mail::Message`] as JSON, sealed.
    pub(crate) message_sealed: String,
}

const KEEP: &str = "
INSERT INTO mailbox (mail_id, message_sealed, sent_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";

const LIST: &str = "
SELECT b.message_sealed
FROM mailbox b JOIN mails x ON x.id = b.mail_id
WHERE ?1 IS NULL OR x.merchant_id = ?1 ORDER BY x.rowid DESC LIMIT ?2";

const READ: &str = "SELECT message_sealed FROM mailbox WHERE mail_id = ?1";

impl Store {
    /// Keeps a message that was sent; the same mail once.
    pub(crate) async fn keep_message(
        &self,
        mail: &str,
        message_sealed: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        self.write(KEEP, &[mail.into(), message_sealed.into(), now.into()]).await?;
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

//! The table `provider_events`: the webhooks of a payment provider, so that each is handled once.

use serde::Deserialize;

use super::{Store, StoreError, rows};

#[derive(Deserialize)]
struct EventRow {
    handled_at: Option<i64>,
}

const RECORD: &str = "
INSERT INTO provider_events (id, kind, received_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";

const READ: &str = "SELECT handled_at FROM provider_events WHERE id = ?1";

const HANDLED: &str = "UPDATE provider_events SET handled_at = ?2 WHERE id = ?1";

const FORGET: &str = "DELETE FROM provider_events WHERE received_at < ?1";

impl Store {
    /// Stores an event. Returns true if it was handled before.
    pub(crate) async fn record_event(
        &self,
        id: &str,
        kind: &str,
        now: i64,
    ) -> Result<bool, StoreError> {
        let record = self.statement(RECORD, &[id.into(), kind.into(), now.into()])?;
        let read = self.statement(READ, &[id.into()])?;
        let results = self.batch(vec![record, read]).await?;
        let found = results.last().map(rows::<EventRow>).transpose()?.unwrap_or_default();
        Ok(found.into_iter().any(|event| event.handled_at.is_some()))
    }

    /// Notes that an event was acted on.
    pub(crate) async fn mark_event_handled(&self, id: &str, now: i64) -> Result<(), StoreError> {
        self.write(HANDLED, &[id.into(), now.into()]).await?;
        Ok(())
    }

    /// Forgets the events from before an instant, which will not come again.
    pub(crate) async fn forget_events(&self, before: i64) -> Result<(), StoreError> {
        self.write(FORGET, &[before.into()]).await?;
        Ok(())
    }
}

//! The table `month_end_runs`: a cron event has no response, so its result is stored.

use serde::Deserialize;

use super::{Store, StoreError};

#[derive(Deserialize)]
struct RunRow {
    id: i64,
}

const BEGIN: &str = "INSERT INTO month_end_runs (scheduled_at, closed) VALUES (?1, 0) RETURNING id";

const EXPECT: &str = "UPDATE month_end_runs SET queued = queued + ?2 WHERE id = ?1";

const END: &str = "
UPDATE month_end_runs SET closed = closed + ?2, message = coalesce(?3, message),
    queued = queued + ?4, ended_at = ?5
WHERE id = ?1";

const HANDLED: &str =
    "UPDATE month_end_runs SET handled = handled + 1, closed = closed + ?2 WHERE id = ?1";

impl Store {
    /// Stores the start of a cron event. Returns the id of its run.
    pub(crate) async fn begin_month_end_run(&self, scheduled_at: i64) -> Result<i64, StoreError> {
        let begun: Option<RunRow> = self.first(BEGIN, &[scheduled_at.into()]).await?;
        let begun = begun.ok_or_else(|| StoreError::Failed("a run got no id".into()))?;
        Ok(begun.id)
    }

    /// Notes that so many messages are about to be sent on behalf of a run.
    pub(crate) async fn expect_messages(&self, run: i64, count: usize) -> Result<(), StoreError> {
        self.write(EXPECT, &[run.into(), integer(count)]).await?;
        Ok(())
    }

    /// Keeps what the event itself did: how many purchase orders it closed, how many messages it
    /// sent, and what stopped it.
    pub(crate) async fn end_month_end_run(
        &self,
        run: i64,
        (closed, sent): (usize, usize),
        message: Option<&str>,
        now: i64,
    ) -> Result<(), StoreError> {
        let message = message.map(str::to_owned);
        let values = [run.into(), integer(closed), message.into(), integer(sent), now.into()];
        self.write(END, &values).await?;
        Ok(())
    }

    /// Keeps that a message was handled, and how many purchase orders it closed.
    pub(crate) async fn message_was_handled(
        &self,
        run: i64,
        closed: usize,
    ) -> Result<(), StoreError> {
        self.write(HANDLED, &[run.into(), integer(closed)]).await?;
        Ok(())
    }
}

fn integer(count: usize) -> super::Value {
    i64::try_from(count).unwrap_or(i64::MAX).into()
}

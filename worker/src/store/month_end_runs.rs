//! The table `month_end_runs`: a cron event answers nobody, so what it did is kept.

use super::{Store, StoreError};

const INSERT: &str =
    "INSERT INTO month_end_runs (scheduled_at, closed, message) VALUES (?1, ?2, ?3)";

impl Store {
    /// Keeps what one cron event did: how many purchase orders it closed, and what stopped it.
    pub(crate) async fn record_month_end_run(
        &self,
        scheduled_at: i64,
        closed: usize,
        message: Option<&str>,
    ) -> Result<(), StoreError> {
        let closed = i64::try_from(closed).unwrap_or(i64::MAX);
        let message = message.map(str::to_owned);
        self.write(INSERT, &[scheduled_at.into(), closed.into(), message.into()]).await?;
        Ok(())
    }
}

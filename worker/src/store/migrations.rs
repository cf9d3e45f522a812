//! The table `d1_migrations`, which wrangler keeps.

use serde::Deserialize;

use super::{Store, StoreError};

#[derive(Deserialize)]
struct MigrationRow {
    name: String,
}

const LATEST: &str = "SELECT name FROM d1_migrations ORDER BY id DESC LIMIT 1";

impl Store {
    /// The file of the last migration that was applied.
    pub(crate) async fn latest_migration(&self) -> Result<Option<String>, StoreError> {
        let row: Option<MigrationRow> = self.first(LATEST, &[]).await?;
        Ok(row.map(|row| row.name))
    }
}

//! The tables of a database.

use serde::Deserialize;

use super::statement::{bind, text};

/// A count.
#[derive(Deserialize)]
pub(crate) struct Count {
    pub(crate) count: i64,
}

/// A migration that was applied.
#[derive(Deserialize)]
pub(crate) struct Migration {
    pub(crate) name: String,
}

/// Lists the applied migrations.
pub(crate) const MIGRATIONS: &str = "
SELECT name FROM d1_migrations ORDER BY id;";

/// Counts the tables, except those of D1 itself.
pub(crate) const COUNT_TABLES: &str = "
SELECT count(*) AS count FROM sqlite_schema
WHERE type = 'table' AND name NOT GLOB '_cf_*' AND name NOT GLOB 'sqlite_*';";

/// Counts the merchants.
pub(crate) const COUNT_MERCHANTS: &str = "
SELECT count(*) AS count FROM merchants;";

/// The table in which wrangler records migrations, as wrangler creates it.
const CREATE_MIGRATIONS: &str = "
CREATE TABLE IF NOT EXISTS d1_migrations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT UNIQUE,
    applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL);";

const RECORD_MIGRATION: &str = "
INSERT INTO d1_migrations (name) VALUES (?1);";

/// Creates the table in which migrations are recorded.
pub(crate) fn create_migrations() -> String {
    CREATE_MIGRATIONS.to_owned()
}

/// Records a migration, so that `wrangler d1 migrations apply` continues after it.
pub(crate) fn record_migration(name: &str) -> String {
    bind(RECORD_MIGRATION, &[text(name)])
}

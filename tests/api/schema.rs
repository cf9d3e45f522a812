//! The schema of the database after all migrations, in one file for readers.

use play_it_green_tests::local_worker::{repository, sql};

use crate::worker;

/// Selects the whole schema, except the tables of `SQLite`, D1 and wrangler themselves.
const SCHEMA: &str =
    "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'd1_migrations'
    AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\'
    ORDER BY tbl_name, type = 'table' DESC, type, name";

#[test]
fn the_file_of_the_schema_is_what_the_migrations_make() {
    let rows = sql(&worker(), SCHEMA, &[]).unwrap();
    let statements: Vec<&str> = rows.iter().filter_map(|row| row[0].as_str()).collect();
    let made = format!("{};\n", statements.join(";\n\n"));
    let file = repository().join("worker/src/store/schema.sql");
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&file, &made).unwrap();
    }
    let written = std::fs::read_to_string(&file).unwrap();
    assert!(
        written == made,
        "worker/src/store/schema.sql is not what the migrations make. Write it again, and read what \
         changed: UPDATE_SCHEMA=1 npm test -- api schema"
    );
}

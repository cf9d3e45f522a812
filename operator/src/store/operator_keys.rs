//! Keys with which the command line calls the Worker.

use super::statement::{bind, text};

/// Valid for ten minutes by the database's clock.
const ADD: &str = "
INSERT INTO operator_keys (hash, created_at, expires_at)
VALUES (?1, unixepoch() * 1000, unixepoch() * 1000 + 600000);";

const EXISTS: &str = "
SELECT count(*) AS made FROM operator_keys WHERE hash = ?1;";

/// Adds a key; the row counts it as `made`.
pub(crate) fn add(hash: &str) -> Vec<String> {
    let values = [text(hash)];
    vec![bind(ADD, &values), bind(EXISTS, &values)]
}

//! The Worker's whole database, to compare before and after.

use serde_json::Value;

use crate::Failure;
use crate::local_worker::sql;

/// When a key was used last changes with every call, refused or not.
const ALWAYS_CHANGES: [&str; 1] = ["last_used_at"];

const COLUMNS: &str = "
SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c
WHERE t.type = 'table' AND t.name NOT GLOB '_cf*' AND t.name NOT GLOB 'sqlite_*'
ORDER BY t.name, c.cid";

/// Every row of every table, as text that is equal when nothing changed.
///
/// # Errors
/// When the database cannot be read.
pub fn dump(worker: &str) -> Result<String, Failure> {
    let mut tables: Vec<(String, Vec<String>)> = Vec::new();
    for row in sql(worker, COLUMNS, &[])? {
        let [Value::String(table), Value::String(column)] = row.as_slice() else { continue };
        if ALWAYS_CHANGES.contains(&column.as_str()) {
            continue;
        }
        match tables.last_mut() {
            Some((last, columns)) if last == table => columns.push(column.clone()),
            _ => tables.push((table.clone(), vec![column.clone()])),
        }
    }
    let mut lines = Vec::new();
    for (table, columns) in tables {
        let columns = columns.join(", ");
        let rows = sql(worker, &format!("SELECT {columns} FROM {table} ORDER BY {columns}"), &[])?;
        lines.extend(rows.into_iter().map(|row| format!("{table} {}", Value::Array(row))));
    }
    Ok(lines.join("\n"))
}

//! Dumps the Worker's whole database, to compare it before and after.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::Failure;
use crate::local_worker::sql;

/// The last use of a key changes with every call, successful or not.
const ALWAYS_CHANGES: [&str; 1] = ["last_used_at"];

const COLUMNS: &str = "
SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c
WHERE t.type = 'table' AND t.name NOT GLOB '_cf*' AND t.name NOT GLOB 'sqlite_*'
ORDER BY t.name, c.cid";

/// Returns every row of every table as text, which is equal if nothing changed.
///
/// # Errors
/// If the database cannot be read.
pub fn dump(worker: &str) -> Result<String, Failure> {
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in sql(worker, COLUMNS, &[])? {
        let [Value::String(table), Value::String(column)] = row.as_slice() else { continue };
        if !ALWAYS_CHANGES.contains(&column.as_str()) {
            tables.entry(table.clone()).or_default().push(column.clone());
        }
    }
    // One statement, so that all rows are from the same moment.
    let columns: Vec<String> = tables
        .iter()
        .map(|(table, columns)| {
            let columns = columns.join(", ");
            let rows = format!("SELECT {columns} FROM {table} ORDER BY {columns}");
            format!("(SELECT json_group_array(json_array({columns})) FROM ({rows}))")
        })
        .collect();
    let rows = sql(worker, &format!("SELECT {}", columns.join(", ")), &[])?;
    let dumped = rows.into_iter().flatten().zip(tables.keys());
    let tables: Vec<String> = dumped.map(|(rows, table)| format!("{table}: {rows}")).collect();
    Ok(tables.join("\n"))
}

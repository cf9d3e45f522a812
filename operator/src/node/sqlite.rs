//! The database file of a local Worker that is not running.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::Failure;

#[wasm_bindgen(module = "node:sqlite")]
extern "C" {
    #[wasm_bindgen(js_name = DatabaseSync)]
    type Connection;
    #[wasm_bindgen(constructor, js_class = "DatabaseSync", catch)]
    fn new(path: &str) -> Result<Connection, JsValue>;
    #[wasm_bindgen(method, js_class = "DatabaseSync", catch)]
    fn exec(this: &Connection, sql: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(method, js_class = "DatabaseSync", catch)]
    fn prepare(this: &Connection, sql: &str) -> Result<Statement, JsValue>;
    #[wasm_bindgen(method, js_class = "DatabaseSync")]
    fn close(this: &Connection);

    type Statement;
    #[wasm_bindgen(method, catch)]
    fn all(this: &Statement) -> Result<JsValue, JsValue>;
}

/// Milliseconds to wait for another writing process.
const BUSY_TIMEOUT: u32 = 5000;

/// Runs the statements as one transaction, and returns the rows of the last one as JSON.
pub(crate) fn transaction(path: &str, statements: &[String]) -> Result<String, Failure> {
    let failed = |error: JsValue| Failure::thrown("The database", &error);
    let connection = Connection::new(path).map_err(failed)?;
    let rows = run(&connection, statements);
    if rows.is_err() {
        // The transaction may never have begun.
        let _ = connection.exec("ROLLBACK");
    }
    connection.close();
    let rows = rows.map_err(failed)?;
    let json = js_sys::JSON::stringify(&rows).map_err(failed)?;
    Ok(json.into())
}

fn run(connection: &Connection, statements: &[String]) -> Result<JsValue, JsValue> {
    connection.exec(&format!("PRAGMA busy_timeout = {BUSY_TIMEOUT}; BEGIN IMMEDIATE"))?;
    let mut rows: JsValue = js_sys::Array::new().into();
    for statement in statements {
        rows = connection.prepare(statement)?.all()?;
    }
    connection.exec("COMMIT")?;
    Ok(rows)
}

//! The local database: through the Worker that runs, or in its file.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::Failure;
use crate::node::http::{self, Request};
use crate::node::{files, process, sqlite};
use crate::store::schema;

/// The contents of `running.json`, which is in the folder of the database while its Worker runs.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct RunningFile {
    /// The id of the process that started the Worker.
    pub(crate) pid: u32,
    /// The address of the Worker.
    pub(crate) worker: String,
}

impl RunningFile {
    /// Returns the path of the file.
    pub(crate) fn path(state: &str) -> String {
        format!("{state}/running.json")
    }
}

/// A local Worker that runs.
#[derive(Clone)]
pub(crate) struct Running {
    /// Its address.
    pub(crate) worker: String,
    database: String,
}

/// Milliseconds that a response of a local Worker may take.
const TIMEOUT: u32 = 30_000;

/// The response of wrangler's explorer.
#[derive(Deserialize)]
struct Explored {
    result: Option<Vec<Explanation>>,
    #[serde(default)]
    errors: Vec<ErrorMessage>,
}

#[derive(Deserialize)]
struct Explanation {
    results: Table,
}

#[derive(Deserialize)]
struct Table {
    columns: Vec<String>,
    rows: Vec<Vec<Value>>,
}

#[derive(Deserialize)]
struct ErrorMessage {
    message: String,
}

impl Running {
    /// Returns the Worker at this address, with a database of this id.
    pub(crate) fn new(worker: &str, database: &str) -> Self {
        Self { worker: worker.to_owned(), database: database.to_owned() }
    }

    /// Finds the Worker that runs on the database in this folder.
    pub(crate) async fn find(state: &str, database: &str) -> Option<Self> {
        let text = files::read_text(&RunningFile::path(state)).ok()?;
        let file: RunningFile = serde_json::from_str(&text).ok()?;
        // A killed process leaves its file behind.
        if !process::is_running(file.pid) {
            return None;
        }
        let running = Self::new(&file.worker, database);
        running.execute(&[schema::COUNT_TABLES.to_owned()]).await.ok().map(|_| running)
    }

    /// Runs statements as one transaction, through the explorer that wrangler serves beside a local
    /// Worker.
    pub(crate) async fn execute(&self, statements: &[String]) -> Result<Value, Failure> {
        let (worker, database) = (&self.worker, &self.database);
        let response = http::send(Request {
            method: "POST",
            url: &format!("{worker}/cdn-cgi/local/explorer/api/d1/database/{database}/raw"),
            headers: &[("content-type", "application/json")],
            body: Some(&json!({"sql": statements.concat()}).to_string()),
            timeout: TIMEOUT,
        })
        .await?;
        rows(&response.body)
    }
}

/// Returns the rows of the explorer's response, as objects.
fn rows(body: &str) -> Result<Value, Failure> {
    let unexpected = || Failure(format!("Unexpected response from the local Worker: {body}"));
    let explored: Explored = serde_json::from_str(body).map_err(|_| unexpected())?;
    if let Some(error) = explored.errors.first() {
        return Err(Failure(error.message.clone()));
    }
    let table = explored.result.and_then(|results| results.into_iter().next_back());
    let table = table.ok_or_else(unexpected)?.results;
    let rows = table.rows.into_iter().map(|row| {
        let columns = table.columns.iter().cloned();
        Value::Object(columns.zip(row).collect::<Map<_, _>>())
    });
    Ok(rows.collect())
}

/// The folder of Miniflare's local databases.
const FOLDER: &str = "v3/d1/miniflare-D1DatabaseObject";

/// Finds the file of the database in this folder.
pub(super) fn file(state: &str) -> Result<String, Failure> {
    let folder = format!("{state}/{FOLDER}");
    let names = if files::exists(&folder) { files::files_in(&folder)? } else { Vec::new() };
    let is_database = |name: &&String| name.ends_with(".sqlite") && *name != "metadata.sqlite";
    let databases: Vec<&String> = names.iter().filter(is_database).collect();
    match databases.as_slice() {
        [name] => Ok(format!("{folder}/{name}")),
        [] => Err(Failure(format!(
            "There is no local database in {state} yet. Create one with: play-it-green dev"
        ))),
        _ => Err(Failure(format!("There are several databases in {folder}."))),
    }
}

/// Runs statements as one transaction on the file.
pub(super) fn execute(path: &str, statements: &[String]) -> Result<Value, Failure> {
    let rows = sqlite::transaction(path, statements)?;
    serde_json::from_str(&rows).map_err(|error| Failure(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_is_an_object_of_its_columns() {
        let body = r#"{"success":true,"errors":[],"result":[{"results":
            {"columns":["a","b"],"rows":[[1,"x"],[2,null]]}}]}"#;
        assert_eq!(rows(body).unwrap(), json!([{"a": 1, "b": "x"}, {"a": 2, "b": null}]));
    }

    #[test]
    fn an_error_of_the_database_is_its_message() {
        let body =
            r#"{"success":false,"errors":[{"code":1,"message":"no such table: a"}],"result":null}"#;
        assert_eq!(rows(body).unwrap_err().to_string(), "no such table: a");
        assert!(rows("<html>").unwrap_err().to_string().contains("Unexpected response"));
    }
}

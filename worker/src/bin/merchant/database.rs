//! The database of a deployment, through `wrangler d1 execute`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::Failure;
use crate::arguments::Place;

/// One database, on this machine or deployed.
pub(crate) struct Database {
    /// What tells wrangler which one.
    options: Vec<String>,
}

/// What wrangler prints for each statement.
#[derive(Deserialize)]
struct StatementResult {
    results: Vec<serde_json::Value>,
}

/// A row that counts.
#[derive(Deserialize)]
struct Made {
    made: i64,
}

/// What wrangler prints when something failed.
#[derive(Deserialize)]
struct Refusal {
    error: RefusalText,
}

#[derive(Deserialize)]
struct RefusalText {
    text: String,
}

/// The folder of `wrangler.toml`.
fn worker_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn repository() -> PathBuf {
    worker_folder().parent().map(Path::to_owned).unwrap_or_default()
}

impl Database {
    pub(crate) fn new(place: Place) -> Self {
        let options = match place {
            Place::Remote => vec!["--remote".to_owned()],
            Place::Local(folder) => {
                let folder = folder.unwrap_or_else(|| repository().join("target/demo-state"));
                // wrangler runs in another folder than the operator.
                let folder = std::path::absolute(&folder).unwrap_or(folder);
                let folder = folder.display().to_string();
                vec!["--local".to_owned(), "--persist-to".to_owned(), folder]
            }
        };
        Self { options }
    }

    /// Runs the statements as one transaction, and answers the rows of the last one.
    pub(crate) fn execute<T: DeserializeOwned>(&self, sql: &str) -> Result<Vec<T>, Failure> {
        let output = Command::new(repository().join("node_modules/.bin/wrangler"))
            .current_dir(worker_folder())
            .env("WRANGLER_SEND_METRICS", "false")
            .env("CI", "1")
            .stdin(Stdio::null())
            .args(["d1", "execute", "DB", "--json", "--yes"])
            .args(&self.options)
            .args(["--command", sql.trim()])
            .output()
            .map_err(|error| Failure(format!("wrangler cannot be started: {error}.")))?;
        let printed = String::from_utf8_lossy(&output.stdout);
        if let Ok(results) = serde_json::from_str::<Vec<StatementResult>>(&printed) {
            let rows = results.into_iter().next_back().map(|result| result.results);
            let rows = serde_json::Value::Array(rows.unwrap_or_default());
            return serde_json::from_value(rows)
                .map_err(|error| Failure(format!("The database answered oddly: {error}.")));
        }
        let said = match serde_json::from_str::<Refusal>(&printed) {
            Ok(refusal) => refusal.error.text,
            Err(_) => format!("{printed}{}", String::from_utf8_lossy(&output.stderr)),
        };
        Err(self.failure(said.trim()))
    }

    /// Runs the statements as one transaction, the last of which counts as `made` what they made;
    /// answers whether that is one.
    pub(crate) fn makes_one(&self, sql: &str) -> Result<bool, Failure> {
        let rows: Vec<Made> = self.execute(sql)?;
        Ok(rows.first().is_some_and(|row| row.made == 1))
    }

    /// What to do about what wrangler said.
    fn failure(&self, said: &str) -> Failure {
        if said.contains("no such table") || said.contains("no such column") {
            let options = self.options.join(" ");
            return Failure(format!(
                "The database lacks tables that this needs. Apply the migrations, then try \
                 again:\n\n  cd worker && npx wrangler d1 migrations apply DB {options}\n\n\
                 On this machine, npm start does it for its own database."
            ));
        }
        Failure(format!(
            "The database refused it, and nothing was stored. wrangler said:\n\n{said}"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_tables_are_told_with_the_command_that_makes_them() {
        let database = Database::new(Place::Local(Some(PathBuf::from("/tmp/state"))));
        let told = database.failure("no such table: merchants: SQLITE_ERROR").to_string();
        let command = "npx wrangler d1 migrations apply DB --local --persist-to /tmp/state";
        assert!(told.contains(command), "{told}");
        let other = database.failure("You are not signed in to Cloudflare.").to_string();
        assert!(other.ends_with("You are not signed in to Cloudflare."), "{other}");
    }
}

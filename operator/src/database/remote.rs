//! The deployed database, through `wrangler d1 execute`.

use serde::Deserialize;
use serde_json::Value;

use crate::Failure;
use crate::deployment::Deployment;
use crate::node::process::Output;

/// The output of wrangler for each statement.
#[derive(Deserialize)]
struct StatementResult {
    results: Vec<Value>,
}

/// The output of wrangler for a failed statement.
#[derive(Deserialize)]
struct Failed {
    error: ErrorText,
}

#[derive(Deserialize)]
struct ErrorText {
    text: String,
}

/// Runs statements as one transaction.
pub(super) fn execute(deployment: &Deployment, statements: &[String]) -> Result<Value, Failure> {
    let sql = statements.concat();
    let arguments = ["d1", "execute", "DB", "--remote", "--json", "--yes", "--command", sql.trim()];
    rows(&deployment.wrangler(&arguments)?.output()?)
}

/// Returns the rows of the last statement.
fn rows(output: &Output) -> Result<Value, Failure> {
    if let Ok(results) = serde_json::from_str::<Vec<StatementResult>>(&output.stdout) {
        let rows = results.into_iter().next_back().map(|result| result.results);
        return Ok(Value::Array(rows.unwrap_or_default()));
    }
    Err(Failure(match serde_json::from_str::<Failed>(&output.stdout) {
        Ok(failed) => failed.error.text,
        Err(_) => format!("{}{}", output.stdout, output.stderr).trim().to_owned(),
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn printed(stdout: &str) -> Output {
        let stderr = "more".to_owned();
        Output { succeeded: true, stdout: stdout.to_owned(), stderr }
    }

    #[test]
    fn the_rows_of_the_last_statement_are_returned() {
        let stdout = r#"[{"results": [], "success": true}, {"results": [{"made": 1}]}]"#;
        assert_eq!(rows(&printed(stdout)).unwrap(), json!([{"made": 1}]));
    }

    #[test]
    fn an_error_is_what_wrangler_says() {
        let error = rows(&printed(r#"{"error": {"text": "no such table: a"}}"#)).unwrap_err();
        assert_eq!(error.to_string(), "no such table: a");
        let error = rows(&printed("You are not logged in.\n")).unwrap_err();
        assert_eq!(error.to_string(), "You are not logged in.\nmore");
    }
}

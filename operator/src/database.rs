//! The database that a command works on: of a running local Worker, in a file, or deployed.

mod local;
mod remote;

use serde::Deserialize;
use serde::de::DeserializeOwned;

pub(crate) use self::local::{Running, RunningFile};
use crate::Failure;
use crate::arguments::Place;
use crate::deployment::Deployment;
use crate::installation::Installation;

/// A database.
pub(crate) enum Database {
    /// Of a running local Worker, which alone accesses its file.
    Running(Running),
    /// In a file that no Worker uses.
    File(String),
    /// In the deployer's account.
    Remote(Deployment),
}

/// A row with the number of new rows.
#[derive(Deserialize)]
struct Made {
    made: i64,
}

impl Database {
    /// Finds the database at this place.
    pub(crate) async fn open(installation: &Installation, place: &Place) -> Result<Self, Failure> {
        match place {
            Place::Remote { config } => {
                Deployment::find(installation, config.as_deref()).map(Self::Remote)
            }
            Place::Local { folder } => {
                let state = installation.state(folder.as_deref());
                let id = installation.config()?.local_database_id().to_owned();
                match Running::find(&state, &id).await {
                    Some(running) => Ok(Self::Running(running)),
                    None => local::file(&state).map(Self::File),
                }
            }
        }
    }

    /// Returns the address of its Worker, if known.
    pub(crate) fn worker(&self) -> Option<String> {
        match self {
            Self::Running(running) => Some(running.worker.clone()),
            Self::File(_) => Some("http://localhost:8787".to_owned()),
            Self::Remote(deployment) => deployment.url(),
        }
    }

    /// Runs the statements as one transaction, and returns the rows of the last one.
    pub(crate) async fn execute<T: DeserializeOwned>(
        &self,
        statements: &[String],
    ) -> Result<Vec<T>, Failure> {
        let rows = match self {
            Self::Running(running) => running.execute(statements).await,
            Self::File(path) => local::execute(path, statements),
            Self::Remote(deployment) => remote::execute(deployment, statements),
        };
        let rows = rows.map_err(|Failure(reason)| failure(&reason))?;
        serde_json::from_value(rows)
            .map_err(|error| Failure(format!("Unexpected response from the database: {error}.")))
    }

    /// Runs the statements as one transaction. The last one counts the new rows as `made`. Returns
    /// true if there is one.
    pub(crate) async fn creates_one(&self, statements: &[String]) -> Result<bool, Failure> {
        let rows: Vec<Made> = self.execute(statements).await?;
        Ok(rows.first().is_some_and(|row| row.made == 1))
    }
}

/// Adds the remedy to an error of the database.
fn failure(reason: &str) -> Failure {
    if reason.contains("no such table") || reason.contains("no such column") {
        return Failure(
            "The database lacks tables that this command needs. Apply the migrations: start \
             play-it-green dev for the local database, or run play-it-green deploy for the \
             deployed one."
                .to_owned(),
        );
    }
    Failure(format!("The database rejected the statement, and nothing was stored:\n\n{reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_tables_are_reported_with_the_command_that_creates_them() {
        let missing = failure("no such table: merchants: SQLITE_ERROR").to_string();
        assert!(missing.contains("play-it-green deploy"), "{missing}");
        let other = failure("You are not signed in to Cloudflare.").to_string();
        assert!(other.ends_with("You are not signed in to Cloudflare."), "{other}");
    }
}

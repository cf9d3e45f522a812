//! `play-it-green backup` and `restore`: the database as a file of SQL.

use crate::Failure;
use crate::arguments::Place;
use crate::database::Database;
use crate::deployment::{Deployment, folder_of};
use crate::installation::Installation;
use crate::node::process::{Output, Program};
use crate::node::{files, time};
use crate::store::schema::{self, Count};

/// Writes the database to a file, named after the time unless a name is given.
pub(crate) async fn backup(
    installation: &Installation,
    file: Option<&str>,
    place: &Place,
) -> Result<String, Failure> {
    let file = files::absolute(&file.map_or_else(|| file_name(time::now()), str::to_owned));
    if files::exists(&file) {
        return Err(Failure(format!("{file} exists. Give another name.")));
    }
    let database = Database::open(installation, place).await?;
    let tables: Vec<Count> = database.execute(&[schema::COUNT_TABLES.to_owned()]).await?;
    if tables.first().is_none_or(|row| row.count == 0) {
        return Err(Failure("The database is empty, so there is nothing to back up.".to_owned()));
    }
    // The backup gets the permissions of this empty file, because wrangler overwrites an existing
    // file in place.
    files::create_private(&file, "")?;
    let exported = export(installation, &database, place, &file);
    let failed = match exported {
        Ok(output) if output.succeeded => None,
        Ok(output) => Some(failure("export the database", &output)),
        Err(failure) => Some(failure),
    };
    if let Some(failure) = failed {
        files::remove(&file)?;
        return Err(failure);
    }
    let secret = match place {
        Place::Remote { .. } => {
            " Keep it together with play-it-green.secrets: without that secret, the mail addresses \
             in it cannot be read."
        }
        Place::Local { .. } => "",
    };
    Ok(format!("The backup is in {file}.{secret}"))
}

/// Reads a file into an empty database.
pub(crate) async fn restore(
    installation: &Installation,
    file: &str,
    place: &Place,
) -> Result<String, Failure> {
    let file = files::absolute(file);
    if !files::exists(&file) {
        return Err(Failure(format!("There is no file {file}.")));
    }
    check_empty(installation, place).await?;
    let arguments = ["d1", "execute", "DB", "--yes", "--file", file.as_str()];
    let program = match place {
        Place::Remote { config } => Deployment::find(installation, config.as_deref())?
            .wrangler(&[&arguments[..], &["--remote"]].concat())?,
        Place::Local { folder } => local(installation, folder.as_deref(), &arguments)?,
    };
    let output = program.output()?;
    if !output.succeeded {
        return Err(failure("restore the database", &output));
    }
    Ok(format!("Restored {file}."))
}

/// Checks that the database has no tables, because a restore must never overwrite data.
async fn check_empty(installation: &Installation, place: &Place) -> Result<(), Failure> {
    let is_missing = match place {
        Place::Remote { .. } => false,
        Place::Local { folder } => {
            !files::exists(&format!("{}/v3/d1", installation.state(folder.as_deref())))
        }
    };
    if is_missing {
        return Ok(());
    }
    let database = Database::open(installation, place).await?;
    let tables: Vec<Count> = database.execute(&[schema::COUNT_TABLES.to_owned()]).await?;
    if tables.first().is_some_and(|row| row.count == 0) {
        return Ok(());
    }
    Err(Failure(match place {
        Place::Remote { .. } => "The database is not empty, so nothing was restored. Create a new \
             one with: npx wrangler d1 create NAME\nWrite its name and id to wrangler.toml and try \
             again. Then deploy: play-it-green deploy"
            .to_owned(),
        Place::Local { .. } => "The database is not empty, so nothing was restored. Restore into \
             another folder: --persist-to DIR"
            .to_owned(),
    }))
}

/// Runs `wrangler d1 export`.
fn export(
    installation: &Installation,
    database: &Database,
    place: &Place,
    file: &str,
) -> Result<Output, Failure> {
    let arguments = ["d1", "export", "DB", "--skip-confirmation", "--output", file];
    match (database, place) {
        (Database::Remote(deployment), _) => {
            deployment.wrangler(&[&arguments[..], &["--remote"]].concat())?.output()
        }
        (_, Place::Remote { .. }) => Err(Failure("The database is not deployed.".to_owned())),
        (_, Place::Local { folder }) => {
            // `wrangler d1 export` has no option for the folder: it looks beside the configuration.
            let beside = files::create_temporary_folder()?;
            let config = format!("{beside}/wrangler.toml");
            files::write(&config, &installation.config()?.to_string())?;
            files::create_folder(&format!("{beside}/.wrangler"))?;
            let state = installation.state(folder.as_deref());
            files::link_folder(&state, &format!("{beside}/.wrangler/state"))?;
            let local = ["--local", "--config", config.as_str()];
            let output =
                installation.wrangler(&beside, [&arguments[..], &local].concat())?.output();
            files::remove(&beside)?;
            output
        }
    }
}

/// Returns wrangler for the local database in a folder.
fn local(
    installation: &Installation,
    folder: Option<&str>,
    arguments: &[&str],
) -> Result<Program, Failure> {
    let (config, state) = (installation.config_path(), installation.state(folder));
    let place = ["--local", "--config", config.as_str(), "--persist-to", state.as_str()];
    installation.wrangler(folder_of(&config), [arguments, &place].concat())
}

/// Returns the name of a backup: `play-it-green-2026-11-27T06-45-00Z.sql`.
fn file_name(now: i64) -> String {
    let time = jiff::Timestamp::from_millisecond(now).unwrap_or_default();
    format!("play-it-green-{}.sql", time.strftime("%Y-%m-%dT%H-%M-%SZ"))
}

fn failure(what: &str, output: &Output) -> Failure {
    let reason = format!("{}{}", output.stdout, output.stderr);
    Failure(format!("wrangler could not {what}:\n\n{}", reason.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_is_named_after_its_time() {
        assert_eq!(file_name(1_795_848_300_000), "play-it-green-2026-11-28T06-45-00Z.sql");
    }
}

//! Searches everything that Workers stored for secrets: rows, files and logs.

use std::any::Any;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::local_worker::{LocalWorker, sql};
use crate::secrets::{self, Search};
use crate::{Failure, While, database};

/// A Worker that has done its work, with its database.
pub struct Left {
    url: String,
    worker: Box<dyn Any + Send>,
}

impl Left {
    /// Returns a Worker at this address, which stops when `worker` is dropped.
    #[must_use]
    pub fn new(url: &str, worker: impl Any + Send) -> Self {
        Self { url: url.to_owned(), worker: Box::new(worker) }
    }

    /// Returns the number of secrets in the database, then stops the Worker so that its files are
    /// complete. `SQLite` splits long rows into pages, so a search of the files alone could miss
    /// one.
    fn count(self, search: &Search) -> Result<usize, Failure> {
        let rows = database::dump(&self.url)?;
        drop(self.worker);
        Ok(search.count(rows.as_bytes()))
    }
}

/// Returns true if no secret of the file `noted` is in the databases of these Workers, nor in the
/// folders of `folder` whose names end with `-state`. It also checks that the search finds a
/// planted secret.
///
/// # Errors
/// If something cannot be read, or a folder holds no database: then nothing was searched.
pub fn is_clean(noted: &Path, left: Vec<Left>, folder: &Path) -> Result<bool, Failure> {
    let secrets = secrets::noted(noted)?;
    let search = Search::new(&secrets)?;
    let mut in_rows = 0_usize;
    for worker in left {
        in_rows = in_rows.saturating_add(worker.count(&search)?);
    }
    let states = states(folder)?;
    let mut in_files = Vec::new();
    for state in &states {
        if !holds_database(state)? {
            return Err(Failure(format!("{} holds no database to search", state.display())));
        }
        in_files.extend(search.files(state, |_| true)?);
    }
    println!(
        "Searched rows, files and logs of {} Workers for {} secrets: {in_rows} in rows, {} files \
        with one",
        states.len(),
        secrets.len(),
        in_files.len()
    );
    for file in &in_files {
        eprintln!("A secret is in {}", file.display());
    }
    let finds = finds_what_is_planted(&folder.join("planted-state"), &search, &secrets)?;
    Ok(in_rows == 0 && in_files.is_empty() && finds)
}

fn states(folder: &Path) -> Result<Vec<std::path::PathBuf>, Failure> {
    let mut states = Vec::new();
    for entry in fs::read_dir(folder).when(&folder.display().to_string())? {
        let path = entry.when("A folder")?.path();
        if path.to_string_lossy().ends_with("-state") {
            states.push(path);
        }
    }
    states.sort();
    Ok(states)
}

/// Returns true if this folder or one in it holds a file of `SQLite`.
fn holds_database(folder: &Path) -> Result<bool, Failure> {
    for entry in fs::read_dir(folder).when(&folder.display().to_string())? {
        let path = entry.when("A folder")?.path();
        let is_database = path.extension().is_some_and(|extension| extension == "sqlite");
        if is_database || path.is_dir() && holds_database(&path)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns true if the same search finds a secret that was planted in a database: in its rows and
/// in its file.
fn finds_what_is_planted(
    state: &Path,
    search: &Search,
    secrets: &BTreeSet<String>,
) -> Result<bool, Failure> {
    let worker = LocalWorker::start(state, 0)?;
    let planted = secrets.first().map_or("", String::as_str);
    sql(
        &worker.url,
        "INSERT INTO merchants (id, name, time_zone, currency, created_at)
        VALUES ('planted', ?1, 'UTC', 'USD', 0)",
        &[planted],
    )?;
    let in_rows = Left::new(&worker.url.clone(), worker).count(search)?;
    let in_files = search.files(state, |_| true)?;
    let finds = in_rows == 1 && !in_files.is_empty();
    if !finds {
        eprintln!("A secret that was planted in {} was not found", state.display());
    }
    fs::remove_dir_all(state).when("The planted state")?;
    Ok(finds)
}

//! Runs the tests that need a running Worker: the API tests on several Workers in parallel with the
//! browser tests, and then the search for secrets in all stored data.

mod api_tests;
mod browser_tests;
mod durations;

use std::fs;
use std::path::Path;
use std::thread;

use crate::left_behind::{self, Left};
use crate::local_worker::repository;
use crate::{Failure, While, secrets};

/// The selected tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted<'a> {
    /// Those of the API and of the browser.
    All,
    /// API tests whose names contain this; all if it is empty.
    Api(&'a str),
    /// Browser tests whose names contain this; all if it is empty.
    Browser(&'a str),
}

/// Runs the tests. Returns true if all passed and no secret was found. A named selection runs
/// without the search.
///
/// # Errors
/// If a Worker does not start, or no test has this name.
pub fn run(wanted: Wanted) -> Result<bool, Failure> {
    let state = repository().join("target/tests");
    let noted = secrets::new_file(secrets::FILE)?;
    match wanted {
        Wanted::Api(name) if !name.is_empty() => {
            if name == api_tests::STRIPE {
                secrets::new_file(api_tests::STRIPE_FORMS)?;
            }
            Ok(api_tests::run_named(&state, name)?.0)
        }
        Wanted::Browser(name) if !name.is_empty() => Ok(browser_tests::run(&state, name)?.0),
        _ => {
            remove_states(&state)?;
            let (passed, left) = run_all(&state, wanted)?;
            Ok(left_behind::is_clean(&noted, left, &state)? && passed)
        }
    }
}

/// Runs the groups in parallel; returns the Workers whose data is to be searched.
fn run_all(state: &Path, wanted: Wanted) -> Result<(bool, Vec<Left>), Failure> {
    thread::scope(|scope| {
        let browser = (!matches!(wanted, Wanted::Api(_)))
            .then(|| scope.spawn(|| browser_tests::run(state, "")));
        let mut all = (true, Vec::new());
        let mut add = |(passed, left): (bool, Vec<Left>)| {
            all.0 &= passed;
            all.1.extend(left);
        };
        if !matches!(wanted, Wanted::Browser(_)) {
            secrets::new_file(api_tests::STRIPE_FORMS)?;
            add(api_tests::run_all(state)?);
        }
        if let Some(browser) = browser {
            let ended = browser.join();
            add(ended.unwrap_or_else(|_| Err(Failure("The browser tests panicked".to_owned())))?);
        }
        Ok(all)
    })
}

/// Removes the data of earlier runs, which was already searched.
fn remove_states(folder: &Path) -> Result<(), Failure> {
    for entry in fs::read_dir(folder).when("The folder of the tests")? {
        let entry = entry.when("The folder of the tests")?;
        if entry.file_name().to_string_lossy().ends_with("-state") {
            fs::remove_dir_all(entry.path()).when("An old state cannot be removed")?;
        }
    }
    Ok(())
}

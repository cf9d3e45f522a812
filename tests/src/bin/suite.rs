//! Runs what needs the running Worker: the API tests, the story in Chromium, schemathesis, and then
//! the search for secrets in what the Worker left behind. `suite NAME` runs only the API tests whose
//! names hold this.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use play_it_green_tests::demo::Demo;
use play_it_green_tests::local_worker::{LocalWorker, repository, sql};
use play_it_green_tests::schemathesis::{self, Length};
use play_it_green_tests::secrets::{self, Search};
use play_it_green_tests::{Failure, While, database};

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<bool, Failure> {
    let noted = std::env::var_os(secrets::FILE).map(PathBuf::from);
    let noted = noted.ok_or(Failure("Run: npm test -- api".to_owned()))?;
    if noted.exists() {
        fs::remove_file(&noted).when("The old secrets cannot be removed")?;
    }
    let state = repository().join("target/tests");
    let worker_state = state.join("worker-state");
    let worker = LocalWorker::start(&worker_state, 0)?;
    println!("The Worker answers at {} (log: {})", worker.url, worker.log.display());
    if let Some(name) = std::env::args().nth(1) {
        return run_api_tests(&worker, &name);
    }
    let api = run_api_tests(&worker, "")?;
    let demo_state = state.join("demo-state");
    let demo = Demo::start(&demo_state, 0, 0)?;
    let browser = run_browser_tests(&demo)?;
    println!("Holding the Worker against its description …");
    let described = schemathesis::run(&state.join("schemathesis-state"), Length::Short, &[])?;

    let secrets = secrets::noted(&noted)?;
    let search = Search::new(&secrets)?;
    let entry = described.served.addresses.entry.clone();
    let in_rows = count_in_rows(&search, &worker.url.clone(), worker)?
        .saturating_add(count_in_rows(&search, &demo.worker.url.clone(), demo.worker)?)
        .saturating_add(count_in_rows(&search, &entry, described.served)?);
    let in_files = search.files(&state, |name| name.ends_with("-state"))?;
    println!(
        "Searched rows, files and logs for {} secrets: {in_rows} in rows, {} files with one",
        secrets.len(),
        in_files.len()
    );
    for file in &in_files {
        eprintln!("A secret is in {}", file.display());
    }
    let finds = finds_what_is_planted(&state.join("planted-state"), &search, &secrets)?;
    Ok(api && browser && described.passed && in_rows == 0 && in_files.is_empty() && finds)
}

/// The API tests whose names hold `name`.
fn run_api_tests(worker: &LocalWorker, name: &str) -> Result<bool, Failure> {
    // One at a time: a test that ends the month ends it for every merchant in the database.
    let status = Command::new("cargo")
        .args(["test", "--quiet", "--package", "play-it-green-tests", "--test", "api"])
        .args(["--", "--test-threads", "1", name])
        .current_dir(repository())
        .env("PLAY_IT_GREEN_WORKER", &worker.url)
        .env("PLAY_IT_GREEN_STATE", &worker.state)
        .status()
        .when("cargo cannot be started")?;
    Ok(status.success())
}

fn run_browser_tests(demo: &Demo) -> Result<bool, Failure> {
    let status = Command::new(repository().join("tests/node_modules/.bin/playwright"))
        .args(["test", "--config", "tests/browser/playwright.config.ts"])
        .current_dir(repository())
        .env("PLAY_IT_GREEN_DEMO", &demo.url)
        .env("PLAY_IT_GREEN_WORKER", &demo.worker.url)
        .env("PLAY_IT_GREEN_STATE", &demo.worker.state)
        .status()
        .when("Playwright cannot be started")?;
    Ok(status.success())
}

/// How many secrets the database tells, and stops the Worker, so that its files are complete. It
/// cuts long rows into pages, which is why the files alone would not do.
fn count_in_rows<W>(search: &Search, url: &str, worker: W) -> Result<usize, Failure> {
    let rows = database::dump(url)?;
    drop(worker);
    Ok(search.count(rows.as_bytes()))
}

/// Whether the same search finds a secret in a database that was made to hold one: in its rows, in
/// its file.
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
    let in_rows = count_in_rows(search, &worker.url.clone(), worker)?;
    let in_files = search.files(state, |_| true)?;
    let finds = in_rows == 1 && !in_files.is_empty();
    if !finds {
        eprintln!("A secret that was planted in {} was not found", state.display());
    }
    fs::remove_dir_all(state).when("The planted state")?;
    Ok(finds)
}

//! Runs what needs the running Worker: the API tests, and the story in Chromium.

use std::process::{Command, ExitCode, ExitStatus};

use play_it_green_tests::demo::Demo;
use play_it_green_tests::local_worker::{LocalWorker, repository};
use play_it_green_tests::{Failure, While};

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
    let state = repository().join("target/tests");
    let worker = LocalWorker::start(&state.join("worker-state"), 0)?;
    println!("The Worker answers at {} (log: {})", worker.url, worker.log.display());
    // One at a time: a test that ends the month ends it for every merchant in the database.
    let api = Command::new("cargo")
        .args(["test", "--quiet", "--package", "play-it-green-tests", "--test", "api"])
        .args(["--", "--test-threads", "1"])
        .current_dir(repository())
        .env("PLAY_IT_GREEN_WORKER", &worker.url)
        .status()
        .when("cargo cannot be started")?;
    let browser = run_browser_tests()?;
    Ok(api.success() && browser.success())
}

fn run_browser_tests() -> Result<ExitStatus, Failure> {
    let demo = Demo::start(&repository().join("target/tests/demo-state"), 0, 0)?;
    Command::new(repository().join("node_modules/.bin/playwright"))
        .args(["test", "--config", "tests/browser/playwright.config.ts"])
        .current_dir(repository())
        .env("PLAY_IT_GREEN_DEMO", &demo.url)
        .env("PLAY_IT_GREEN_WORKER", &demo.worker.url)
        .status()
        .when("Playwright cannot be started")
}

//! Runs the API tests: each in its own process, on any free Worker.

use std::collections::VecDeque;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::durations::Durations;
use crate::left_behind::Left;
use crate::local_worker::{LocalWorker, repository};
use crate::{Failure, While};

/// The environment variable that names the file for the forms that the Worker sends to Stripe.
pub(super) const STRIPE_FORMS: &str = "PLAY_IT_GREEN_STRIPE_FORMS";

/// Workers in parallel. A month end affects every merchant of a Worker, so each Worker runs one
/// test at a time.
const WORKERS: usize = 3;

/// Tests of these modules share the Worker that they start, so each module runs in one process.
const SHARING: &str = "stripe::";

/// The name that selects all tests of Stripe.
pub(super) const STRIPE: &str = "stripe";

/// The number of longest tests that are printed.
const LONGEST_SHOWN: usize = 5;

/// The selected tests.
struct Selection<'a> {
    /// A part of their names.
    name: &'a str,
    /// True if they note the forms that the Worker sends to Stripe.
    notes_forms: bool,
}

/// Tests that run in one process.
struct Batch {
    /// The name of the test, or of the module.
    name: String,
    tests: Vec<String>,
}

/// The outcome of a batch.
struct Outcome {
    batch: Batch,
    took: Duration,
    passed: bool,
    output: Vec<u8>,
}

/// Runs all tests on several Workers; returns true if they passed, and the Workers.
pub(super) fn run_all(state: &Path) -> Result<(bool, Vec<Left>), Failure> {
    run(state, &Selection { name: "", notes_forms: true }, WORKERS)
}

/// Runs the tests whose names contain `name` on one Worker.
pub(super) fn run_named(state: &Path, name: &str) -> Result<(bool, Vec<Left>), Failure> {
    // Only all scenarios together send every form.
    run(state, &Selection { name, notes_forms: name == STRIPE }, 1)
}

fn run(state: &Path, selection: &Selection, workers: usize) -> Result<(bool, Vec<Left>), Failure> {
    let program = compile()?;
    let mut batches = batches(list(&program, selection.name)?);
    if batches.is_empty() {
        return Err(Failure(format!("No API test has {:?} in its name", selection.name)));
    }
    let command = || {
        let mut command = Command::new(&program);
        command.current_dir(repository().join("tests")).args(["--exact", "--test-threads", "1"]);
        if !selection.notes_forms {
            command.env_remove(STRIPE_FORMS);
        }
        command
    };
    let began = Instant::now();
    let durations = Durations::read();
    batches.sort_by_key(|batch| std::cmp::Reverse(durations.of(&batch.name)));
    let queue = Mutex::new(VecDeque::from(batches));
    let outcomes = Mutex::new(Vec::new());
    let ended: Result<Vec<Left>, Failure> = thread::scope(|scope| {
        let (queue, outcomes, command) = (&queue, &outcomes, &command);
        let running: Vec<_> = (1..=workers)
            .map(|number| {
                let state = state.join(format!("worker-{number}-state"));
                scope.spawn(move || work(&state, command, queue, outcomes))
            })
            .collect();
        let panicked = |_| Err(Failure("A thread of the tests panicked".to_owned()));
        running.into_iter().map(|worker| worker.join().unwrap_or_else(panicked)).collect()
    });
    let workers = ended?;
    let outcomes = outcomes.into_inner().unwrap_or_else(PoisonError::into_inner);
    let passed = report(outcomes, durations, began.elapsed())?;
    Ok((passed, workers))
}

/// Starts a Worker and runs batches on it until none is left.
fn work(
    state: &Path,
    command: &(impl Fn() -> Command + Sync),
    queue: &Mutex<VecDeque<Batch>>,
    outcomes: &Mutex<Vec<Outcome>>,
) -> Result<Left, Failure> {
    let variables = [("ENVIRONMENT", "development"), ("SIGN_UP", "open")];
    let worker = LocalWorker::start_with(state, 0, &variables)?;
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    while let Some(batch) = next() {
        let began = Instant::now();
        let output = command()
            .args(&batch.tests)
            .env("PLAY_IT_GREEN_WORKER", &worker.url)
            .env("PLAY_IT_GREEN_STATE", &worker.state)
            .stdin(Stdio::null())
            .output()
            .when("The tests cannot be started")?;
        let outcome = Outcome {
            batch,
            took: began.elapsed(),
            passed: output.status.success(),
            output: [output.stdout, output.stderr].concat(),
        };
        show_failure(&outcome)?;
        outcomes.lock().unwrap_or_else(PoisonError::into_inner).push(outcome);
    }
    Ok(Left::new(&worker.url.clone(), worker))
}

fn show_failure(outcome: &Outcome) -> Result<(), Failure> {
    if outcome.passed {
        return Ok(());
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "FAILED: {}", outcome.batch.name).when("The output")?;
    out.write_all(&outcome.output).when("The output")
}

/// Prints the outcomes of all tests, and records their durations.
fn report(
    mut outcomes: Vec<Outcome>,
    mut durations: Durations,
    took: Duration,
) -> Result<bool, Failure> {
    outcomes.sort_by_key(|outcome| std::cmp::Reverse(outcome.took));
    for outcome in outcomes.iter().take(LONGEST_SHOWN) {
        println!("{:>6.1} s  {}", outcome.took.as_secs_f32(), outcome.batch.name);
    }
    for outcome in &outcomes {
        durations.add(&outcome.batch.name, outcome.took);
    }
    durations.write()?;
    let count: usize = outcomes.iter().map(|outcome| outcome.batch.tests.len()).sum();
    println!("API: {count} tests in {} s", took.as_secs());
    let failed: Vec<&Outcome> = outcomes.iter().filter(|outcome| !outcome.passed).collect();
    for outcome in &failed {
        println!("Failed: {}", outcome.batch.name);
    }
    Ok(failed.is_empty())
}

/// Compiles the tests; returns the program.
fn compile() -> Result<PathBuf, Failure> {
    let output = Command::new("cargo")
        .args(["test", "--no-run", "--quiet", "--locked", "--message-format", "json"])
        .args(["--package", "play-it-green-tests", "--test", "api"])
        .current_dir(repository())
        .stderr(Stdio::inherit())
        .output()
        .when("cargo cannot be started")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut messages = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let executable = |message: Value| {
        let is_ours = message.pointer("/target/name").is_some_and(|name| name == "api");
        message.get("executable").and_then(Value::as_str).filter(|_| is_ours).map(PathBuf::from)
    };
    let program = messages.find_map(executable);
    program.filter(|_| output.status.success()).ok_or(Failure(
        "The API tests do not compile. Run: cargo test --no-run --package play-it-green-tests"
            .to_owned(),
    ))
}

/// Returns the names of the tests that contain `name`.
fn list(program: &Path, name: &str) -> Result<Vec<String>, Failure> {
    let output = Command::new(program)
        .args(["--list", "--format", "terse", name])
        .output()
        .when("The tests cannot be listed")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(text.lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned).collect())
}

/// Returns one batch per test, except for tests that share a Worker.
fn batches(tests: Vec<String>) -> Vec<Batch> {
    let mut batches: Vec<Batch> = Vec::new();
    for test in tests {
        let module = test.rsplit_once("::").map_or("", |(module, _)| module);
        let shares = module.starts_with(SHARING);
        let name = if shares { module.to_owned() } else { test.clone() };
        match batches.iter_mut().find(|batch| batch.name == name) {
            Some(batch) => batch.tests.push(test),
            None => batches.push(Batch { name, tests: vec![test] }),
        }
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_of_a_module_that_shares_a_worker_run_in_one_process() {
        let tests = ["keys::one", "keys::two", "stripe::pages::one", "stripe::pages::two"];
        let batches = batches(tests.map(str::to_owned).to_vec());
        let names: Vec<&str> = batches.iter().map(|batch| batch.name.as_str()).collect();
        assert_eq!(names, ["keys::one", "keys::two", "stripe::pages"]);
        assert_eq!(batches[2].tests, ["stripe::pages::one", "stripe::pages::two"]);
    }
}

//! Runs the libFuzzer targets of `shop-adapters/fuzz`, and reports their findings.
//!
//! Cargo builds them itself, with the flags in that folder's `.cargo/config.toml`. The stable
//! compiler has everything that libFuzzer needs, and installing cargo-fuzz would take extra time.

mod outcome;
mod seeds;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use self::outcome::Outcome;
use crate::local_worker::repository;
use crate::{Failure, While};

/// The inputs that a target tries in a short run: a few seconds of one core.
const SHORT_INPUTS: u32 = 100_000;

/// An input that takes more seconds than this is a finding.
const INPUT_SECONDS_MAX: u32 = 10;

/// The length of each target's run.
#[derive(Clone, Copy)]
pub enum Length {
    /// A fixed number of inputs, derived from the seeds alone.
    Short,
    /// This many seconds, from the seeds and the corpus of earlier runs of this kind.
    Seconds(u32),
}

/// Returns the names of all targets, in alphabetical order.
///
/// # Errors
/// If their folder cannot be read.
pub fn targets() -> Result<Vec<String>, Failure> {
    let folder = folder().join("fuzz_targets");
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).when(&folder.display().to_string())? {
        let path = entry.when(&folder.display().to_string())?.path();
        match path.file_stem().and_then(|name| name.to_str()) {
            Some("lib") | None => {}
            Some(name) => names.push(name.to_owned()),
        }
    }
    names.sort();
    Ok(names)
}

/// Runs these targets, as many in parallel as there are cores.
///
/// # Errors
/// Every target that an input breaks, with the file of that input and the command that runs it
/// again.
pub fn run(targets: &[String], length: Length) -> Result<(), Failure> {
    build()?;
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut failures = Vec::new();
        while let Some(target) = targets.get(next.fetch_add(1, Ordering::Relaxed)) {
            match run_one(target, length) {
                Ok(outcome) => println!("{target}: {outcome}"),
                Err(failure) => failures.push(failure.0),
            }
        }
        failures
    };
    let failures: Vec<String> = thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        let broken = || vec!["A thread that ran fuzz targets panicked".to_owned()];
        threads.into_iter().flat_map(|thread| thread.join().unwrap_or_else(|_| broken())).collect()
    });
    if failures.is_empty() { Ok(()) } else { Err(Failure(failures.join("\n"))) }
}

/// Runs a target on one input, and shows its whole output.
///
/// # Errors
/// If the file does not exist, or if it still breaks the target.
pub fn run_again(target: &str, input: &Path) -> Result<(), Failure> {
    let file = fs::canonicalize(input).when(&input.display().to_string())?;
    build()?;
    let status = program(target).arg(file).status().when("cargo cannot be started")?;
    if status.success() {
        return Ok(());
    }
    Err(Failure(format!("The fuzz target {target} fails on {}", input.display())))
}

fn run_one(target: &str, length: Length) -> Result<Outcome, Failure> {
    let state = repository().join("target/fuzz").join(target);
    let seeds = state.join("seeds");
    seeds::write(target, &seeds)?;
    let artifacts = folder().join("artifacts").join(target);
    fs::create_dir_all(&artifacts).when("The folder of the artifacts cannot be made")?;
    let (corpus, end) = match length {
        Length::Short => (empty(state.join("corpus"))?, format!("-runs={SHORT_INPUTS}")),
        Length::Seconds(seconds) => {
            let corpus = folder().join("corpus").join(target);
            fs::create_dir_all(&corpus).when("The folder of the corpus cannot be made")?;
            (corpus, format!("-max_total_time={seconds}"))
        }
    };
    let log = state.join("log");
    let output = File::create(&log).when("The log cannot be made")?;
    let status = program(target)
        .arg(end)
        .arg(format!("-timeout={INPUT_SECONDS_MAX}"))
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .args([&corpus, &seeds])
        .stdout(output.try_clone().when("The log cannot be shared")?)
        .stderr(output)
        .status()
        .when("cargo cannot be started")?;
    let printed = fs::read(&log).when("The log cannot be read")?;
    Outcome::read(target, status.success(), &String::from_utf8_lossy(&printed), &log)
}

fn build() -> Result<(), Failure> {
    println!("Building the fuzz targets (about a minute when they are new)");
    let status =
        cargo().args(["build", "--quiet", "--bins"]).status().when("cargo cannot be started")?;
    if status.success() {
        return Ok(());
    }
    Err(Failure(format!("The fuzz targets of {} cannot be built", folder().display())))
}

fn program(target: &str) -> Command {
    let mut command = cargo();
    command.args(["run", "--quiet", "--bin", target, "--"]);
    command
}

/// Returns cargo in the folder of the targets, where it finds their flags; a `RUSTFLAGS` would
/// replace them.
fn cargo() -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(folder()).env_remove("RUSTFLAGS");
    command
}

fn folder() -> PathBuf {
    repository().join("shop-adapters/fuzz")
}

fn empty(folder: PathBuf) -> Result<PathBuf, Failure> {
    if folder.exists() {
        fs::remove_dir_all(&folder).when(&folder.display().to_string())?;
    }
    fs::create_dir_all(&folder).when(&folder.display().to_string())?;
    Ok(folder)
}

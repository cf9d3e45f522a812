//! Compares the running Worker with its own description: schemathesis generates requests from
//! `/api/openapi.json`, and checks each response.

mod report;
mod world;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use self::report::Report;
use self::world::World;
use crate::bench::served::Served;
use crate::local_worker::repository;
use crate::{Failure, While, secrets};

/// The length of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// Every operation with the limits of its schema and a few random cases: for each change.
    Short,
    /// Thousands of cases for every operation.
    Long,
}

/// The outcome of a run.
pub struct Run {
    /// True if every response was as described.
    pub passed: bool,
    /// The Worker, with everything that it stored.
    pub served: Served,
}

/// Random cases for each operation, valid and invalid, in addition to the limits.
const SHORT_CASES: &str = "12";
const LONG_CASES: &str = "2000";

/// Omitted from the short run: its body is that of `create_campaign`, and the limits of the two are
/// most of all limits.
const SAME_BODY: &str = "change_campaign";

/// The file with the raw responses of the short run.
const ANSWERS: &str = "answers.har";

/// Operations whose merchant must keep its shop and its campaign; the others delete such resources.
const ORDERING: [&str; 9] = [
    "buy_trees",
    "count_trees",
    "list_lines",
    "list_orders",
    "list_purchase_orders",
    "post_order_event",
    "read_order",
    "read_purchase_order",
    "simulate",
];

/// Returns the folder with the input and the reports of a run of this length.
#[must_use]
pub fn folder(length: Length) -> PathBuf {
    let name = match length {
        Length::Short => "schemathesis-short",
        Length::Long => "schemathesis-long",
    };
    repository().join("target/tests").join(name)
}

/// Starts the Worker with an empty database in the folder `state` and adds merchants. Then runs
/// schemathesis twice in parallel with these further arguments: on ordering operations, and on all
/// others.
///
/// # Errors
/// If schemathesis is not installed, or one of the two does not start.
pub fn run(state: &Path, length: Length, further: &[String]) -> Result<Run, Failure> {
    let program = program()?;
    let folder = folder(length);
    if folder.exists() {
        fs::remove_dir_all(&folder).when("The old report cannot be removed")?;
    }
    fs::create_dir_all(&folder).when("The folder for the report")?;
    let served = Served::start_worker(state)?;
    let world = World::new(&served.addresses.entry)?;
    world.write_dictionaries(&folder)?;
    let told = folder.join("schemathesis.toml");
    fs::copy(repository().join("tests/schemathesis/schemathesis.toml"), &told)
        .when("schemathesis.toml")?;
    let halves = [("orders", "--include-operation-id"), ("settings", "--exclude-operation-id")];
    let mut started: Vec<(PathBuf, Child)> = Vec::new();
    for (name, choice) in halves {
        let folder = folder.join(name);
        fs::create_dir_all(&folder).when("The folder for the report")?;
        let mut command = Command::new(&program);
        command
            // It stores its findings in the folder that it runs in.
            .current_dir(&folder)
            .arg("--config-file")
            .arg(&told)
            .arg("run")
            .arg(format!("{}/api/openapi.json", served.addresses.worker))
            .args(["--no-color", "--report-ndjson-path", "report.ndjson"])
            .args(ORDERING.iter().flat_map(|operation| [choice, operation]))
            .envs(world.variables(name == "orders"))
            .stdout(File::create(folder.join("said.txt")).when("The folder for the report")?);
        match length {
            // The same cases each time: so only a change of the code changes the result.
            Length::Short => command
                .args(["--max-examples", SHORT_CASES, "--seed", "1"])
                .args(["--report-har-path", ANSWERS])
                .args(["--exclude-operation-id", SAME_BODY]),
            Length::Long => command.args(["--max-examples", LONG_CASES]),
        };
        let process = command.args(further).spawn().when("schemathesis cannot be started")?;
        started.push((folder, process));
    }
    let mut passed = true;
    for (folder, mut process) in started {
        let status = process.wait().when("schemathesis")?;
        let report = Report::read(&folder.join("report.ndjson"))?;
        if length == Length::Short {
            note_secrets(&folder.join(ANSWERS))?;
        }
        if !status.success() {
            passed = false;
            let said = fs::read_to_string(folder.join("said.txt")).when("What it said")?;
            eprintln!("{said}");
        }
        report.print();
    }
    Ok(Run { passed, served })
}

/// Records the keys and pay links in the responses, for the search after all tests.
fn note_secrets(answers: &Path) -> Result<(), Failure> {
    let answers = fs::read_to_string(answers).when("schemathesis wrote no answers")?;
    if secrets::in_text(&answers).is_empty() {
        return Err(Failure("No answer to schemathesis held a key or a pay link".to_owned()));
    }
    secrets::note(&answers)
}

fn program() -> Result<PathBuf, Failure> {
    let program = std::env::var_os("SCHEMATHESIS").filter(|program| !program.is_empty());
    program.map(PathBuf::from).ok_or(Failure(
        "schemathesis is not installed: run npm run schemathesis \
         before the command."
            .to_owned(),
    ))
}

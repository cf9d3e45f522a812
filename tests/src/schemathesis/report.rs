//! Reads schemathesis's report of a run, one line of JSON per event.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{Failure, While};

/// The number of requests to each operation.
pub(super) struct Report(BTreeMap<String, usize>);

#[derive(Deserialize)]
struct Event {
    #[serde(rename = "ScenarioFinished")]
    scenario: Option<Scenario>,
}

#[derive(Deserialize)]
struct Scenario {
    recorder: Recorder,
}

#[derive(Deserialize)]
struct Recorder {
    /// The operation, or the name of another test.
    label: String,
    /// Absent if nothing was sent.
    #[serde(default)]
    cases: Map<String, Value>,
}

impl Report {
    /// Reads a report.
    ///
    /// # Errors
    /// If it cannot be read, or is no report of schemathesis.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let lines = BufReader::new(File::open(path).when("schemathesis wrote no report")?).lines();
        let mut operations = BTreeMap::new();
        for line in lines {
            let line = line.when("The report of schemathesis")?;
            let event: Event = serde_json::from_str(&line).when("The report of schemathesis")?;
            if let Some(Scenario { recorder }) = event.scenario {
                let count: &mut usize = operations.entry(recorder.label).or_default();
                *count = count.saturating_add(recorder.cases.len());
            }
        }
        if operations.is_empty() {
            return Err(Failure("schemathesis made no request".to_owned()));
        }
        Ok(Self(operations))
    }

    /// Prints the number of calls of each operation.
    pub(super) fn print(&self) {
        println!("Requests to each operation:");
        for (operation, count) in &self.0 {
            println!("{count:>8}  {operation}");
        }
    }
}

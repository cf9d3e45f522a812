//! Starts the demo of `npm start` as a separate program.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::local_worker::repository;
use crate::node::node;
use crate::{Failure, While, secrets};

/// A running demo, which stops when this is dropped.
pub struct Demo {
    process: Child,
    /// The address of the landing page.
    pub url: String,
    /// The address of the Worker.
    pub worker: String,
    /// The folder of the Worker's database.
    pub state: PathBuf,
    /// The secret key of the demo's merchant.
    pub secret_key: String,
}

/// Returns the built command line of the operator. Its messages name the package's commands, also
/// if npm runs the tests.
#[must_use]
pub fn operator() -> Command {
    let mut command = node();
    command
        .arg(repository().join("target/operator/play-it-green.cjs"))
        .env_remove("npm_lifecycle_event");
    command
}

impl Demo {
    /// Starts the demo with an empty database in the folder `state`, on free ports.
    ///
    /// # Errors
    /// If it was not built, or does not start.
    pub fn start(state: &Path) -> Result<Self, Failure> {
        Self::start_at(state, 0)
    }

    /// Starts the demo with a preferred port for the Worker; the next free one is used.
    ///
    /// # Errors
    /// As [`Demo::start`].
    pub fn start_at(state: &Path, port: u16) -> Result<Self, Failure> {
        let mut process = operator()
            .args(["dev", "--json", "--port", &port.to_string(), "--persist-to"])
            .arg(state)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .when("node cannot be started")?;
        let output = process.stdout.take().ok_or(Failure("node has no output".to_owned()))?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line).when("The demo")?;
        let details: Value = serde_json::from_str(&line).when("The demo did not start")?;
        let text = |pointer: &str| {
            details.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        secrets::note(&line)?;
        secrets::note_address(&text("/merchant/email"))?;
        Ok(Self {
            process,
            url: text("/url"),
            worker: text("/worker"),
            state: PathBuf::from(text("/state")),
            secret_key: text("/merchant/secret_key"),
        })
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // A signal to end also stops its Worker; a kill would leave the Worker running.
        let asked = Command::new("kill").arg(self.process.id().to_string()).status();
        if asked.is_ok_and(|status| status.success()) && self.process.wait().is_ok() {
            return;
        }
        let _ = self.process.kill();
    }
}

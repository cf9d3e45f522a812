//! Serves the Worker, its baseline and the lower bounds in one workerd, without wrangler's proxy.

use std::fs;
use std::io::{BufRead, BufReader, Lines, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde::Deserialize;

use crate::node::node;
use crate::{Failure, While};

/// A running workerd, which stops when this is dropped.
pub struct Served {
    process: Child,
    input: Option<ChildStdin>,
    output: Lines<BufReader<ChildStdout>>,
    /// The addresses.
    pub addresses: Addresses,
}

/// The address of each: `http://127.0.0.1:8787`.
#[derive(Deserialize)]
pub struct Addresses {
    /// The Worker behind Miniflare's own entry, with the explorer of its database beside it.
    pub entry: String,
    /// The Worker itself.
    pub worker: String,
    /// The baseline in TypeScript on Hono, if it is served.
    #[serde(default)]
    pub hono: String,
    /// The database alone, called from plain JavaScript, if it is served.
    #[serde(default)]
    pub floor: String,
}

impl Served {
    /// Starts the built Worker and the bundled baseline, with empty databases in the folder
    /// `state`.
    ///
    /// # Errors
    /// If one of them was not built, or workerd does not start.
    pub fn start(state: &Path) -> Result<Self, Failure> {
        Self::start_these(state, &["worker", "hono", "floor"])
    }

    /// Starts the Worker alone.
    ///
    /// # Errors
    /// As [`Served::start`].
    pub fn start_worker(state: &Path) -> Result<Self, Failure> {
        Self::start_these(state, &["worker"])
    }

    fn start_these(state: &Path, names: &[&str]) -> Result<Self, Failure> {
        if state.exists() {
            fs::remove_dir_all(state).when("The old state cannot be removed")?;
        }
        let mut process = node()
            .arg("tests/bench/serve.mjs")
            .arg(state)
            .args(names)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .when("node cannot be started")?;
        let input = process.stdin.take();
        let output = process.stdout.take().ok_or(Failure("node has no output".to_owned()))?;
        let mut output = BufReader::new(output).lines();
        let line = next_line(&mut output)?;
        let addresses = serde_json::from_str(&line).when("The addresses cannot be read")?;
        Ok(Self { process, input, output, addresses })
    }

    /// Copies the contents of the Worker's database into the others, once.
    ///
    /// # Errors
    /// If a database rejects it.
    pub fn copy_merchants(&mut self) -> Result<(), Failure> {
        if let Some(input) = &mut self.input {
            input.write_all(b"copy\n").when("node does not listen")?;
        }
        next_line(&mut self.output).map(|_| ())
    }

    /// Returns the milliseconds of processor time that workerd used; `None` if the system has no
    /// `/proc`.
    #[must_use]
    pub fn busy_milliseconds(&self) -> Option<u64> {
        let node = self.process.id();
        let children = fs::read_to_string(format!("/proc/{node}/task/{node}/children")).ok()?;
        children.split_whitespace().map(busy_milliseconds_of).sum()
    }
}

fn next_line(output: &mut Lines<BufReader<ChildStdout>>) -> Result<String, Failure> {
    let ended = || Failure("workerd did not start; what it said is above.".to_owned());
    output.next().ok_or_else(ended)?.when("The answer of node")
}

/// Returns the user and system time of one process, from the fields 14 and 15 of its `stat`. Linux
/// counts them in hundredths of a second, independent of its own clock rate (`man 5 proc_pid_stat`,
/// `USER_HZ`).
fn busy_milliseconds_of(process: &str) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name, in parentheses, may contain spaces.
    let (_, after_name) = stat.rsplit_once(") ")?;
    let ticks = after_name.split(' ').skip(11).take(2).map(str::parse::<u64>);
    ticks.sum::<Result<u64, _>>().ok()?.checked_mul(10)
}

impl Drop for Served {
    fn drop(&mut self) {
        // It ends when its input is closed, and stops workerd.
        drop(self.input.take());
        let _ = self.process.wait();
    }
}

//! The Worker, its rival and the floors in one workerd, without wrangler's proxy before them.

use std::fs;
use std::io::{BufRead, BufReader, Lines, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde::Deserialize;

use crate::node::node;
use crate::{Failure, While};

/// A running workerd; it is stopped when this is dropped.
pub struct Served {
    process: Child,
    input: Option<ChildStdin>,
    output: Lines<BufReader<ChildStdout>>,
    /// Where each answers.
    pub addresses: Addresses,
}

/// Where each answers: `http://127.0.0.1:8787`.
#[derive(Deserialize)]
pub struct Addresses {
    /// The Worker behind Miniflare's own entry, with the explorer of its database beside it.
    pub entry: String,
    /// The Worker itself.
    pub worker: String,
    /// The rival in TypeScript on Hono, where it is served.
    #[serde(default)]
    pub hono: String,
    /// The database alone, called from plain JavaScript, where it is served.
    #[serde(default)]
    pub floor: String,
}

impl Served {
    /// Starts the built Worker and the bundled rival, with empty databases in the folder `state`.
    ///
    /// # Errors
    /// When one of them was not built, or workerd does not start.
    pub fn start(state: &Path) -> Result<Self, Failure> {
        Self::start_these(state, &["worker", "hono", "floor"])
    }

    /// The same with the Worker alone.
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

    /// Copies everything in the Worker's database into the others; once.
    ///
    /// # Errors
    /// When a database refuses it.
    pub fn copy_merchants(&mut self) -> Result<(), Failure> {
        if let Some(input) = &mut self.input {
            input.write_all(b"copy\n").when("node does not listen")?;
        }
        next_line(&mut self.output).map(|_| ())
    }

    /// Milliseconds that workerd has kept a processor busy. `None` where the system has no `/proc`.
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

/// User and system time of one process, from the fields 14 and 15 of its `stat`. Linux counts them
/// in hundredths of a second, whatever its own clock does (`man 5 proc_pid_stat`, `USER_HZ`).
fn busy_milliseconds_of(process: &str) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name, in brackets, may hold spaces.
    let (_, after_name) = stat.rsplit_once(") ")?;
    let ticks = after_name.split(' ').skip(11).take(2).map(str::parse::<u64>);
    ticks.sum::<Result<u64, _>>().ok()?.checked_mul(10)
}

impl Drop for Served {
    fn drop(&mut self) {
        // Without input it ends by itself, and takes workerd along.
        drop(self.input.take());
        let _ = self.process.wait();
    }
}

//! The real Worker in a workerd that may be killed, with a database whose faults are planned.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::local_worker::{self, free_port, make_empty, repository};
use crate::node::node;
use crate::{Failure, While, http};

/// A running Worker, which stops when this is dropped.
pub struct FaultyWorker {
    process: Child,
    input: Option<ChildStdin>,
    /// Its address.
    pub url: String,
    reaper: Reaper,
}

/// Kills workerd.
#[derive(Clone)]
pub struct Reaper {
    /// The file that holds the id of workerd's process.
    pid: PathBuf,
}

const ANSWERS_WITHIN: Duration = Duration::from_mins(1);

impl Reaper {
    /// Returns the reaper of the Worker whose database is in this folder.
    #[must_use]
    pub fn of(state: &Path) -> Self {
        Self { pid: state.join("workerd.pid") }
    }

    /// Kills workerd at once, during any work. A new one replaces it.
    pub fn kill(&self) {
        let process = fs::read_to_string(&self.pid).unwrap_or_default();
        if !process.is_empty() {
            let _ = Command::new("kill").args(["-9", &process]).stderr(Stdio::null()).status();
        }
    }
}

impl FaultyWorker {
    /// Starts the built Worker with an empty database in the folder `state`. `supervise` is the
    /// binary of that name.
    ///
    /// # Errors
    /// If it was not built, or workerd does not start.
    pub fn start(
        state: &Path,
        supervise: &str,
        variables: &[(&str, &str)],
    ) -> Result<Self, Failure> {
        make_empty(state)?;
        let reaper = Reaper::of(state);
        let log = File::create(state.join("worker.log")).when("The log")?;
        let variables: Value =
            variables.iter().map(|(name, value)| (*name, json!(value))).collect();
        let mut process = node()
            .arg("tests/months/serve.mjs")
            .arg(state)
            .args([free_port(0)?.to_string(), variables.to_string()])
            .env("MINIFLARE_WORKERD_PATH", supervise)
            .env("WORKERD", workerd()?)
            .env("WORKERD_PID", &reaper.pid)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .when("node cannot be started")?;
        let input = process.stdin.take();
        let output = process.stdout.take().ok_or(Failure("node has no output".to_owned()))?;
        let mut output = BufReader::new(output);
        let mut url = String::new();
        output.read_line(&mut url).when("The address")?;
        // Its further output is not needed, but must be read so that the pipe does not fill.
        thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
        let worker = Self { process, input, url: url.trim().to_owned(), reaper };
        worker.wait_until_it_answers()?;
        Ok(worker)
    }

    /// Waits for the workerd that replaces a killed one.
    ///
    /// # Errors
    /// If none starts.
    pub fn wait_until_it_answers(&self) -> Result<(), Failure> {
        let started = Instant::now();
        let url = format!("{}/health", self.url);
        while started.elapsed() < ANSWERS_WITHIN {
            if http::call("GET", &url, &[], b"").is_ok_and(|answer| answer.status == 200) {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(5));
        }
        Err(Failure(format!(
            "The Worker does not answer: see the log beside {}",
            self.reaper.pid.display()
        )))
    }

    /// Fires the cron event, as scheduled for this instant in milliseconds since 1970. Returns
    /// before the queue has handled the messages that it sends.
    ///
    /// # Errors
    /// If the Worker was killed in the meantime, or its handler fails.
    pub fn send_cron(&self, scheduled_at: i64) -> Result<(), Failure> {
        local_worker::send_cron(&self.url, scheduled_at)
    }

    /// Plans this fault for the call number `at` of the database, counted from 1 and from now on.
    ///
    /// # Errors
    /// If the Worker does not respond.
    pub fn plan(&self, fault: &str, at: usize) -> Result<(), Failure> {
        let fault = fault.replace(' ', "+");
        let url = format!("{}/__faults?fault={fault}&at={at}", self.url);
        http::call("GET", &url, &[], b"").map(|_| ())
    }

    /// Sets a variable of the deployer from now on; all others keep their initial values.
    ///
    /// # Errors
    /// If the Worker does not respond.
    pub fn set_variable(&self, name: &str, value: &str) -> Result<(), Failure> {
        let url = format!("{}/__variables?{name}={value}", self.url);
        http::call("GET", &url, &[], b"").map(|_| ())
    }

    /// Returns the calls of the database since the last plan, each as the beginning of its SQL.
    ///
    /// # Errors
    /// If the Worker does not respond.
    pub fn calls(&self) -> Result<Vec<String>, Failure> {
        let answer = http::call("GET", &format!("{}/__faults", self.url), &[], b"")?;
        serde_json::from_value(answer.json()).when("The calls")
    }

    /// Returns the rows that D1 has written since the last plan, with the entries of their indexes.
    ///
    /// # Errors
    /// If the Worker does not respond.
    pub fn rows_written(&self) -> Result<u64, Failure> {
        let answer = http::call("GET", &format!("{}/__rows", self.url), &[], b"")?;
        serde_json::from_value(answer.json()).when("The rows")
    }

    /// Kills workerd at once, during any work. A new one replaces it.
    pub fn kill(&self) {
        self.reaper.kill();
    }
}

/// Returns the path of npm's workerd.
fn workerd() -> Result<PathBuf, Failure> {
    let asked = node()
        .args(["--print", "require(require.resolve('workerd', { paths: [require.resolve('miniflare')] })).default"])
        .output()
        .when("node cannot be started")?;
    let path = String::from_utf8_lossy(&asked.stdout).trim().to_owned();
    if Path::new(&path).exists() {
        return Ok(PathBuf::from(path));
    }
    Err(Failure(format!("workerd is not in {}: run npm install", repository().display())))
}

impl Drop for FaultyWorker {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.process.wait();
        // Miniflare has ended the supervisor, which can no longer end its workerd.
        self.reaper.kill();
    }
}

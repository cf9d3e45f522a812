//! The real Worker in workerd on this machine, with its own D1.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::merchant::hash;
use crate::node::node;
use crate::{Failure, While, http, secrets};

/// A running Worker. It stops when this is dropped, or when the process ends.
pub struct LocalWorker {
    process: Child,
    /// Closed when the process ends in any way; the Worker then stops.
    input: Option<ChildStdin>,
    /// Its address: `http://localhost:8787`.
    pub url: String,
    /// The folder of its database.
    pub state: PathBuf,
    /// The output of the Worker and Miniflare.
    pub log: PathBuf,
}

/// The differences between a Worker and the deployed one.
struct Options<'a> {
    port: u16,
    variables: &'a [(&'a str, &'a str)],
    /// Requests per minute of one address; half of them may use one publishable key.
    requests_per_minute: Option<u32>,
    has_queue: bool,
    /// True if it has Cloudflare's mail binding.
    sends_mail: bool,
    encryption_keys: &'a str,
}

const MONTH_END_SECONDS_MAX: u64 = 120;

/// The encryption key of the databases of tests and of the demo. It is published, so it protects
/// nothing.
pub const ENCRYPTION_KEY: &str = "5b1f9c0e7a3d48621c94e8f7b2d05a6394c7d1e8f30b5a2679e6c4831d0fab52";

const DATABASE_ID: &str = "00000000-0000-0000-0000-000000000000";

/// Returns the folder of the repository.
#[must_use]
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new(".")).to_owned()
}

/// The ports for Workers. Neither Linux nor macOS hands one of these out to a program that asks for
/// any port, so that no program takes it between this choice and the start of the Worker.
const PORTS: std::ops::Range<u16> = 12_000..32_000;

/// The ports that each process has for itself, as far as their process ids differ.
const PORTS_OF_A_PROCESS: u16 = 50;

/// Returns a port that is free at this moment: `wanted`, or another one if that is taken or 0.
///
/// # Errors
/// If this machine has no free port.
pub fn free_port(wanted: u16) -> Result<u16, Failure> {
    static CHOSEN: AtomicU32 = AtomicU32::new(0);
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    if wanted != 0 && is_free(&wanted) {
        return Ok(wanted);
    }
    let begin = std::process::id().wrapping_mul(PORTS_OF_A_PROCESS.into());
    let ports = PORTS.map(|_| {
        let chosen = CHOSEN.fetch_add(1, Ordering::Relaxed);
        let offset = begin.wrapping_add(chosen).checked_rem(PORTS.len().try_into().ok()?)?;
        PORTS.start.checked_add(offset.try_into().ok()?)
    });
    ports.flatten().find(is_free).ok_or_else(|| Failure("No port is free".to_owned()))
}

impl LocalWorker {
    /// Starts the built Worker in development, with an empty database in the folder `state`.
    ///
    /// # Errors
    /// If the Worker was not built or does not start; the message names the log.
    pub fn start(state: &Path, wanted_port: u16) -> Result<Self, Failure> {
        Self::start_with(state, wanted_port, &[("ENVIRONMENT", "development")])
    }

    /// Starts it with other variables.
    ///
    /// # Errors
    /// As [`LocalWorker::start`].
    pub fn start_with(
        state: &Path,
        wanted_port: u16,
        variables: &[(&str, &str)],
    ) -> Result<Self, Failure> {
        Self::start_configured(state, &Options { port: wanted_port, ..Options::with(variables) })
    }

    /// Starts it in production with this limit of requests per minute for one address; half of them
    /// may use one publishable key.
    ///
    /// # Errors
    /// As [`LocalWorker::start`].
    pub fn start_limited(state: &Path, requests: u32) -> Result<Self, Failure> {
        let production = Options::with(&[("ENVIRONMENT", "production")]);
        let options = Options { requests_per_minute: Some(requests), ..production };
        Self::start_configured(state, &options)
    }

    /// Starts the built Worker on the database that an earlier one left in `state`, with other
    /// encryption keys.
    ///
    /// # Errors
    /// As [`LocalWorker::start`].
    pub fn restart_with_keys(
        state: &Path,
        wanted_port: u16,
        encryption_keys: &str,
    ) -> Result<Self, Failure> {
        fs::create_dir_all(state).when("The state folder cannot be made")?;
        let development = Options::with(&[("ENVIRONMENT", "development")]);
        Self::serve(state, &Options { port: wanted_port, encryption_keys, ..development })
    }

    /// The same in development, for a deployer who has no queue.
    ///
    /// # Errors
    /// As [`LocalWorker::start`].
    pub fn start_without_queue(state: &Path) -> Result<Self, Failure> {
        let development = Options::with(&[("ENVIRONMENT", "development")]);
        Self::start_configured(state, &Options { has_queue: false, ..development })
    }

    /// Starts it in development with Cloudflare's mail binding.
    ///
    /// # Errors
    /// As [`LocalWorker::start`].
    pub fn start_mailing(state: &Path, variables: &[(&str, &str)]) -> Result<Self, Failure> {
        Self::start_configured(state, &Options { sends_mail: true, ..Options::with(variables) })
    }

    fn start_configured(state: &Path, options: &Options) -> Result<Self, Failure> {
        make_empty(state)?;
        Self::serve(state, options)
    }

    fn serve(state: &Path, options: &Options) -> Result<Self, Failure> {
        let log = state.join("worker.log");
        File::create(&log).when("The log cannot be made")?;
        // Both outputs append, so that neither overwrites the lines of the other.
        let append = || File::options().append(true).open(&log).when("The log cannot be shared");
        let mut process = node()
            .arg("tests/serve_worker.mjs")
            .arg(state)
            .arg(options.as_json()?.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(append()?)
            .spawn()
            .when("node cannot be started")?;
        let input = process.stdin.take();
        let not_started = || Failure(format!("The Worker did not start: see {}", log.display()));
        let mut lines = BufReader::new(process.stdout.take().ok_or_else(not_started)?).lines();
        let url = lines.next().ok_or_else(not_started)?.when("The Worker's address")?;
        let output = append()?;
        thread::spawn(move || copy_lines(lines, output));
        // The operator's command line finds the Worker of a database by this file.
        let running = json!({"pid": process.id(), "worker": url}).to_string();
        fs::write(state.join("running.json"), running).when("The state folder")?;
        Ok(Self { process, input, url, state: state.to_owned(), log })
    }
}

/// Copies the Worker's output into its log, which the search for secrets reads.
fn copy_lines(lines: impl Iterator<Item = std::io::Result<String>>, mut log: File) {
    for line in lines.map_while(Result::ok) {
        // A failure to write the log must not stop a test.
        let _ = writeln!(log, "{line}");
    }
}

impl<'a> Options<'a> {
    fn with(variables: &'a [(&'a str, &'a str)]) -> Self {
        Self {
            port: 0,
            variables,
            requests_per_minute: None,
            has_queue: true,
            sends_mail: false,
            encryption_keys: ENCRYPTION_KEY,
        }
    }

    fn as_json(&self) -> Result<Value, Failure> {
        let variables: Value =
            self.variables.iter().map(|(name, value)| (*name, json!(value))).collect();
        Ok(json!({
            "port": free_port(self.port)?,
            "variables": variables,
            "requestsPerMinute": self.requests_per_minute,
            "hasQueue": self.has_queue,
            "sendsMail": self.sends_mail,
            "encryptionKeys": self.encryption_keys,
        }))
    }
}

impl Drop for LocalWorker {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.process.wait();
    }
}

/// Creates the folder `state`, without the contents of an earlier run.
pub(crate) fn make_empty(state: &Path) -> Result<(), Failure> {
    if state.exists() {
        fs::remove_dir_all(state).when("The old state cannot be removed")?;
    }
    fs::create_dir_all(state).when("The state folder cannot be made")
}

/// Creates a key of the operator's, as the operator's command line does for each call.
///
/// # Errors
/// When the database refuses it.
pub fn operators_key(worker: &str) -> Result<String, Failure> {
    let mut bytes = [0_u8; 20];
    getrandom::fill(&mut bytes).when("No random bytes")?;
    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let key = format!("pig_op_{}", digits.concat());
    secrets::note(&key)?;
    sql(
        worker,
        "INSERT INTO operator_keys (hash, created_at, expires_at)
        SELECT ?1, unixepoch() * 1000, unixepoch() * 1000 + 600000",
        &[&hash(&key)],
    )?;
    Ok(key)
}

/// Runs SQL in the Worker's own D1, through the explorer that Miniflare serves beside it. It binds
/// only texts; an integer column takes a text of digits.
///
/// # Errors
/// If D1 rejects it; the message is D1's.
pub fn sql(worker: &str, statement: &str, values: &[&str]) -> Result<Vec<Vec<Value>>, Failure> {
    sql_in(worker, DATABASE_ID, statement, values)
}

/// Runs SQL in another database of the same workerd.
///
/// # Errors
/// As [`sql`].
pub fn sql_in(
    worker: &str,
    database: &str,
    statement: &str,
    values: &[&str],
) -> Result<Vec<Vec<Value>>, Failure> {
    let url = format!("{worker}/cdn-cgi/local/explorer/api/d1/database/{database}/raw");
    let body = json!({"sql": statement, "params": values}).to_string();
    let headers = [("content-type", "application/json")];
    let answer = http::call("POST", &url, &headers, body.as_bytes())?;
    let json = answer.json();
    let rows = json.pointer("/result/0/results/rows").and_then(Value::as_array);
    match (answer.status, rows) {
        (200, Some(rows)) => {
            Ok(rows.iter().map(|row| row.as_array().cloned().unwrap_or_default()).collect())
        }
        _ => Err(Failure(format!("D1: {}", answer.body))),
    }
}

/// Fires the real cron event, as scheduled for this instant in milliseconds since 1970. Waits until
/// the queue has handled every message that it sends.
///
/// # Errors
/// If the Worker's handler fails, or does not end.
pub fn fire_cron(worker: &str, scheduled_at: i64) -> Result<(), Failure> {
    send_cron(worker, scheduled_at)?;
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(MONTH_END_SECONDS_MAX) {
        let unfinished = sql(
            worker,
            "SELECT id FROM month_end_runs
            WHERE scheduled_at = ?1 AND (ended_at IS NULL OR handled < queued)",
            &[&scheduled_at.to_string()],
        )?;
        if unfinished.is_empty() {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(20));
    }
    Err(Failure("What the cron event sent through the queue was not handled".to_owned()))
}

/// Fires the real cron event, without waiting for the queue.
///
/// # Errors
/// If the Worker's handler fails.
pub fn send_cron(worker: &str, scheduled_at: i64) -> Result<(), Failure> {
    let url = format!("{worker}/cdn-cgi/local/scheduled?cron=*/15+*+*+*+*&time={scheduled_at}");
    let answer = http::call("GET", &url, &[], b"")?;
    if answer.status == 200 {
        return Ok(());
    }
    Err(Failure(format!("The cron event failed: {}", answer.body)))
}

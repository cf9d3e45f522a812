//! The real Worker in workerd on this machine, with its own D1, started by wrangler.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{Failure, While, http};

/// A running Worker; it is stopped when this is dropped.
pub struct LocalWorker {
    process: Child,
    /// Where it answers: `http://localhost:8787`.
    pub url: String,
    /// The folder of its database.
    pub state: PathBuf,
    /// What it and wrangler print.
    pub log: PathBuf,
}

const START_SECONDS_MAX: u64 = 120;
const MONTH_END_SECONDS_MAX: u64 = 120;
const DATABASE_ID: &str = "00000000-0000-0000-0000-000000000000";

/// The folder of the repository.
#[must_use]
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new(".")).to_owned()
}

/// A port that is free at this moment: `wanted`, or any other when that one is taken.
///
/// # Errors
/// When this machine has no free port.
pub fn free_port(wanted: u16) -> Result<u16, Failure> {
    let listener = TcpListener::bind(("127.0.0.1", wanted))
        .or_else(|_| TcpListener::bind(("127.0.0.1", 0)))
        .when("No free port")?;
    Ok(listener.local_addr().when("No free port")?.port())
}

impl LocalWorker {
    /// Starts the built Worker in development, with an empty database in the folder `state`.
    ///
    /// # Errors
    /// When wrangler does not get it to answer; the message names the log.
    pub fn start(state: &Path, wanted_port: u16) -> Result<Self, Failure> {
        Self::start_with(state, wanted_port, &[("ENVIRONMENT", "development")])
    }

    /// The same with other variables.
    ///
    /// # Errors
    /// As [`LocalWorker::start`].
    pub fn start_with(
        state: &Path,
        wanted_port: u16,
        variables: &[(&str, &str)],
    ) -> Result<Self, Failure> {
        make_empty(state)?;
        Self::start_configured(state, &configuration(), wanted_port, variables)
    }

    /// The same in production, where one address may make so many requests in a minute, half of them
    /// with one publishable key.
    ///
    /// # Errors
    /// As [`LocalWorker::start`].
    pub fn start_limited(state: &Path, requests: u32) -> Result<Self, Failure> {
        make_empty(state)?;
        let half = requests.checked_div(2).unwrap_or_default();
        let configuration = write_changed(state, |text| {
            let text = replaced(text, "limit = 6000,", &format!("limit = {requests},"))?;
            replaced(&text, "limit = 600,", &format!("limit = {half},"))
        })?;
        Self::start_configured(state, &configuration, 0, &[("ENVIRONMENT", "production")])
    }

    /// The same in development, for a deployer who has no queue.
    ///
    /// # Errors
    /// As [`LocalWorker::start`].
    pub fn start_without_queue(state: &Path) -> Result<Self, Failure> {
        make_empty(state)?;
        let configuration = write_changed(state, |text| {
            let blocks = text.split("\n\n").filter(|block| !block.contains("[[queues."));
            Ok(blocks.collect::<Vec<_>>().join("\n\n"))
        })?;
        Self::start_configured(state, &configuration, 0, &[("ENVIRONMENT", "development")])
    }

    /// The same in development with the binding by which Cloudflare sends mail.
    ///
    /// # Errors
    /// As [`LocalWorker::start`].
    pub fn start_mailing(state: &Path, variables: &[(&str, &str)]) -> Result<Self, Failure> {
        make_empty(state)?;
        let binding = "\n[[send_email]]\nname = \"EMAIL\"\n";
        let configuration = write_changed(state, |text| Ok(format!("{text}{binding}")))?;
        Self::start_configured(state, &configuration, 0, variables)
    }

    fn start_configured(
        state: &Path,
        configuration: &Path,
        wanted_port: u16,
        variables: &[(&str, &str)],
    ) -> Result<Self, Failure> {
        let log = state.join("worker.log");
        let output = File::create(&log).when("The log cannot be made")?;
        let migrated = wrangler(state, configuration, &output)?
            .args(["d1", "migrations", "apply", "DB", "--local"])
            .status()
            .when("wrangler cannot be started")?;
        if !migrated.success() {
            return Err(Failure(format!("The migrations failed: see {}", log.display())));
        }
        let port = free_port(wanted_port)?;
        let url = format!("http://localhost:{port}");
        let process = wrangler(state, configuration, &output)?
            .args(["dev", "--port", &port.to_string(), "--inspector-port", "0"])
            .args(
                variables
                    .iter()
                    .flat_map(|(name, value)| ["--var".to_owned(), format!("{name}:{value}")]),
            )
            .args(["--var", "LINK_SECRET:not-a-secret-for-development-only"])
            .args(["--var", &format!("PUBLIC_URL:{url}")])
            .args(["--show-interactive-dev-session", "false"])
            .spawn()
            .when("wrangler cannot be started")?;
        let mut worker = Self { process, url, state: state.to_owned(), log };
        worker.wait_until_it_answers()?;
        Ok(worker)
    }

    fn wait_until_it_answers(&mut self) -> Result<(), Failure> {
        let started = Instant::now();
        let url = format!("{}/api/orders/", self.url);
        while started.elapsed() < Duration::from_secs(START_SECONDS_MAX) {
            if http::call("GET", &url, &[], b"").is_ok_and(|answer| answer.status == 401) {
                return Ok(());
            }
            if self.process.try_wait().when("wrangler")?.is_some() {
                break;
            }
            thread::sleep(Duration::from_millis(100));
        }
        Err(Failure(format!("The Worker does not answer: see {}", self.log.display())))
    }
}

impl Drop for LocalWorker {
    fn drop(&mut self) {
        // wrangler stops workerd when it is asked to end; a kill would leave workerd behind.
        let asked = Command::new("kill").arg(self.process.id().to_string()).status();
        if asked.is_ok_and(|status| status.success()) && self.process.wait().is_ok() {
            return;
        }
        let _ = self.process.kill();
    }
}

/// Makes the folder `state`, without what an earlier run left in it.
pub(crate) fn make_empty(state: &Path) -> Result<(), Failure> {
    if state.exists() {
        fs::remove_dir_all(state).when("The old state cannot be removed")?;
    }
    fs::create_dir_all(state).when("The state folder cannot be made")
}

/// What is deployed.
fn configuration() -> PathBuf {
    repository().join("worker/wrangler.toml")
}

/// Writes what is deployed, with a change, into the folder of the state.
fn write_changed(
    state: &Path,
    change: impl FnOnce(&str) -> Result<String, Failure>,
) -> Result<PathBuf, Failure> {
    let deployed = fs::read_to_string(configuration()).when("The configuration")?;
    let folder = repository().join("worker");
    let mut text = change(&deployed)?;
    for (name, file) in [
        ("main", "build/index.js"),
        ("migrations_dir", "migrations"),
        ("directory", "../plugin/dist"),
    ] {
        let (here, there) = (format!("{name} = \"{file}\""), folder.join(file));
        text = replaced(&text, &here, &format!("{name} = \"{}\"", there.display()))?;
    }
    let to = state.join("wrangler.toml");
    fs::write(&to, text).when("The configuration")?;
    Ok(to)
}

fn replaced(text: &str, old: &str, new: &str) -> Result<String, Failure> {
    if text.contains(old) {
        return Ok(text.replace(old, new));
    }
    Err(Failure(format!("wrangler.toml has no {old}")))
}

fn wrangler(state: &Path, configuration: &Path, output: &File) -> Result<Command, Failure> {
    let mut command = Command::new(repository().join("node_modules/.bin/wrangler"));
    command
        .current_dir(repository().join("worker"))
        .env("CI", "1")
        .env("WRANGLER_SEND_METRICS", "false")
        // Its record of every request, for whoever develops, would hold the addresses of pay links.
        .env("X_LOCAL_OBSERVABILITY", "false")
        .stdin(Stdio::null())
        .stdout(output.try_clone().when("The log cannot be shared")?)
        .stderr(output.try_clone().when("The log cannot be shared")?)
        .arg("--config")
        .arg(configuration)
        .arg("--persist-to")
        .arg(state);
    Ok(command)
}

/// Runs SQL in the Worker's own D1, through the explorer that wrangler serves beside it. It binds
/// texts only; a column of integers takes a text of digits.
///
/// # Errors
/// When D1 refuses it; the message is D1's.
pub fn sql(worker: &str, statement: &str, values: &[&str]) -> Result<Vec<Vec<Value>>, Failure> {
    sql_in(worker, DATABASE_ID, statement, values)
}

/// The same in another database of the same workerd.
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

/// Fires the real cron event, as scheduled for this instant in milliseconds since 1970, and waits
/// until everything that it sent through the queue is handled.
///
/// # Errors
/// When the Worker's handler fails, or does not come to an end.
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

/// Fires the real cron event, and does not wait for what it sends through the queue.
///
/// # Errors
/// When the Worker's handler fails.
pub fn send_cron(worker: &str, scheduled_at: i64) -> Result<(), Failure> {
    send_cron_by(&format!("{worker}/cdn-cgi/handler/scheduled"), scheduled_at)
}

/// The same by the address under which this workerd takes cron events.
pub(crate) fn send_cron_by(handler: &str, scheduled_at: i64) -> Result<(), Failure> {
    let url = format!("{handler}?cron=*/15+*+*+*+*&time={scheduled_at}");
    let answer = http::call("GET", &url, &[], b"")?;
    if answer.status == 200 {
        return Ok(());
    }
    Err(Failure(format!("The cron event failed: {}", answer.body)))
}

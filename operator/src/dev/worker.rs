//! The Worker in workerd on this machine, started by wrangler.

use serde_json::json;

use crate::Failure;
use crate::database::{Running, RunningFile};
use crate::deploy::ENCRYPTION_KEYS;
use crate::installation::Installation;
use crate::node::http::{self, Request};
use crate::node::process::Child;
use crate::node::{files, process, server, time};
use crate::store::schema;

/// A local Worker.
pub(super) struct LocalWorker {
    process: Child,
    running: Running,
    /// Its port.
    pub(super) port: u16,
    /// The folder of its database.
    pub(super) state: String,
    /// The path of its log.
    pub(super) log: String,
}

/// The encryption key of every local Worker. It is published, so it protects nothing.
const DEVELOPMENT_KEY: &str = "9d3e61b7f2084ac5d17b9e3f60a8c24db5720e9f4c16d83a07f5b9e2c4816d3a";

/// The log of the Worker, in the folder of its database.
const LOG: &str = "worker.log";

/// Milliseconds that it may take to start.
const START_TIMEOUT: i64 = 120_000;
/// Milliseconds between two checks if it has started, or has ended as requested.
const INTERVAL: u32 = 25;
/// Milliseconds between two checks if it still runs.
const WATCH_INTERVAL: u32 = 250;
/// Milliseconds that it may take to end.
const END_TIMEOUT: i64 = 5_000;

impl LocalWorker {
    /// Starts the Worker with an empty database in this folder, on the first free port from `port`
    /// on.
    pub(super) async fn start(
        installation: &Installation,
        state: &str,
        port: u16,
    ) -> Result<Self, Failure> {
        check_not_running(installation, state).await?;
        check_replaceable(state)?;
        files::remove(state)?;
        files::create_folder(state)?;
        let log = format!("{state}/{LOG}");
        let port = server::free_port(port).await?;
        let url = format!("http://localhost:{port}");
        let config = installation.config_path();
        let program = installation.wrangler(
            &installation.path("worker"),
            [
                "dev".to_owned(),
                "--config".to_owned(),
                config,
                "--persist-to".to_owned(),
                state.to_owned(),
                "--port".to_owned(),
                port.to_string(),
                "--inspector-port".to_owned(),
                "0".to_owned(),
                "--show-interactive-dev-session".to_owned(),
                "false".to_owned(),
                // A line for each request would contain the tokens of sign-in links.
                "--log-level".to_owned(),
                "warn".to_owned(),
                "--var".to_owned(),
                "ENVIRONMENT:development".to_owned(),
                "--var".to_owned(),
                "SIGN_UP:open".to_owned(),
                "--var".to_owned(),
                format!("{ENCRYPTION_KEYS}:{DEVELOPMENT_KEY}"),
                "--var".to_owned(),
                format!("PUBLIC_URL:{url}"),
            ],
        )?;
        let process = program.start(files::open_new(&log)?)?;
        let database = installation.config()?.local_database_id().to_owned();
        let running = Running::new(&url, &database);
        let worker = Self { process, running, port, state: state.to_owned(), log };
        let ready = worker.make_ready(installation).await;
        if let Err(failure) = ready {
            worker.end().await;
            return Err(failure);
        }
        Ok(worker)
    }

    /// Waits until it responds, creates its tables, and records that it runs.
    async fn make_ready(&self, installation: &Installation) -> Result<(), Failure> {
        let began = time::now();
        while !self.responds().await {
            let waited = time::now().saturating_sub(began);
            if self.process.has_ended() || waited > START_TIMEOUT {
                return Err(Failure(format!("The Worker did not start: see {}", self.log)));
            }
            time::wait(INTERVAL).await;
        }
        self.running.execute(&[schema::create_migrations()]).await?;
        for name in installation.migrations()? {
            let sql = files::read_text(&installation.path(&format!("worker/migrations/{name}")))?;
            let applied = self.running.execute(&[sql, schema::record_migration(&name)]).await;
            applied
                .map_err(|Failure(why)| Failure(format!("The migration {name} failed: {why}")))?;
        }
        let running = json!({"pid": process::id(), "worker": self.running.worker});
        files::write(&RunningFile::path(&self.state), &running.to_string())
    }

    async fn responds(&self) -> bool {
        let url = format!("{}/health", self.running.worker);
        let request =
            Request { method: "GET", url: &url, headers: &[], body: None, timeout: 5_000 };
        http::send(request).await.is_ok()
    }

    /// Returns its address.
    pub(super) fn url(&self) -> &str {
        &self.running.worker
    }

    /// Returns its database.
    pub(super) fn running(&self) -> &Running {
        &self.running
    }

    /// Returns the process, to ask it to end.
    pub(super) fn ending(&self) -> Child {
        self.process.clone()
    }

    /// Waits until it has ended.
    pub(super) async fn wait(&self) {
        while !self.process.has_ended() {
            time::wait(WATCH_INTERVAL).await;
        }
    }

    /// Ends it.
    pub(super) async fn end(&self) {
        // The file may not exist.
        let _ = files::remove(&RunningFile::path(&self.state));
        let began = time::now();
        self.process.end();
        while !self.process.has_ended() && time::now().saturating_sub(began) < END_TIMEOUT {
            time::wait(INTERVAL).await;
        }
    }
}

/// Checks that no other Worker runs on the database, because two would disturb each other.
async fn check_not_running(installation: &Installation, state: &str) -> Result<(), Failure> {
    let database = installation.config()?.local_database_id().to_owned();
    match Running::find(state, &database).await {
        Some(running) => Err(Failure(format!(
            "play-it-green dev is already running at {}. Stop it first, or use another folder: \
             --persist-to DIR",
            running.worker
        ))),
        None => Ok(()),
    }
}

/// Checks that a folder holds nothing but what an earlier start wrote: the start replaces all of
/// it.
fn check_replaceable(state: &str) -> Result<(), Failure> {
    if !files::exists(state) {
        return Ok(());
    }
    let found = files::files_in(state)?;
    let running = RunningFile::path("");
    let is_ours = |name: &String| {
        name == LOG || name == running.trim_start_matches('/') || name.starts_with("v3/")
    };
    if found.is_empty() || (found.iter().any(|name| name == LOG) && found.iter().all(is_ours)) {
        return Ok(());
    }
    Err(Failure(format!(
        "{state} holds files that play-it-green dev did not write, and a start would remove them. \
         Use another folder: --persist-to DIR"
    )))
}

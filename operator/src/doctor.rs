//! `play-it-green doctor`: finds faults of the machine, the configuration and the deployed Worker.

mod finding;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use self::finding::{Facts, Finding, Health, Remote, diagnose};
use crate::Failure;
use crate::config::Config;
use crate::database::Database;
use crate::deploy::account;
use crate::deployment::{Deployment, folder_of};
use crate::installation::Installation;
use crate::node::http::{self, Request};
use crate::node::{files, process};
use crate::operator_key;
use crate::store::prices::{self, Currency};
use crate::store::schema::{self, Migration};

/// Checks everything and returns the findings, one a line; an error if one of them is a fault.
pub(crate) async fn run(
    installation: &Installation,
    config: Option<&str>,
    url: Option<String>,
) -> Result<String, Failure> {
    let facts = collect(installation, config, url).await?;
    let findings = diagnose(&facts);
    let report = findings.iter().map(Finding::line).collect::<Vec<_>>().join("\n");
    let faults = findings.iter().filter(|finding| finding.is_fault()).count();
    match faults {
        0 => Ok(format!("{report}\n\nNo faults found.")),
        1 => Err(Failure(format!("{report}\n\n1 fault found."))),
        _ => Err(Failure(format!("{report}\n\n{faults} faults found."))),
    }
}

async fn collect(
    installation: &Installation,
    config: Option<&str>,
    url: Option<String>,
) -> Result<Facts, Failure> {
    let path = Deployment::path(config);
    let mut facts = Facts {
        node: process::node_version(),
        is_built: installation.check_built().is_ok(),
        migrations: installation.migrations()?,
        ..Facts::default()
    };
    if !files::exists(&path) {
        return Ok(facts);
    }
    let config = match Config::parse(&files::read_text(&path)?) {
        Ok(config) => config,
        Err(Failure(reason)) => {
            facts.config_error = Some(reason);
            return Ok(facts);
        }
    };
    let paths = config.paths();
    let of = |file: &str| files::absolute(&format!("{}/{file}", folder_of(&path)));
    facts.missing_blocks = config.lacks(&installation.config()?);
    facts.missing_files = [paths.main, paths.migrations, paths.assets]
        .into_iter()
        .filter(|file| file.is_empty() || !files::exists(&of(file)))
        .collect();
    let deployment = Deployment::new(installation, path, config.clone());
    let url = url.or_else(|| deployment.url());
    facts.is_signed_in = account::is_signed_in(&deployment)?;
    let mut authorization = None;
    if facts.is_signed_in {
        let (remote, key) = remote(deployment).await?;
        (facts.remote, authorization) = (Some(remote), key);
    }
    if let Some(url) = &url {
        facts.health = Some(health(url, authorization.as_deref()).await);
        if let Some(authorization) = &authorization {
            facts.counters = counters(url, authorization).await;
        }
        facts.serves_plugin = status(&format!("{url}/plugin/loader.js")).await == Some(200);
    }
    facts.url = url;
    facts.config = Some(config);
    Ok(facts)
}

/// Returns the facts of the deployer's account, and the header that has the Worker show its
/// settings.
async fn remote(deployment: Deployment) -> Result<(Remote, Option<String>), Failure> {
    let mut authorization = None;
    let config = &deployment.config;
    let databases = account::databases(&deployment)?;
    let has_database =
        config.database_id().is_some_and(|id| databases.iter().any(|it| it.id == id));
    let mut remote = Remote {
        has_database,
        has_queue: match config.queue() {
            Some(queue) => account::has_queue(&deployment, queue)?,
            None => true,
        },
        secrets: account::secrets(&deployment)?,
        ..Remote::default()
    };
    if has_database {
        let database = Database::Remote(deployment);
        // An error means that there are no tables yet.
        let applied = database.execute(&[schema::MIGRATIONS.to_owned()]).await;
        let applied: Vec<Migration> = applied.unwrap_or_default();
        remote.applied = applied.into_iter().map(|row| row.name).collect();
        if !remote.applied.is_empty() {
            let unpriced: Vec<Currency> = database.execute(&[prices::MISSING.to_owned()]).await?;
            remote.unpriced = unpriced.into_iter().map(|row| row.currency).collect();
        }
        // A database whose migrations are not all applied may lack the table of keys.
        authorization = operator_key::create(&database).await.ok();
    }
    Ok((remote, authorization))
}

#[derive(Deserialize)]
struct HealthBody {
    #[serde(default)]
    mail: Option<String>,
    #[serde(default)]
    message: Option<String>,
}

/// The counters of the deployment, with the names that the Worker gives them.
async fn counters(url: &str, authorization: &str) -> BTreeMap<String, Value> {
    let request = Request {
        method: "GET",
        url: &format!("{url}/operator/counters"),
        headers: &[("authorization", authorization)],
        body: None,
        timeout: TIMEOUT,
    };
    let response = http::send(request).await.ok().filter(|response| response.status == 200);
    // A Worker from before the counters has none.
    response.and_then(|response| serde_json::from_str(&response.body).ok()).unwrap_or_default()
}

/// Milliseconds that the Worker's response may take.
const TIMEOUT: u32 = 20_000;

async fn health(url: &str, authorization: Option<&str>) -> Health {
    let health = format!("{url}/health");
    let headers: Vec<(&str, &str)> =
        authorization.iter().map(|value| ("authorization", *value)).collect();
    let request =
        Request { method: "GET", url: &health, headers: &headers, body: None, timeout: TIMEOUT };
    match http::send(request).await {
        Err(Failure(reason)) => Health::Unreachable(reason),
        Ok(response) => match serde_json::from_str::<HealthBody>(&response.body) {
            Ok(body) if response.status == 200 => Health::Well { mail: body.mail },
            Ok(HealthBody { message: Some(message), .. }) => Health::Ill(message),
            _ => Health::NoWorker(response.status),
        },
    }
}

async fn status(url: &str) -> Option<u16> {
    let request = Request { method: "GET", url, headers: &[], body: None, timeout: TIMEOUT };
    http::send(request).await.ok().map(|response| response.status)
}

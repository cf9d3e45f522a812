//! The findings of the doctor: each check, its result, and how to fix a fault.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::config::Config;
use crate::deploy::ENCRYPTION_KEYS;

/// The facts that the checks read.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    /// The version of Node.js: `v22.13.0`.
    pub(super) node: String,
    /// True if the Worker is built.
    pub(super) is_built: bool,
    /// The names of the migrations.
    pub(super) migrations: Vec<String>,
    /// The configuration; `None` if there is no wrangler.toml in this folder.
    pub(super) config: Option<Config>,
    /// The reason why it cannot be read.
    pub(super) config_error: Option<String>,
    /// The files that it names and that do not exist.
    pub(super) missing_files: Vec<String>,
    /// The blocks that this version of the template has and the configuration lacks.
    pub(super) missing_blocks: Vec<String>,
    /// True if wrangler is signed in to Cloudflare.
    pub(super) is_signed_in: bool,
    /// The account; `None` if wrangler is not signed in.
    pub(super) remote: Option<Remote>,
    /// The address of the Worker, if known.
    pub(super) url: Option<String>,
    /// The Worker's own report.
    pub(super) health: Option<Health>,
    /// The counters of the deployment, by the names that the Worker gives them.
    pub(super) counters: BTreeMap<String, Value>,
    /// True if the Worker serves the storefront's files.
    pub(super) serves_plugin: bool,
}

/// The state of the account.
#[derive(Clone, Debug, Default)]
pub(super) struct Remote {
    /// True if the database of the configuration exists.
    pub(super) has_database: bool,
    /// True if the queue of the configuration exists, or none is configured.
    pub(super) has_queue: bool,
    /// The names of the Worker's secrets.
    pub(super) secrets: Vec<String>,
    /// The names of the migrations that were applied.
    pub(super) applied: Vec<String>,
    /// Currencies of merchants without a tree price.
    pub(super) unpriced: Vec<String>,
}

/// The Worker's report of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Health {
    /// It and its database respond.
    Well {
        /// The sender of mail: `cloudflare`, `resend`, `mailbox` or `none`. Only an operator's key
        /// shows it.
        mail: Option<String>,
    },
    /// It reports a fault.
    Ill(String),
    /// Something else responds, with this status.
    NoWorker(u16),
    /// Nothing responds.
    Unreachable(String),
}

/// The result of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Finding {
    /// Nothing is wrong.
    Good(String),
    /// An optional improvement.
    Advice(String),
    /// A fault and its fix.
    Fault {
        /// The fault.
        what: String,
        /// The fix.
        fix: String,
    },
}

impl Finding {
    /// Returns true if it is a fault.
    pub(super) fn is_fault(&self) -> bool {
        matches!(self, Self::Fault { .. })
    }

    /// Returns the finding as a line for the operator.
    pub(super) fn line(&self) -> String {
        match self {
            Self::Good(what) => format!("ok      {what}"),
            Self::Advice(what) => format!("note    {what}"),
            Self::Fault { what, fix } => format!("FAULT   {what}\n        {fix}"),
        }
    }
}

/// The oldest Node.js that wrangler and the local database work with.
const OLDEST_NODE: (u32, u32) = (22, 13);

/// Checks the facts, in the order in which faults should be fixed.
pub(super) fn diagnose(facts: &Facts) -> Vec<Finding> {
    let mut findings = vec![node(&facts.node), built(facts.is_built)];
    let Some(config) = &facts.config else {
        findings.push(match &facts.config_error {
            Some(reason) => fault(reason, "Correct the line that it names."),
            None => Finding::Advice(
                "There is no wrangler.toml in this folder. Deploy with: play-it-green deploy"
                    .to_owned(),
            ),
        });
        return findings;
    };
    findings.extend(configuration(config, &facts.missing_files));
    findings.extend(facts.missing_blocks.iter().map(|block| {
        fault(
            &format!("wrangler.toml lacks {block}, which this version uses"),
            "Copy it from worker/wrangler.toml of the package, then run: play-it-green deploy",
        )
    }));
    findings.push(check(
        facts.is_signed_in,
        "wrangler is signed in to Cloudflare",
        "wrangler is not signed in to Cloudflare",
        "Run: npx wrangler login",
    ));
    if let Some(remote) = &facts.remote {
        findings.extend(account(config, remote, &facts.migrations));
    }
    findings.extend(worker(facts, config));
    findings
}

fn node(version: &str) -> Finding {
    let mut numbers = version.trim_start_matches('v').split('.').map(str::parse::<u32>);
    let is_new = match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => (major, minor) >= OLDEST_NODE,
        _ => false,
    };
    let (major, minor) = OLDEST_NODE;
    check(
        is_new,
        &format!("Node.js is {version}"),
        &format!("Node.js is {version}, which is too old"),
        &format!("Install Node.js {major}.{minor} or newer from https://nodejs.org"),
    )
}

fn built(is_built: bool) -> Finding {
    check(
        is_built,
        "The Worker's files are complete",
        "The Worker is not built",
        "Run: npm run build",
    )
}

fn configuration(config: &Config, missing_files: &[String]) -> Vec<Finding> {
    let again = "Run: play-it-green deploy";
    let mut findings = vec![check(
        config.database_id().is_some(),
        "wrangler.toml names a database",
        "wrangler.toml names no database",
        again,
    )];
    for file in missing_files {
        let what = if file.is_empty() {
            "wrangler.toml lacks a path: main, migrations_dir or directory".to_owned()
        } else {
            format!("{file} in wrangler.toml does not exist")
        };
        findings.push(fault(&what, "Install the package again, then run: play-it-green deploy"));
    }
    findings.push(check(
        !config.crons().is_empty(),
        "A cron trigger ends the months",
        "wrangler.toml has no cron trigger, so no month would ever end",
        "Add crons = [\"*/15 * * * *\"] under [triggers], then deploy",
    ));
    findings.push(match config.queue() {
        Some(queue) if config.consumes(queue) => {
            Finding::Good(format!("The queue {queue} carries the month ends"))
        }
        Some(queue) => fault(
            &format!("wrangler.toml has no consumer for the queue {queue}"),
            "Add the block [[queues.consumers]] as in the template, then deploy",
        ),
        None => Finding::Advice(
            "There is no queue. The cron event ends the months, a few merchants at a time."
                .to_owned(),
        ),
    });
    if config.variable("ENVIRONMENT") == Some("development") {
        findings.push(fault(
            "ENVIRONMENT is development: the Worker accepts test cards and has no rate limit",
            "Set ENVIRONMENT = \"production\" under [vars], then deploy",
        ));
    }
    findings
}

fn account(config: &Config, remote: &Remote, migrations: &[String]) -> Vec<Finding> {
    let again = "Run: play-it-green deploy";
    let mut findings = vec![check(
        remote.has_database,
        "The database exists",
        "The database of wrangler.toml does not exist in your account",
        "Check database_id and the account, or remove database_id and run: play-it-green deploy",
    )];
    if let Some(queue) = config.queue() {
        let missing = format!("The queue {queue} does not exist");
        findings.push(check(remote.has_queue, "The queue exists", &missing, again));
    }
    let pending: Vec<&str> = migrations
        .iter()
        .filter(|name| !remote.applied.contains(name))
        .map(String::as_str)
        .collect();
    let missing = format!("Migrations are not applied: {}", pending.join(", "));
    findings.push(check(pending.is_empty(), "All migrations are applied", &missing, again));
    findings.push(check(
        remote.secrets.iter().any(|name| name == ENCRYPTION_KEYS),
        "The secret ENCRYPTION_KEYS is set",
        "The secret ENCRYPTION_KEYS is not set",
        again,
    ));
    for currency in &remote.unpriced {
        findings.push(fault(
            &format!("No tree price is set for {currency}, which a merchant pays in"),
            &format!("Run: play-it-green merchant price {currency} 1.00 --remote"),
        ));
    }
    if !remote.secrets.iter().any(|name| name == "STRIPE_SECRET_KEY") {
        findings.push(Finding::Advice(
            "No cards are accepted. To accept them, set the secret STRIPE_SECRET_KEY".to_owned(),
        ));
    }
    findings
}

fn worker(facts: &Facts, config: &Config) -> Vec<Finding> {
    let Some(url) = &facts.url else {
        return vec![fault(
            "The address of the Worker is unknown",
            "Write it to wrangler.toml as PUBLIC_URL under [vars], or give it: --url URL",
        )];
    };
    let mut findings = Vec::new();
    match &facts.health {
        Some(Health::Well { mail }) => {
            findings.push(Finding::Good(format!("{url} and its database respond")));
            findings.extend(mail.as_deref().map(|mail| match mail {
                "none" => Finding::Advice("No mail is sent. docs/mail.md explains how".to_owned()),
                sender => Finding::Good(format!("Mail is sent by {sender}")),
            }));
        }
        Some(Health::Ill(reason)) => {
            findings.push(fault(&format!("{url} reports: {reason}"), "Run: play-it-green deploy"));
        }
        Some(Health::NoWorker(status)) => findings.push(fault(
            &format!("{url} returns {status}, and is not this Worker"),
            "Correct PUBLIC_URL in wrangler.toml, or deploy",
        )),
        Some(Health::Unreachable(reason)) => findings.push(fault(
            reason,
            "Check the address and its DNS. A new address may take some minutes",
        )),
        None => {}
    }
    if !facts.counters.is_empty() {
        let counters = facts.counters.iter().filter(|(_, value)| !value.is_null());
        let counters = counters.map(|(name, value)| format!("{name} {value}"));
        let counters = counters.collect::<Vec<_>>().join(", ").replace('_', " ");
        findings.push(Finding::Good(format!("Counters: {counters}")));
    }
    findings.push(check(
        facts.serves_plugin,
        "The storefront's files are served",
        &format!("{url}/plugin/loader.js is not served"),
        "Check that [assets] is in wrangler.toml, then run: play-it-green deploy",
    ));
    if config.sends_email() && config.variable("PUBLIC_URL").is_none() {
        findings.push(fault(
            "Mail has links to PUBLIC_URL, which is not set",
            "Write the Worker's address to wrangler.toml as PUBLIC_URL under [vars]",
        ));
    }
    findings
}

fn check(is_good: bool, good: &str, what: &str, fix: &str) -> Finding {
    if is_good { Finding::Good(good.to_owned()) } else { fault(what, fix) }
}

fn fault(what: &str, fix: &str) -> Finding {
    Finding::Fault { what: what.to_owned(), fix: fix.to_owned() }
}

#[cfg(test)]
#[path = "finding_tests.rs"]
mod tests;

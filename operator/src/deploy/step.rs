//! Executes one step of a deployment.

use serde::Deserialize;

use super::plan::Step;
use super::{account, fingerprint, secret};
use crate::Failure;
use crate::arguments::{DeployOptions, NewMerchant};
use crate::database::Database;
use crate::deployment::Deployment;
use crate::installation::Installation;
use crate::merchants;
use crate::node::http::{self, Request};
use crate::node::process::Output;
use crate::node::terminal::print;
use crate::node::{files, time};

/// A deployment in progress.
pub(super) struct Deploying {
    installation: Installation,
    /// The deployment after the steps so far.
    pub(super) deployment: Deployment,
    merchant: Option<NewMerchant>,
    /// The file of secrets to upload with the Worker.
    secrets: Option<String>,
    /// The address of the deployed Worker.
    url: Option<String>,
}

/// Milliseconds that a new address may take to respond.
const URL_TIMEOUT: i64 = 60_000;
/// Milliseconds between two attempts.
const INTERVAL: u32 = 1_000;

impl Deploying {
    pub(super) fn new(
        installation: &Installation,
        deployment: Deployment,
        options: &DeployOptions,
    ) -> Self {
        Self {
            installation: installation.clone(),
            deployment,
            merchant: options.merchant.clone(),
            secrets: None,
            url: None,
        }
    }

    /// Continues without a queue: the cron event then closes the months.
    pub(super) fn leave_out_queue(&mut self) -> Result<(), Failure> {
        self.deployment.config.remove_queue();
        self.write_config()
    }

    fn write_config(&self) -> Result<(), Failure> {
        files::write(&self.deployment.path, &self.deployment.config.to_string())
    }

    /// Executes a step.
    pub(super) async fn run(&mut self, step: &Step) -> Result<(), Failure> {
        match step {
            Step::WriteConfig => self.write_config(),
            Step::CreateDatabase(name) => {
                let create = ["d1", "create", name.as_str()];
                succeeded(&self.deployment.wrangler_without_config(&create)?.output()?)?;
                let databases = account::databases(&self.deployment)?;
                let created = databases.into_iter().find(|it| it.name == *name);
                let created = created.ok_or_else(|| {
                    Failure(format!("wrangler created {name}, but does not list it. Try again."))
                })?;
                self.use_database(&created.id)
            }
            Step::AdoptDatabase(database) => self.use_database(&database.id),
            Step::CreateQueue(name) => {
                let create = ["queues", "create", name.as_str()];
                succeeded(&self.deployment.wrangler_without_config(&create)?.output()?)
            }
            Step::ApplyMigrations(_) => {
                let apply = ["d1", "migrations", "apply", "DB", "--remote"];
                succeeded(&self.deployment.wrangler(&apply)?.output()?)
            }
            Step::CreateSecret => {
                let path = secret::create(self.deployment.folder())?;
                print(&format!(
                    "The secret is in {path}. Store it in a safe place: Cloudflare never shows it \
                     again, and a backup is of no use without it."
                ));
                self.secrets = Some(path);
                Ok(())
            }
            Step::Deploy(_) => self.deploy(),
            Step::StoreUrl => self.store_url().await,
            Step::AddMerchant(_) => self.add_merchant().await,
        }
    }

    fn use_database(&mut self, id: &str) -> Result<(), Failure> {
        self.deployment.config.set_database_id(id);
        self.write_config()
    }

    fn deploy(&mut self) -> Result<(), Failure> {
        let tag = fingerprint::compute(&self.installation, &self.deployment.config)?;
        let mut arguments = vec!["deploy", "--tag", tag.as_str()];
        let secrets = self.secrets.clone();
        if let Some(secrets) = &secrets {
            arguments.extend(["--secrets-file", secrets.as_str()]);
        }
        let folder = files::create_temporary_folder()?;
        let record = format!("{folder}/output.ndjson");
        let mut program = self.deployment.wrangler(&arguments)?;
        program.environment.push(("WRANGLER_OUTPUT_FILE_PATH", record.clone()));
        let deployed = program.output().and_then(|output| succeeded(&output));
        let record = files::read_text(&record).unwrap_or_default();
        files::remove(&folder)?;
        deployed?;
        self.url = deployed_url(&record).or_else(|| self.deployment.url());
        Ok(())
    }

    async fn store_url(&mut self) -> Result<(), Failure> {
        let Some(url) = self.url.clone() else {
            print(
                "wrangler did not report the address of the Worker. Write it to wrangler.toml as \
                 PUBLIC_URL under [vars], and deploy again.",
            );
            return Ok(());
        };
        self.deployment.config.set_variable("PUBLIC_URL", &url);
        self.write_config()?;
        self.deploy()?;
        wait_for(&url).await;
        Ok(())
    }

    async fn add_merchant(&self) -> Result<(), Failure> {
        let Some(merchant) = &self.merchant else { return Ok(()) };
        let url = self.deployment.url().ok_or_else(|| {
            Failure("The address of the Worker is unknown. Add the merchant later.".to_owned())
        })?;
        let database = Database::Remote(self.deployment.clone());
        let added = merchants::add(&database, merchant, &url, time::now()).await?;
        print(&merchants::added_message(&merchant.name, &added));
        Ok(())
    }
}

/// Waits until a new address responds, which may take a minute. After that the command continues,
/// because the address will respond later.
async fn wait_for(url: &str) {
    let began = time::now();
    let health = format!("{url}/health");
    while time::now().saturating_sub(began) < URL_TIMEOUT {
        let request =
            Request { method: "GET", url: &health, headers: &[], body: None, timeout: 10_000 };
        if http::send(request).await.is_ok_and(|response| response.status == 200) {
            return;
        }
        time::wait(INTERVAL).await;
    }
    print(&format!("{url} does not respond yet. Check it later with: play-it-green doctor"));
}

/// Returns an error if wrangler failed.
fn succeeded(output: &Output) -> Result<(), Failure> {
    if output.succeeded {
        return Ok(());
    }
    let reason = format!("{}{}", output.stdout, output.stderr);
    Err(Failure(format!(
        "wrangler failed. Correct the cause and run the command again; it goes on from here.\n\n{}",
        reason.trim()
    )))
}

/// A line of wrangler's record.
#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    targets: Option<Vec<String>>,
}

/// Returns the address in wrangler's record of a deployment.
fn deployed_url(record: &str) -> Option<String> {
    let mut entries = record.lines().filter_map(|line| serde_json::from_str::<Entry>(line).ok());
    let deployed = entries.rfind(|entry| entry.kind == "deploy")?;
    let target = deployed.targets?.into_iter().next()?;
    // Wrangler prints a remark after a custom domain.
    let address = target.split_whitespace().next()?.trim_end_matches(['/', '*']);
    if address.contains("://") {
        return Some(address.to_owned());
    }
    Some(format!("https://{address}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_read_from_wranglers_record() {
        let record = |target: &str| {
            format!(
                "{{\"type\":\"wrangler-session\"}}\n{{\"type\":\"deploy\",\"targets\":[\"{target}\"]}}\n"
            )
        };
        for (target, url) in [
            ("https://green.example.workers.dev", "https://green.example.workers.dev"),
            ("trees.example.com (custom domain)", "https://trees.example.com"),
            ("trees.example.com/*", "https://trees.example.com"),
            ("http://localhost:8787", "http://localhost:8787"),
        ] {
            assert_eq!(deployed_url(&record(target)).as_deref(), Some(url), "{target}");
        }
        assert_eq!(deployed_url(""), None);
        assert_eq!(deployed_url("{\"type\":\"deploy\"}"), None);
    }
}

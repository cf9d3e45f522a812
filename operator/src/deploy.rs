//! `play-it-green deploy`: from an empty account to a Worker with its first merchant.

pub(crate) mod account;
mod fingerprint;
mod key_list;
mod plan;
pub(crate) mod secret;
mod step;

use self::plan::{Account, Step, Wanted, plan};
use self::step::Deploying;
use crate::Failure;
use crate::arguments::DeployOptions;
use crate::config::{Config, Paths};
use crate::deployment::{Deployment, folder_of};
use crate::installation::Installation;
use crate::node::files;
use crate::node::terminal::{ask, is_interactive, print};

pub(crate) use self::key_list::KeyList;
pub(crate) use self::plan::ENCRYPTION_KEYS;

/// Deploys, and returns the last message.
pub(crate) async fn run(
    installation: &Installation,
    options: &DeployOptions,
) -> Result<String, Failure> {
    installation.check_built()?;
    let path = Deployment::path(options.config.as_deref());
    let config = desired(installation, &path, options.name.as_deref())?;
    let deployment = Deployment::new(installation, path, config);
    let (wanted, account) = compare(installation, &deployment, options).await?;
    let steps = plan(&wanted, &account);
    if options.dry_run {
        return dry_run(installation, &deployment, &steps);
    }
    if steps.is_empty() {
        return Ok(finished(&deployment, "Nothing to do: everything is deployed."));
    }
    if !options.yes && !is_interactive() {
        return Err(Failure(
            "This terminal is not interactive. Use --yes to do every step, or --dry-run to \
             list them."
                .to_owned(),
        ));
    }
    let mut deploying = Deploying::new(installation, deployment, options);
    for step in &steps {
        if options.yes {
            print(&step.text());
        } else if !wants(step).await? {
            if matches!(step, Step::CreateQueue(_)) {
                deploying.leave_out_queue()?;
                continue;
            }
            return Ok("Stopped. Run the command again to go on from here.".to_owned());
        }
        deploying.run(step).await?;
    }
    Ok(finished(&deploying.deployment, "Everything is deployed."))
}

async fn wants(step: &Step) -> Result<bool, Failure> {
    let command = step.command();
    let command = if command.is_empty() { command } else { format!("\n  ({command})") };
    let reply = ask(&format!("{}{command}\nDo it? [Y/n] ", step.text())).await?;
    Ok(matches!(reply.to_lowercase().as_str(), "" | "y" | "yes"))
}

fn finished(deployment: &Deployment, message: &str) -> String {
    let url = deployment.url().map(|url| format!("\n\n  The Worker: {url}"));
    format!(
        "{message}{}\n\nAdd a merchant with: play-it-green merchant add NAME --remote …\nCheck \
         the deployment with: play-it-green doctor",
        url.unwrap_or_default()
    )
}

/// Returns the configuration of the deployer's folder, or a new one, with the paths of these files.
fn desired(installation: &Installation, path: &str, name: Option<&str>) -> Result<Config, Failure> {
    let mut config = if files::exists(path) {
        let config = Config::parse(&files::read_text(path)?)?;
        if config.database_name().is_empty() || config.crons().is_empty() {
            return Err(Failure(format!(
                "{path} is not the configuration of Play It Green. Change to an empty folder, or \
                 name another file: --config FILE"
            )));
        }
        if name.is_some_and(|name| name != config.name()) {
            return Err(Failure(format!(
                "{path} is the configuration of {}. Leave out --name, or change to another folder.",
                config.name()
            )));
        }
        config
    } else {
        let mut config = installation.config()?;
        if let Some(name) = name {
            config.set_name(name);
        }
        config
    };
    config.set_paths(&paths(installation, folder_of(path)));
    Ok(config)
}

/// Returns the paths of the files as seen from a folder.
fn paths(installation: &Installation, folder: &str) -> Paths {
    let from = |file: &str| files::relative(folder, &installation.path(file));
    Paths {
        main: from("worker/build/index.js"),
        migrations: from("worker/migrations"),
        assets: from("plugin/dist"),
    }
}

/// Returns the needed deployment and the state of the account.
async fn compare(
    installation: &Installation,
    deployment: &Deployment,
    options: &DeployOptions,
) -> Result<(Wanted, Account), Failure> {
    let config = &deployment.config;
    let path = &deployment.path;
    let wanted = Wanted {
        name: config.name().to_owned(),
        database: config.database_name().to_owned(),
        database_id: config.database_id().map(str::to_owned),
        queue: config.queue().map(str::to_owned),
        migrations: installation.migrations()?,
        config_differs: !files::exists(path) || files::read_text(path)? != config.to_string(),
        has_url: deployment.url().is_some(),
        fingerprint: fingerprint::compute(installation, config)?,
        merchant: options.merchant.clone(),
    };
    let account = match account::is_signed_in(deployment)? {
        true => account::read(deployment).await?,
        false if options.dry_run => {
            print(
                "wrangler is not signed in to Cloudflare: these are the steps for an empty account.",
            );
            Account::default()
        }
        false => {
            return Err(Failure(
                "wrangler is not signed in to Cloudflare. Run: npx wrangler login\nIn a script, \
                 set CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID instead."
                    .to_owned(),
            ));
        }
    };
    Ok((wanted, account))
}

/// Prints the steps, and runs wrangler's own check of the Worker.
fn dry_run(
    installation: &Installation,
    deployment: &Deployment,
    steps: &[Step],
) -> Result<String, Failure> {
    for (index, step) in steps.iter().enumerate() {
        print(&format!("{}. {}", index.saturating_add(1), step.text()));
        if !step.command().is_empty() {
            print(&format!("   {}", step.command()));
        }
    }
    let folder = files::create_temporary_folder()?;
    let mut config = deployment.config.clone();
    config.set_paths(&paths(installation, &folder));
    let path = format!("{folder}/wrangler.toml");
    files::write(&path, &config.to_string())?;
    let checked = Deployment::new(installation, path, config);
    let output = checked.wrangler(&["deploy", "--dry-run", "--outdir", "bundle"])?.output();
    files::remove(&folder)?;
    let output = output?;
    if !output.succeeded {
        let reason = format!("{}{}", output.stdout, output.stderr);
        return Err(Failure(format!("wrangler rejects the Worker:\n\n{}", reason.trim())));
    }
    let size = output.stdout.lines().find(|line| line.contains("Total Upload"));
    let count = if steps.is_empty() { "Nothing to do. " } else { "" };
    Ok(format!(
        "{count}wrangler accepts the Worker. {}\nNothing was changed.",
        size.unwrap_or_default().trim()
    ))
}

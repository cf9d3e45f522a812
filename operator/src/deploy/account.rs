//! Reads the state of the deployer's account from wrangler.

use serde::Deserialize;

use super::plan::{Account, AccountDatabase};
use crate::Failure;
use crate::database::Database;
use crate::deployment::Deployment;
use crate::node::files;
use crate::node::process::Output;
use crate::store::schema::{self, Count, Migration};

/// Returns true if wrangler is signed in to Cloudflare.
pub(crate) fn is_signed_in(deployment: &Deployment) -> Result<bool, Failure> {
    Ok(deployment.wrangler_without_config(&["whoami", "--json"])?.output()?.succeeded)
}

/// Reads the state of the account.
pub(super) async fn read(deployment: &Deployment) -> Result<Account, Failure> {
    let databases = databases(deployment)?;
    let config = &deployment.config;
    let known = databases.iter().find(|it| it.name == config.database_name());
    let id = config.database_id().or(known.map(|it| it.id.as_str()));
    let (applied, merchants) = match id {
        Some(id) => {
            let mut config = config.clone();
            config.set_database_id(id);
            let temporary = deployment.with_config(config)?;
            let contents = contents(&temporary).await;
            files::remove(temporary.folder())?;
            contents?
        }
        None => (Vec::new(), 0),
    };
    Ok(Account {
        has_queue: match config.queue() {
            Some(queue) => has_queue(deployment, queue)?,
            None => false,
        },
        secrets: secrets(deployment)?,
        fingerprint: fingerprint(deployment)?,
        databases,
        applied,
        merchants,
    })
}

/// Returns the databases of the account.
pub(crate) fn databases(deployment: &Deployment) -> Result<Vec<AccountDatabase>, Failure> {
    let output = deployment.wrangler_without_config(&["d1", "list", "--json"])?.output()?;
    read_databases(&output)
}

/// Returns true if the queue exists.
pub(crate) fn has_queue(deployment: &Deployment, queue: &str) -> Result<bool, Failure> {
    Ok(deployment.wrangler_without_config(&["queues", "info", queue])?.output()?.succeeded)
}

/// Returns the names of the Worker's secrets; none if it was never deployed.
pub(crate) fn secrets(deployment: &Deployment) -> Result<Vec<String>, Failure> {
    let name = deployment.config.name();
    let arguments = ["secret", "list", "--format", "json", "--name", name];
    let output = deployment.wrangler_without_config(&arguments)?.output()?;
    let secrets: Vec<Named> = serde_json::from_str(&output.stdout).unwrap_or_default();
    Ok(secrets.into_iter().map(|secret| secret.name).collect())
}

/// Returns the names of the applied migrations, and the number of merchants.
async fn contents(deployment: &Deployment) -> Result<(Vec<String>, i64), Failure> {
    let database = Database::Remote(deployment.clone());
    let tables: Vec<Count> = database.execute(&[schema::COUNT_TABLES.to_owned()]).await?;
    if tables.first().is_none_or(|row| row.count == 0) {
        return Ok((Vec::new(), 0));
    }
    let applied: Vec<Migration> = database.execute(&[schema::MIGRATIONS.to_owned()]).await?;
    if applied.is_empty() {
        return Ok((Vec::new(), 0));
    }
    let merchants: Vec<Count> = database.execute(&[schema::COUNT_MERCHANTS.to_owned()]).await?;
    let merchants = merchants.first().map_or(0, |row| row.count);
    Ok((applied.into_iter().map(|row| row.name).collect(), merchants))
}

/// Returns the fingerprint that was deployed last; `None` if the Worker was never deployed.
fn fingerprint(deployment: &Deployment) -> Result<Option<String>, Failure> {
    let name = deployment.config.name();
    let status = ["deployments", "status", "--json", "--name", name];
    let status = deployment.wrangler_without_config(&status)?.output()?;
    let Some(version) = read_version(&status) else { return Ok(None) };
    let view = ["versions", "view", &version, "--json", "--name", name];
    Ok(read_tag(&deployment.wrangler_without_config(&view)?.output()?))
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct ListedDatabase {
    uuid: String,
    name: String,
}

fn read_databases(output: &Output) -> Result<Vec<AccountDatabase>, Failure> {
    let listed: Vec<ListedDatabase> = serde_json::from_str(&output.stdout).map_err(|_| {
        let reason = format!("{}{}", output.stdout, output.stderr);
        Failure(format!("wrangler could not list your D1 databases:\n\n{}", reason.trim()))
    })?;
    let databases = listed.into_iter();
    Ok(databases.map(|it| AccountDatabase { name: it.name, id: it.uuid }).collect())
}

#[derive(Deserialize)]
struct DeploymentStatus {
    versions: Vec<DeployedVersion>,
}

#[derive(Deserialize)]
struct DeployedVersion {
    version_id: String,
}

/// Returns the version that receives all requests.
fn read_version(output: &Output) -> Option<String> {
    let status: DeploymentStatus = serde_json::from_str(&output.stdout).ok()?;
    match status.versions.as_slice() {
        [version] => Some(version.version_id.clone()),
        _ => None,
    }
}

#[derive(Deserialize)]
struct Version {
    #[serde(default)]
    annotations: Annotations,
}

#[derive(Default, Deserialize)]
struct Annotations {
    #[serde(rename = "workers/tag")]
    tag: Option<String>,
}

fn read_tag(output: &Output) -> Option<String> {
    let version: Version = serde_json::from_str(&output.stdout).ok()?;
    version.annotations.tag
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(stdout: &str) -> Output {
        Output { succeeded: true, stdout: stdout.to_owned(), stderr: String::new() }
    }

    #[test]
    fn databases_are_read_from_wranglers_list() {
        let listed = r#"[{"uuid": "id-1", "name": "green", "version": "production"}]"#;
        let database = AccountDatabase { name: "green".to_owned(), id: "id-1".to_owned() };
        assert_eq!(read_databases(&printed(listed)).unwrap(), [database]);
        let error = read_databases(&printed("Authentication error")).unwrap_err().to_string();
        assert!(error.ends_with("Authentication error"), "{error}");
    }

    #[test]
    fn the_fingerprint_is_that_of_the_version_that_receives_all_requests() {
        let one = r#"{"versions": [{"version_id": "v1", "percentage": 100}]}"#;
        assert_eq!(read_version(&printed(one)).as_deref(), Some("v1"));
        let two = r#"{"versions": [{"version_id": "v1"}, {"version_id": "v2"}]}"#;
        assert_eq!(read_version(&printed(two)), None);
        assert_eq!(read_version(&printed("This Worker does not exist")), None);
        let version = r#"{"id": "v1", "annotations": {"workers/tag": "f1"}}"#;
        assert_eq!(read_tag(&printed(version)).as_deref(), Some("f1"));
        assert_eq!(read_tag(&printed(r#"{"id": "v1"}"#)), None);
    }
}

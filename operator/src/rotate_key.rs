//! `play-it-green rotate-key`: replaces the encryption key, in steps that can be repeated.
//!
//! The new key comes first in the list, so that it encrypts, and the older ones go on decrypting.
//! Then the Worker, which alone reads values, encrypts each with the new key. The older keys leave
//! the list last.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::Failure;
use crate::arguments::RotateKeyOptions;
use crate::database::Database;
use crate::deploy::{KeyList, secret};
use crate::deployment::Deployment;
use crate::installation::Installation;
use crate::node::http::{self, Request};
use crate::node::terminal::print;
use crate::node::{files, time};
use crate::operator_key;

/// Milliseconds that one call may take.
const CALL_TIMEOUT: u32 = 60_000;
/// Milliseconds until every instance of the Worker has a new secret, at most.
const UPLOAD_TIMEOUT: i64 = 120_000;
/// Milliseconds between two looks at whether the Worker has it.
const INTERVAL: u32 = 1_000;
/// Responses with the new key in a row, after which every instance of the Worker has it.
const CONFIRMATIONS: u32 = 5;

/// The Worker's report.
#[derive(Debug, Deserialize)]
struct Reencryption {
    current_key: String,
    older_keys: u64,
    reencrypted: u64,
    remaining: u64,
    unreadable: BTreeMap<String, u64>,
}

/// The part of an error that is read.
#[derive(Default, Deserialize)]
struct Problem {
    message: Option<String>,
}

/// A Worker, and how the command proves that it is the operator's.
struct Caller {
    url: String,
    authorization: String,
}

/// Replaces the key, and returns the last message.
pub(crate) async fn run(
    installation: &Installation,
    options: RotateKeyOptions,
) -> Result<String, Failure> {
    let database = Database::open(installation, &options.place).await?;
    let url = options.url.or_else(|| database.worker()).ok_or_else(|| {
        Failure("Give the address of your Worker: --url https://trees.example.com".to_owned())
    })?;
    let caller = Caller { url, authorization: operator_key::create(&database).await? };
    let Database::Remote(deployment) = &database else {
        return Ok(report(&caller.reencrypt_all().await?, ""));
    };
    let path = secret::path(deployment.folder());
    let list = read(&path)?;
    if options.removes_old {
        return remove_old(&caller, deployment, &path, &list).await;
    }
    let before = caller.call("GET").await?.current_key;
    if list.has_older() {
        print("The list has an older key, so the rotation goes on. No new key is created.");
        upload(deployment, &path)?;
    } else {
        files::replace_private(&path, &list.with_new(secret::new_key()?).text())?;
        print(&format!("The new key is in {path}. Store a copy in a safe place."));
        upload(deployment, &path)?;
        caller.wait_for_other_key(&before).await?;
    }
    let done = caller.reencrypt_all().await?;
    Ok(report(&done, "\nRemove the old key: play-it-green rotate-key --remove-old --remote"))
}

async fn remove_old(
    caller: &Caller,
    deployment: &Deployment,
    path: &str,
    list: &KeyList,
) -> Result<String, Failure> {
    if !list.has_older() {
        return Ok("Nothing to do: the list has one key.".to_owned());
    }
    // A Worker that has not received the list yet encrypts with the key that would be removed.
    if caller.reencrypt_all().await?.older_keys == 0 {
        return Err(Failure(
            "The Worker has one key, so it does not have the new list yet. Nothing was removed. First \
             run: play-it-green rotate-key --remote"
                .to_owned(),
        ));
    }
    files::replace_private(path, &list.without_older().text())?;
    upload(deployment, path)?;
    Ok(format!(
        "The old key is removed from the Worker. {path} keeps it as a comment, because backups from \
         before cannot be read without it."
    ))
}

fn read(path: &str) -> Result<KeyList, Failure> {
    let text = if files::exists(path) { files::read_text(path)? } else { String::new() };
    KeyList::read(&text).ok_or_else(|| {
        Failure(format!(
            "{path} holds no list of encryption keys. Put the file of this deployment there: a new \
             list without the old key would make everything unreadable."
        ))
    })
}

fn upload(deployment: &Deployment, path: &str) -> Result<(), Failure> {
    let output = deployment.wrangler(&["secret", "bulk", path])?.output()?;
    if output.succeeded {
        return Ok(());
    }
    let reason = format!("{}{}", output.stdout, output.stderr);
    Err(Failure(format!(
        "wrangler could not store the list of keys. Correct the cause and run the command again; it \
         goes on from here.\n\n{}",
        reason.trim()
    )))
}

fn report(done: &Reencryption, next: &str) -> String {
    let count = done.reencrypted;
    let values = if count == 1 { "value was" } else { "values were" };
    let lost = done.unreadable.iter().map(|(key, count)| {
        format!(
            "\n{count} unreadable with the key {key}, which is not in the list. docs/deploy.md says how \
             to go on without it."
        )
    });
    let lost: String = lost.collect();
    let key = &done.current_key;
    format!("{count} {values} encrypted with the key {key}. None is left.{lost}{next}")
}

impl Caller {
    async fn call(&self, method: &str) -> Result<Reencryption, Failure> {
        let Self { url, authorization } = self;
        let response = http::send(Request {
            method,
            url: &format!("{url}/operator/encryption"),
            headers: &[("authorization", authorization)],
            body: None,
            timeout: CALL_TIMEOUT,
        })
        .await?;
        if response.status == 200 {
            return serde_json::from_str(&response.body)
                .map_err(|error| Failure(format!("Unexpected response from {url}: {error}.")));
        }
        let problem: Problem = serde_json::from_str(&response.body).unwrap_or_default();
        let message = problem.message.unwrap_or_else(|| "Is it your Worker?".to_owned());
        Err(Failure(format!("{url} returned {}: {message}", response.status)))
    }

    /// Waits until the Worker encrypts with another key than this one.
    async fn wait_for_other_key(&self, before: &str) -> Result<(), Failure> {
        let began = time::now();
        let mut confirmations = 0_u32;
        while confirmations < CONFIRMATIONS {
            if time::now().saturating_sub(began) > UPLOAD_TIMEOUT {
                return Err(Failure(format!(
                    "{} does not use the new key yet. Run the command again in a minute; it goes on \
                     from here.",
                    self.url
                )));
            }
            // While the new secret is put in place, a call may fail.
            let has_new = self.call("GET").await.is_ok_and(|report| report.current_key != before);
            confirmations = if has_new { confirmations.saturating_add(1) } else { 0 };
            time::wait(INTERVAL).await;
        }
        Ok(())
    }

    /// Has every value encrypted with the first key of the list.
    async fn reencrypt_all(&self) -> Result<Reencryption, Failure> {
        let mut total = 0_u64;
        loop {
            let done = self.call("POST").await?;
            total = total.saturating_add(done.reencrypted);
            if done.remaining == 0 {
                return Ok(Reencryption { reencrypted: total, ..done });
            }
            if done.reencrypted == 0 {
                return Err(Failure(format!(
                    "{} values cannot be decrypted with the key that they name. Nothing was lost; \
                     keep the older keys in the list.",
                    done.remaining
                )));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_counts_the_values_and_names_the_keys() {
        let json = r#"{"current_key": "0a1b2c3d", "older_keys": 1, "reencrypted": 1,
            "remaining": 0, "unreadable": {}}"#;
        let done: Reencryption = serde_json::from_str(json).unwrap();
        let expected = "1 value was encrypted with the key 0a1b2c3d. None is left. Next.";
        assert_eq!(report(&done, " Next."), expected);
        let json = r#"{"current_key": "0a1b2c3d", "older_keys": 1, "reencrypted": 2,
            "remaining": 0, "unreadable": {"99999999": 3}}"#;
        let done: Reencryption = serde_json::from_str(json).unwrap();
        assert!(report(&done, "").contains("3 unreadable with the key 99999999"));
    }
}

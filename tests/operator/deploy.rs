//! Tests of a deployment, with a stand-in for the wrangler commands that need a Cloudflare account.

use std::fs;
use std::path::Path;
use std::process::Command;

use play_it_green_tests::demo::{Demo, operator};
use play_it_green_tests::local_worker::repository;
use play_it_green_tests::secrets;
use serde_json::{Value, json};

use crate::{empty_folder, run};

/// Returns the operator's command line in a deployer's folder.
fn deployer(folder: &Path, url: &str) -> Command {
    let mut command = operator();
    command
        .current_dir(folder)
        .env("PLAY_IT_GREEN_WRANGLER", repository().join("tests/operator/wrangler.mjs"))
        .env("ACCOUNT", folder.join("account.json"))
        .env("DATABASE", folder.join("database"))
        .env("DEPLOYED_URL", url);
    command
}

/// Returns every change of the account, in order.
fn changes(folder: &Path) -> Value {
    let account = fs::read_to_string(folder.join("account.json")).unwrap();
    serde_json::from_str::<Value>(&account).unwrap()["log"].clone()
}

#[test]
fn a_deployment_creates_what_is_missing_and_deploying_twice_changes_nothing() {
    let folder = empty_folder("deploy-state");
    // It responds at the Worker's address, so that the command need not wait.
    let demo = Demo::start(&folder.join("demo")).unwrap();
    let merchant = ["--merchant", "Example Mugs", "--time-zone", "UTC", "--currency", "EUR"];
    let more = ["--tree-price", "1.00", "--name", "green", "--yes"];
    let deploy = || {
        let mut command = deployer(&folder, &demo.worker);
        command.arg("deploy").args(merchant).args(more);
        run(&mut command)
    };
    let printed = deploy().unwrap();
    let link = printed.split_whitespace().find(|word| word.contains("/sign-in/")).unwrap();
    secrets::note(&printed).unwrap();
    assert!(link.starts_with(&demo.worker), "{printed}");
    let created = json!(["d1 create", "queues create", "d1 migrations apply", "deploy", "deploy"]);
    assert_eq!(changes(&folder), created, "{printed}");
    let config = fs::read_to_string(folder.join("wrangler.toml")).unwrap();
    assert!(config.contains("11111111-2222-3333-4444-555555555555"), "{config}");
    assert!(config.contains(&format!("PUBLIC_URL = \"{}\"", demo.worker)), "{config}");
    let secret = fs::read_to_string(folder.join("play-it-green.secrets")).unwrap();
    assert_eq!(secret.trim_end().len(), "ENCRYPTION_KEYS=".len() + 64);
    assert!(!printed.contains(secret.trim_end().split_once('=').unwrap().1), "{printed}");

    let again = deploy().unwrap();
    assert!(again.contains("Nothing to do"), "{again}");
    assert_eq!(changes(&folder), created);
    assert_eq!(fs::read_to_string(folder.join("wrangler.toml")).unwrap(), config);
    let mut list = deployer(&folder, &demo.worker);
    let listed = run(list.args(["merchant", "list", "--remote"])).unwrap();
    assert_eq!(listed.lines().count(), 1, "{listed}");

    let mut doctor = deployer(&folder, &demo.worker);
    let report = run(doctor.arg("doctor")).unwrap();
    assert!(report.contains("No faults found"), "{report}");
    fs::remove_file(folder.join("account.json")).unwrap();
    let mut doctor = deployer(&folder, &demo.worker);
    let report = run(doctor.arg("doctor")).unwrap_err();
    for fault in ["does not exist in your account", "queue green-month-ends", "ENCRYPTION_KEYS"] {
        assert!(report.contains(fault), "{fault}: {report}");
    }
}

#[test]
fn a_dry_run_lists_the_steps_has_wrangler_check_the_worker_and_changes_nothing() {
    let folder = empty_folder("dry-run-state");
    let printed = run(operator().current_dir(&folder).args(["deploy", "--dry-run"])).unwrap();
    for step in
        ["Create the D1 database", "Create the queue", "0001_initial.sql", "ENCRYPTION_KEYS"]
    {
        assert!(printed.contains(step), "{step}: {printed}");
    }
    assert!(printed.contains("wrangler accepts the Worker. Total Upload"), "{printed}");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "nothing is written");
}

#[test]
fn another_configuration_in_the_folder_is_left_alone() {
    let folder = empty_folder("foreign-state");
    let foreign = "name = \"something-else\"\n";
    fs::write(folder.join("wrangler.toml"), foreign).unwrap();
    let error = run(operator().current_dir(&folder).args(["deploy", "--dry-run"])).unwrap_err();
    assert!(error.contains("not the configuration of Play It Green"), "{error}");
    assert_eq!(fs::read_to_string(folder.join("wrangler.toml")).unwrap(), foreign);
}

//! Tests the operator's command line from end to end: the demo, backups, and a deployment whose
//! account `tests/operator/wrangler.mjs` emulates.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in a test, a panic is the message"
)]

mod backup;
mod demo;
mod deploy;
mod rotate_key;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use play_it_green_tests::local_worker::repository;

/// Creates an empty folder for a test.
fn empty_folder(name: &str) -> PathBuf {
    let folder = repository().join("target/tests/operator").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Returns the output of a command if it succeeded; otherwise its error.
fn run(command: &mut Command) -> Result<String, String> {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    if status.success() { Ok(text(stdout)) } else { Err(text(stderr)) }
}

/// Returns the path as an argument.
fn word(path: &Path) -> String {
    path.display().to_string()
}

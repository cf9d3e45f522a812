//! Runs Node.js, and the Wasm build of `tests/evaluate` in it.

use std::path::PathBuf;
use std::process::Command;

use crate::Failure;
use crate::local_worker::repository;

/// Returns Node.js of the installed version, in the folder of the repository.
#[must_use]
pub fn node() -> Command {
    let mut command = Command::new(repository().join("node_modules/.bin/node"));
    // The code is compiled once, because wrangler's and Miniflare's code takes most of a Worker's
    // start time.
    command
        .current_dir(repository())
        .env("NODE_COMPILE_CACHE", repository().join("target/tests/node"));
    command
}

/// Returns the Wasm build of the crate `play-it-green-evaluate`, as a module that `require` takes.
///
/// # Errors
/// If it was not built; the message is the command that builds it.
pub fn evaluate_module() -> Result<PathBuf, Failure> {
    let module = repository().join("target/tests/evaluate/evaluate.js");
    if module.exists() {
        return Ok(module);
    }
    let command = "npm test -- equivalence";
    Err(Failure(format!("{} is missing. Run: {command}", module.display())))
}

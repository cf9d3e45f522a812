//! Builds the operator's command line for Node.js.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use super::fresh::unless_fresh;
use super::glue::{self, Runtime};
use super::wasm;
use crate::paths::{in_root, in_target, node_program, wasm};
use crate::process;

/// Returns the output folder.
pub(crate) fn folder() -> PathBuf {
    in_target("operator")
}

/// The file that Node.js runs.
const COMMAND: &str = "play-it-green.cjs";

/// Builds the crate `play-it-green-operator` into `target/operator`.
pub(crate) fn build() -> Result<()> {
    let mut cargo = wasm::cargo_build()?;
    cargo.args(["--profile", "operator", "--lib", "--package", "play-it-green-operator"]);
    process::log("operator", &mut cargo)?;
    let compiled = wasm("operator", "play_it_green_operator.wasm");
    let command = in_root("operator/bin").join(COMMAND);
    let to = folder();
    let inputs = [compiled.clone(), command.clone()];
    unless_fresh("operator", &inputs, &to.join(COMMAND), || {
        fs::create_dir_all(&to)?;
        glue::generate(&compiled, "operator", Runtime::Node)?.emit(&to)?;
        // Node.js reads a file as CommonJS only if a manifest says so.
        fs::write(to.join("package.json"), "{\"type\": \"commonjs\"}\n")?;
        fs::copy(&command, to.join(COMMAND))?;
        Ok(())
    })
}

/// Returns the built command line with these arguments.
pub(crate) fn command(arguments: &[String]) -> Command {
    let mut command = node_program("node");
    command.arg(folder().join(COMMAND)).args(arguments);
    command
}

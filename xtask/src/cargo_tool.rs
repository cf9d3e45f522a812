//! Installs programs that only cargo provides, each in its exact version, under `target/tools`.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::paths::{in_root, in_target, root};
use crate::process;
use crate::report::say;

/// Returns the folder of the programs.
fn folder() -> PathBuf {
    in_target("tools/bin")
}

/// Returns true if cargo has a subcommand, from PATH or from `target/tools`.
pub(crate) fn has_subcommand(name: &str) -> bool {
    let mut command = Command::new("cargo");
    let asked = with_tools(command.args([name, "--version"])).output();
    asked.is_ok_and(|output| output.status.success())
}

/// Installs a subcommand of cargo if it is missing.
pub(crate) fn need_subcommand(name: &str, minutes: &str) -> Result<()> {
    if has_subcommand(name) {
        return Ok(());
    }
    say(&format!("Building cargo-{name} (once; {minutes} minutes on two cores)"));
    install(&format!("cargo-{name}"), &["--locked"])
}

/// Returns the path of `wasm-bindgen-test-runner`, in the version of wasm-bindgen in `Cargo.lock`.
pub(crate) fn wasm_bindgen_test_runner() -> Result<PathBuf> {
    let version = locked_version("wasm-bindgen")?;
    let runner = folder().join("wasm-bindgen-test-runner");
    let asked = Command::new(&runner).arg("--version").output();
    if asked.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(&version)) {
        return Ok(runner);
    }
    say(&format!(
        "Building wasm-bindgen's test runner {version} (once; four minutes on two cores)"
    ));
    // Without --locked, because a dependency in its lock file was withdrawn. In debug, because it
    // runs only for a few seconds.
    let pinned = ["--version", &version, "--bin", "wasm-bindgen-test-runner", "--debug", "--force"];
    install("wasm-bindgen-cli", &pinned)?;
    Ok(runner)
}

fn install(package: &str, options: &[&str]) -> Result<()> {
    let mut command = Command::new("cargo");
    command.arg("install").arg(package).args(options).arg("--root").arg(in_target("tools"));
    command.current_dir(root()).env("CARGO_TARGET_DIR", in_target("tools/build"));
    process::log(package, &mut command)
}

/// Returns the version of a package in `Cargo.lock`.
fn locked_version(package: &str) -> Result<String> {
    let lock = fs::read_to_string(in_root("Cargo.lock"))?;
    let entry = format!("name = \"{package}\"\nversion = \"");
    let version = lock.split(&entry).nth(1).and_then(|rest| rest.split('"').next());
    version.map(str::to_owned).with_context(|| format!("{package} is not in Cargo.lock"))
}

/// Adds the programs of `target/tools` to the command's PATH.
pub(crate) fn with_tools(command: &mut Command) -> &mut Command {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder()).chain(std::env::split_paths(&path));
    let path = std::env::join_paths(folders).unwrap_or_else(|_| OsString::from(&path));
    command.env("PATH", path)
}

//! Compiles crates to Wasm: the same bytes in every folder and on every machine.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::need;
use crate::paths::root;

/// The target of the plugin, the Worker and the operator's command line.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Returns `cargo build` for Wasm, to be completed with packages, features and a profile.
pub(crate) fn cargo_build() -> Result<Command> {
    let mut command = Command::new("cargo");
    command
        .current_dir(root())
        .env("RUSTUP_TOOLCHAIN", need::wasm_toolchain()?)
        .env("CARGO_ENCODED_RUSTFLAGS", flags())
        .args(["build", "--locked", "--target", TARGET]);
    Ok(command)
}

/// Returns flags that remove the paths of this machine from panic messages. So two machines build
/// the same bytes, and no home folder is published.
pub(crate) fn flags() -> String {
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let cargo = std::env::var_os("CARGO_HOME").map_or_else(|| home.join(".cargo"), PathBuf::from);
    let remap = |path: PathBuf| format!("--remap-path-prefix={}=", path.display());
    // Cargo separates these flags by this character, so a path may contain spaces.
    [remap(cargo), remap(root())].join("\u{1f}")
}

//! Paths: the repository, its build outputs, and the programs of its npm packages.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Returns the folder of the repository.
pub(crate) fn root() -> PathBuf {
    // Cargo sets the variable for a program that it runs, so a moved checkout is found too.
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let manifest = manifest.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
    manifest.parent().map_or(manifest.clone(), Path::to_owned)
}

/// Returns a path in the repository.
pub(crate) fn in_root(path: &str) -> PathBuf {
    root().join(path)
}

/// Returns a path under `target`, the folder of all build outputs.
pub(crate) fn in_target(path: &str) -> PathBuf {
    in_root("target").join(path)
}

/// Returns a file that cargo built for the browser and for Workers with this profile.
pub(crate) fn wasm(profile: &str, file: &str) -> PathBuf {
    in_target("wasm32-unknown-unknown").join(profile).join(file)
}

/// Returns a program of the npm packages, in the folder of the repository. Node.js is a package
/// too, because wrangler needs a newer one than many machines have.
pub(crate) fn node_program(name: &str) -> Command {
    let mut command = Command::new(in_root("node_modules/.bin").join(name));
    with_node(&mut command);
    command
}

/// Puts the programs of the npm packages first in the command's PATH.
pub(crate) fn with_node(command: &mut Command) {
    let mut folders = vec![in_root("node_modules/.bin")];
    let path = std::env::var_os("PATH").unwrap_or_default();
    folders.extend(std::env::split_paths(&path));
    if let Ok(path) = std::env::join_paths(folders) {
        command.env("PATH", path);
    }
    command.current_dir(root()).env("WRANGLER_SEND_METRICS", "false");
}

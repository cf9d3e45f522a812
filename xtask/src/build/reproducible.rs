//! Checks that the plugin's bytes depend on its sources alone.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::Modules;
use super::plugin;
use crate::paths::{in_root, root};
use crate::process;
use crate::report::step;

/// Builds the plugin from the last commit in another folder, with another cargo home, and compares
/// every file with the build of this folder.
pub(crate) fn check() -> Result<()> {
    step("Built the plugin", || plugin::build(Modules::All))?;
    let here = files(&in_root("plugin/dist"))?;
    // The path of the folder has another length than this one, so that no offset stays equal by
    // chance.
    let folder = std::env::temp_dir().join("play-it-green-built-in-another-folder");
    let _ = fs::remove_dir_all(&folder);
    let checkout = folder.join("checkout");
    let result = step("Built the plugin in another folder", || build_in(&checkout))
        .and_then(|()| compare(&here, &files(&checkout.join("plugin/dist"))?));
    let _ = fs::remove_dir_all(&folder);
    result
}

fn build_in(checkout: &Path) -> Result<()> {
    let mut clone = Command::new("git");
    clone.args(["clone", "--quiet", "--depth", "1"]);
    let source = format!("file://{}", root().display());
    process::log("clone", clone.arg(source).arg(checkout))?;
    // The packages and the build program are the same; cargo's home and the folder differ.
    std::os::unix::fs::symlink(in_root("node_modules"), checkout.join("node_modules"))?;
    let home = checkout.with_file_name("cargo");
    let mut build = Command::new(std::env::current_exe()?);
    build
        .args(["build", "plugin"])
        .current_dir(checkout)
        .env("CARGO_MANIFEST_DIR", checkout.join("xtask"))
        .env("CARGO_HOME", &home)
        .env_remove("CARGO_TARGET_DIR");
    process::log("reproducible", &mut build)
}

fn compare(here: &BTreeMap<PathBuf, Vec<u8>>, there: &BTreeMap<PathBuf, Vec<u8>>) -> Result<()> {
    if here.keys().ne(there.keys()) {
        bail!("Two builds have files of other names: {:?}, {:?}", here.keys(), there.keys());
    }
    for (path, bytes) in here {
        if there.get(path) != Some(bytes) {
            bail!("{} differs between two builds of the same sources.", path.display());
        }
    }
    println!("{} files are the same bytes", here.len());
    Ok(())
}

/// Returns every file under a folder, by its path in it.
fn files(folder: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let entries = fs::read_dir(&next).with_context(|| next.display().to_string())?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(folder)?.to_owned();
            found.insert(name, fs::read(&path)?);
        }
    }
    Ok(found)
}

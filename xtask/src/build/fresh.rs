//! Skips a step whose inputs are unchanged since its last run.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result};

use crate::paths::in_target;

/// Runs `make` unless it ran before with the same inputs and its result still exists: `output`
/// names a file of the result. Inputs are compared by their bytes; this program itself is one of
/// them.
pub(crate) fn unless_fresh(
    name: &str,
    inputs: &[PathBuf],
    output: &Path,
    make: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let stamp = in_target("stamps").join(name);
    let now = fingerprint(inputs)?;
    if output.exists() && fs::read_to_string(&stamp).is_ok_and(|before| before == now) {
        return Ok(());
    }
    // A step that fails must run again.
    let _ = fs::remove_file(&stamp);
    make()?;
    fs::create_dir_all(in_target("stamps"))?;
    fs::write(&stamp, now).context("Cannot record the build")
}

/// Returns a number for the bytes of files; a folder stands for all files in it.
fn fingerprint(inputs: &[PathBuf]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    let program = fs::metadata(std::env::current_exe()?)?;
    program.modified().unwrap_or(SystemTime::UNIX_EPOCH).hash(&mut hasher);
    for input in inputs {
        add(input, &mut hasher)?;
    }
    Ok(hasher.finish().to_string())
}

fn add(path: &Path, hasher: &mut DefaultHasher) -> Result<()> {
    if path.is_dir() {
        let mut entries: Vec<PathBuf> =
            fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
        entries.sort();
        return entries.iter().try_for_each(|entry| add(entry, hasher));
    }
    let bytes = fs::read(path).with_context(|| format!("Cannot read {}", path.display()))?;
    path.file_name().hash(hasher);
    bytes.hash(hasher);
    Ok(())
}

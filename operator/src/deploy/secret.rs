//! The secret of a deployment: created by the first deployment, stored in a file for the deployer,
//! and uploaded.

use play_it_green_accounts::{hexadecimal, random};

use super::plan::ENCRYPTION_KEYS;
use crate::Failure;
use crate::link::no_random_bytes;
use crate::node::files;

/// The file beside wrangler.toml. Cloudflare never shows a secret again, and a restored database
/// can be decrypted only with it.
pub(crate) const FILE: &str = "play-it-green.secrets";

/// Bytes of randomness in a key.
const BYTES: usize = 32;

/// Ensures that the file holds a secret, and returns its path. An existing file is used unchanged.
pub(super) fn create(folder: &str) -> Result<String, Failure> {
    let path = path(folder);
    if !files::exists(&path) {
        files::create_private(&path, &format!("{ENCRYPTION_KEYS}={}\n", new_key()?))?;
    }
    ignore(folder)?;
    Ok(path)
}

/// The path of the file.
pub(crate) fn path(folder: &str) -> String {
    format!("{folder}/{FILE}")
}

/// Creates an encryption key.
pub(crate) fn new_key() -> Result<String, Failure> {
    Ok(hexadecimal(&random::<BYTES>().map_err(|_| no_random_bytes())?))
}

/// Keeps the file out of the deployer's repository.
fn ignore(folder: &str) -> Result<(), Failure> {
    let path = format!("{folder}/.gitignore");
    let text = if files::exists(&path) { files::read_text(&path)? } else { String::new() };
    match with_line(&text) {
        Some(text) => files::write(&path, &text),
        None => Ok(()),
    }
}

/// Returns the text with the file's name as a line; `None` if it already has one.
fn with_line(text: &str) -> Option<String> {
    if text.lines().any(|line| line.trim() == FILE) {
        return None;
    }
    let separator = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    Some(format!("{text}{separator}{FILE}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_ignored_once() {
        let ignored = with_line("node_modules").unwrap();
        assert_eq!(ignored, format!("node_modules\n{FILE}\n"));
        assert_eq!(with_line(&ignored), None);
        assert_eq!(with_line("").unwrap(), format!("{FILE}\n"));
    }
}

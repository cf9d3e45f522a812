//! The fingerprint of a deployment: equal for equal files and configurations.

use play_it_green_accounts::{hash, hash_bytes};

use crate::Failure;
use crate::config::Config;
use crate::deployment::folder_of;
use crate::installation::Installation;
use crate::node::files;

/// Hexadecimal digits; Cloudflare allows 25 characters in a tag.
const LENGTH: usize = 20;

/// Computes the fingerprint.
pub(super) fn compute(installation: &Installation, config: &Config) -> Result<String, Failure> {
    let paths = installation.config()?.paths();
    let folder = installation.path("worker");
    let mut lines = vec![without_paths(config).to_string()];
    let main = folder_of(&paths.main);
    for part in [main, paths.assets.as_str()] {
        let part = files::absolute(&format!("{folder}/{part}"));
        for file in files::files_in(&part)? {
            let digest = hash_bytes(&files::read_bytes(&format!("{part}/{file}"))?);
            lines.push(format!("{file} {digest}"));
        }
    }
    Ok(hash(&lines.join("\n")).chars().take(LENGTH).collect())
}

/// Returns the configuration with the same paths on every machine: moving the files is no change.
fn without_paths(config: &Config) -> Config {
    let mut config = config.clone();
    config.set_paths(&crate::config::Paths::default());
    config
}

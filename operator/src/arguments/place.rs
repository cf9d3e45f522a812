//! The database that a command works on, and the address of its Worker.

use super::words::Words;
use crate::Failure;

/// A database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The database in the deployer's account that this configuration names.
    Remote {
        /// The path of a wrangler.toml in place of that of the current folder.
        config: Option<String>,
    },
    /// The database in this folder; that of `play-it-green dev` if none is named.
    Local {
        /// The folder.
        folder: Option<String>,
    },
}

/// The options of [`Place`], without and with a value.
pub(super) const FLAGS: [&str; 1] = ["remote"];
pub(super) const VALUES: [&str; 2] = ["persist-to", "config"];

impl Place {
    pub(super) fn read(words: &mut Words) -> Result<Self, Failure> {
        let (folder, config) = (words.take("persist-to"), words.take("config"));
        match (words.has("remote"), folder, config) {
            (true, Some(_), _) => {
                Err(Failure("Use --remote or --persist-to, not both.".to_owned()))
            }
            (true, None, config) => Ok(Self::Remote { config }),
            (false, _, Some(_)) => Err(Failure("Use --config with --remote.".to_owned())),
            (false, folder, None) => Ok(Self::Local { folder }),
        }
    }
}

/// Checks the address of a Worker, and removes the slash at its end.
pub(super) fn check_url(url: &str) -> Result<String, Failure> {
    let address = url.trim_end_matches('/');
    let host = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    let is_bare = |host: &str| {
        !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || ".-:[]".contains(c))
    };
    if host.is_some_and(is_bare) {
        return Ok(address.to_owned());
    }
    Err(Failure(format!(
        "--url: {url:?} is no address without a path, such as https://trees.example.com."
    )))
}

//! `play-it-green rotate-key`: how to replace the encryption key.

use super::place::{self, Place, check_url};
use super::unexpected;
use super::words::Words;
use crate::Failure;

/// How to replace the encryption key.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RotateKeyOptions {
    /// The database of the Worker.
    pub(crate) place: Place,
    /// The address of the Worker.
    pub(crate) url: Option<String>,
    /// `true` if the command removes the older keys from the list.
    pub(crate) removes_old: bool,
}

impl RotateKeyOptions {
    /// Reads the command line after the word `rotate-key`; `None` asks for help.
    pub(super) fn read(arguments: &[String]) -> Result<Option<Self>, Failure> {
        let flags = [&["remove-old"], &place::FLAGS[..]].concat();
        let values = [&["url"], &place::VALUES[..]].concat();
        let mut words = Words::read(arguments, &flags, &values)?;
        if words.has("help") {
            return Ok(None);
        }
        if let Some(rest) = words.names.first() {
            return Err(unexpected(rest));
        }
        let url = words.take("url").map(|url| check_url(&url)).transpose()?;
        let removes_old = words.has("remove-old");
        let place = Place::read(&mut words)?;
        if removes_old && matches!(place, Place::Local { .. }) {
            return Err(Failure(
                "Use --remove-old with --remote: a local Worker has one published key.".to_owned(),
            ));
        }
        Ok(Some(Self { place, url, removes_old }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Option<RotateKeyOptions>, Failure> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        RotateKeyOptions::read(&words)
    }

    #[test]
    fn old_keys_are_removed_from_a_deployment_only() {
        let place = Place::Remote { config: None };
        let options = RotateKeyOptions { place, url: None, removes_old: true };
        assert_eq!(read("--remove-old --remote").unwrap(), Some(options));
        assert!(read("--remove-old").unwrap_err().to_string().contains("--remote"));
        assert_eq!(read("--help").unwrap(), None);
        assert!(read("now").is_err());
    }
}

//! `play-it-green deploy`: the Worker in the deployer's Cloudflare account.

use super::new_merchant::Typed;
use super::words::Words;
use super::{NewMerchant, unexpected};
use crate::Failure;

/// How to deploy.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DeployOptions {
    /// The name of a new deployment.
    pub(crate) name: Option<String>,
    /// The path of a wrangler.toml in place of that of the current folder.
    pub(crate) config: Option<String>,
    /// True if the command only prints the steps.
    pub(crate) dry_run: bool,
    /// True if the command confirms every question itself.
    pub(crate) yes: bool,
    /// The first merchant.
    pub(crate) merchant: Option<NewMerchant>,
}

const VALUES: [&str; 7] =
    ["name", "config", "merchant", "time-zone", "currency", "tree-price", "email"];

impl DeployOptions {
    /// Reads the command line after the word `deploy`; `None` asks for help.
    pub(super) fn read(arguments: &[String]) -> Result<Option<Self>, Failure> {
        let mut words = Words::read(arguments, &["dry-run", "yes"], &VALUES)?;
        if words.has("help") {
            return Ok(None);
        }
        if let Some(rest) = words.names.first() {
            return Err(unexpected(rest));
        }
        let typed = Typed {
            time_zone: words.take("time-zone"),
            currency: words.take("currency"),
            tree_price: words.take("tree-price"),
            email: words.take("email"),
        };
        let merchant = words.take("merchant").map(|name| typed.check(&name)).transpose()?;
        let name = words.take("name");
        if let Some(name) = name.as_deref().filter(|name| !is_name(name)) {
            return Err(Failure(format!(
                "--name: {name:?} is no name of a Worker. Use lower-case letters, digits and \
                 hyphens, such as play-it-green."
            )));
        }
        Ok(Some(Self {
            name,
            config: words.take("config"),
            dry_run: words.has("dry-run"),
            yes: words.has("yes"),
            merchant,
        }))
    }
}

/// Characters in the longest name. Cloudflare allows 63 for a queue, whose name is the Worker's
/// with a suffix.
const NAME_LENGTH_MAX: usize = 52;

/// Returns true if Cloudflare accepts this name for a Worker, a database and a queue.
fn is_name(name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=NAME_LENGTH_MAX).contains(&name.len())
        && name.chars().all(is_part)
        && !name.starts_with('-')
        && !name.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &[&str]) -> Result<Option<DeployOptions>, Failure> {
        DeployOptions::read(&line.iter().map(|&word| word.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_first_merchant_is_read_like_any_other() {
        let merchant = ["--merchant", "Example Mugs", "--time-zone", "UTC", "--currency", "EUR"];
        let options = read(&[&merchant[..], &["--yes"]].concat()).unwrap().unwrap();
        assert!(options.yes && !options.dry_run);
        assert_eq!(options.merchant.unwrap().currency.code(), "EUR");
        let message = read(&["--merchant", "Example Mugs"]).unwrap_err().to_string();
        assert!(message.contains("--time-zone"), "{message}");
    }

    #[test]
    fn a_name_must_suit_cloudflare() {
        assert!(read(&["--name", "green-2"]).is_ok());
        for name in ["Green", "a b", "-a", "a-", "", "a_b"] {
            assert!(read(&["--name", name]).unwrap_err().to_string().contains("--name"), "{name}");
        }
    }
}

//! Reads the command line.

mod deploy;
mod dev;
mod merchant;
mod new_merchant;
mod new_price;
mod place;
mod rotate_key;
mod words;

pub(crate) use self::deploy::DeployOptions;
pub(crate) use self::dev::DevOptions;
pub(crate) use self::merchant::{HELP as MERCHANT_HELP, MerchantArguments, MerchantCommand};
pub(crate) use self::new_merchant::NewMerchant;
pub(crate) use self::new_price::NewPrice;
pub(crate) use self::place::Place;
use self::place::check_url;
pub(crate) use self::rotate_key::RotateKeyOptions;
use self::words::Words;
use crate::Failure;

/// The help of the whole command.
pub(crate) const HELP: &str = "\
play-it-green dev [--port 8787] [--shop-port 8788] [--persist-to DIR] [--json]
play-it-green deploy [--name NAME] [--dry-run] [--yes]
                     [--merchant NAME --time-zone ZONE --currency CODE --tree-price PRICE
                      --email ADDRESS]
play-it-green merchant COMMAND
play-it-green backup [FILE] [--remote]
play-it-green restore FILE [--remote]
play-it-green rotate-key [--remove-old] [--remote] [--url URL]
play-it-green doctor [--url URL]
play-it-green help [merchant]

dev       runs the Worker and a demo shop on this machine
deploy    creates what your Cloudflare account lacks (D1 database, queue, secret), applies the
          migrations, deploys the Worker and adds the first merchant; it asks before each step
merchant  adds and lists merchants, prices and payments: see play-it-green help merchant
backup    writes the database to a file of SQL
restore   reads such a file into an empty database
rotate-key
          encrypts everything with a new key; with --remove-old, drops the keys before it
doctor    checks this machine, the configuration and the deployed Worker, and says how to fix
          each fault

  --dry-run         prints each step and checks the Worker with wrangler, and changes nothing
  --yes             confirms every question, for scripts
  --remote          uses the deployed database of the wrangler.toml in this folder
  --config FILE     uses this wrangler.toml
  --persist-to DIR  uses this folder for the local database; dev begins with an empty one, and
                    replaces only a folder that an earlier dev wrote
  --json            prints the addresses and keys of the demo as one line of JSON";

/// A command of the operator.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Print this help.
    Help(&'static str),
    /// Run the demo.
    Dev(DevOptions),
    /// Deploy the Worker.
    Deploy(Box<DeployOptions>),
    /// Work on merchants, prices and payments.
    Merchant(MerchantArguments),
    /// Write the database to a file.
    Backup {
        /// Its path; named after the time if none is given.
        file: Option<String>,
        /// The database.
        place: Place,
    },
    /// Read a file into an empty database.
    Restore {
        /// Its path.
        file: String,
        /// The database.
        place: Place,
    },
    /// Replace the encryption key.
    RotateKey(RotateKeyOptions),
    /// Check the machine, the configuration and the Worker.
    Doctor {
        /// The path of a wrangler.toml in place of that of the current folder.
        config: Option<String>,
        /// The address of the Worker.
        url: Option<String>,
    },
}

impl Command {
    /// Reads the command line, without the name of the program.
    pub(crate) fn read(arguments: &[String]) -> Result<Self, Failure> {
        let Some((first, rest)) = arguments.split_first() else { return Ok(Self::Help(HELP)) };
        if first == "merchant" {
            return MerchantArguments::read(rest).map(Self::Merchant);
        }
        let read = match first.as_str() {
            "dev" => DevOptions::read(rest).map(|dev| dev.map(Self::Dev)),
            "deploy" => {
                DeployOptions::read(rest).map(|deploy| deploy.map(|it| Self::Deploy(Box::new(it))))
            }
            "backup" => backup(rest),
            "restore" => restore(rest),
            "rotate-key" => RotateKeyOptions::read(rest).map(|rotate| rotate.map(Self::RotateKey)),
            "doctor" => doctor(rest),
            "help" | "--help" | "-h" => Ok(Some(Self::Help(match rest.first() {
                Some(topic) if topic == "merchant" => MERCHANT_HELP,
                _ => HELP,
            }))),
            other => Err(Failure(format!("There is no command {other:?}."))),
        };
        let read = read.map_err(|Failure(message)| Failure(format!("{message}\n\n{HELP}")))?;
        Ok(read.unwrap_or(Self::Help(HELP)))
    }
}

fn backup(arguments: &[String]) -> Result<Option<Command>, Failure> {
    let mut words = Words::read(arguments, &place::FLAGS, &place::VALUES)?;
    if words.has("help") {
        return Ok(None);
    }
    let place = Place::read(&mut words)?;
    match words.names.as_slice() {
        [] => Ok(Some(Command::Backup { file: None, place })),
        [file] => Ok(Some(Command::Backup { file: Some(file.clone()), place })),
        [_, rest, ..] => Err(unexpected(rest)),
    }
}

fn restore(arguments: &[String]) -> Result<Option<Command>, Failure> {
    let mut words = Words::read(arguments, &place::FLAGS, &place::VALUES)?;
    if words.has("help") {
        return Ok(None);
    }
    let place = Place::read(&mut words)?;
    match words.names.as_slice() {
        [file] => Ok(Some(Command::Restore { file: file.clone(), place })),
        [] => Err(Failure("Give the file that 'backup' wrote: restore FILE".to_owned())),
        [_, rest, ..] => Err(unexpected(rest)),
    }
}

fn doctor(arguments: &[String]) -> Result<Option<Command>, Failure> {
    let mut words = Words::read(arguments, &[], &["config", "url"])?;
    if words.has("help") {
        return Ok(None);
    }
    if let Some(rest) = words.names.first() {
        return Err(unexpected(rest));
    }
    let url = words.take("url").map(|url| check_url(&url)).transpose()?;
    Ok(Some(Command::Doctor { config: words.take("config"), url }))
}

fn unexpected(word: &str) -> Failure {
    Failure(format!("Unexpected {word:?}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Command, Failure> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Command::read(&words)
    }

    #[test]
    fn each_command_is_read_with_its_options() {
        let local = Place::Local { folder: None };
        let remote = Place::Remote { config: None };
        let file = || "a.sql".to_owned();
        for (line, command) in [
            ("", Command::Help(HELP)),
            ("help", Command::Help(HELP)),
            ("deploy --help", Command::Help(HELP)),
            ("help merchant", Command::Help(MERCHANT_HELP)),
            ("backup", Command::Backup { file: None, place: local.clone() }),
            ("backup a.sql --remote", Command::Backup { file: Some(file()), place: remote }),
            ("restore a.sql", Command::Restore { file: file(), place: local }),
            ("doctor", Command::Doctor { config: None, url: None }),
        ] {
            assert_eq!(read(line).unwrap(), command, "{line}");
        }
    }

    #[test]
    fn an_unknown_word_or_option_is_an_error_with_the_help() {
        for line in ["build", "dev now", "backup a b", "restore", "doctor --fix", "deploy x"] {
            let message = read(line).unwrap_err().to_string();
            assert!(message.ends_with(HELP), "{line}: {message}");
        }
    }
}

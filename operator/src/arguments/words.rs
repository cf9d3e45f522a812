//! The words and options of a command line.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;

use lexopt::{Arg, Parser, ValueExt};

use crate::Failure;

/// A command line, split into words, flags and values.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// The words that are no option.
    pub(super) names: Vec<String>,
    flags: BTreeSet<String>,
    values: BTreeMap<String, String>,
}

impl Words {
    /// Reads a command line. `flags` and `values` name the options without and with a value.
    pub(super) fn read(
        arguments: &[String],
        flags: &[&str],
        values: &[&str],
    ) -> Result<Self, Failure> {
        let mut read = Self::default();
        let mut parser = Parser::from_args(arguments.iter().map(OsString::from));
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Value(word) => read.names.push(word.string()?),
                Arg::Short('h') => {
                    read.flags.insert("help".to_owned());
                }
                Arg::Short('y') if flags.contains(&"yes") => {
                    read.flags.insert("yes".to_owned());
                }
                Arg::Long(name) if name == "help" || flags.contains(&name) => {
                    read.flags.insert(name.to_owned());
                }
                Arg::Long(name) if values.contains(&name) => {
                    let name = name.to_owned();
                    let value = parser.value()?.string()?;
                    read.values.insert(name, value);
                }
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(read)
    }

    /// Returns true if an option without a value is set.
    pub(super) fn has(&self, flag: &str) -> bool {
        self.flags.contains(flag)
    }

    /// Takes the value of an option.
    pub(super) fn take(&mut self, option: &str) -> Option<String> {
        self.values.remove(option)
    }
}

impl From<lexopt::Error> for Failure {
    fn from(error: lexopt::Error) -> Self {
        Failure(format!("{error}."))
    }
}

//! The path to a field, formatted only for an error.

use std::fmt;

use super::CheckError;

/// A field, an entry of a list, or the value itself.
#[derive(Clone, Copy)]
pub(super) enum Path<'a> {
    /// The checked value.
    Root,
    /// A field of the value at the path before it.
    Field(&'a Path<'a>, &'a str),
    /// An entry of the list at the path before it.
    Entry(&'a Path<'a>, usize),
}

impl<'a> Path<'a> {
    pub(super) fn field(&'a self, name: &'a str) -> Path<'a> {
        Path::Field(self, name)
    }

    pub(super) fn entry(&'a self, index: usize) -> Path<'a> {
        Path::Entry(self, index)
    }

    pub(super) fn error(&self, message: impl Into<String>) -> CheckError {
        CheckError { path: self.to_string(), message: message.into() }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Root => Ok(()),
            Path::Field(Path::Root, name) => formatter.write_str(name),
            Path::Field(parent, name) => write!(formatter, "{parent}.{name}"),
            Path::Entry(parent, index) => write!(formatter, "{parent}[{index}]"),
        }
    }
}

//! Rejects data that exceeds the limits or makes no sense, and names the field.
//!
//! Parsing rejects data of the wrong shape. These checks apply to data of the right shape: a sale
//! before it is stored, a campaign before it is saved. [`qualify`](crate::qualify()) itself needs
//! no check: it accepts any input.

mod conditions;
mod contradiction;
mod exclusion;
mod path;
mod sale;

use std::fmt;

use path::Path;

use crate::limits;

/// A field and the problem with it. Its `Display` is a sentence such as `lines[2].quantity: must be
/// at least 1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckError {
    /// The path of the field, from the checked value: `lines[2].quantity`.
    pub path: String,
    /// The problem and its remedy: `must be at least 1`.
    pub message: String,
}

impl fmt::Display for CheckError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.path, self.message)
    }
}

impl std::error::Error for CheckError {}

/// Checks an id: it must be short, not empty, and in plain characters, because it is compared,
/// stored and printed.
fn id(path: Path<'_>, id: &str) -> Result<(), CheckError> {
    if id.is_empty() {
        return Err(path.error("is empty: name a value, or leave it out"));
    }
    plain_text(path, id, limits::ID_BYTES)
}

fn plain_text(path: Path<'_>, text: &str, most_bytes: usize) -> Result<(), CheckError> {
    if text.len() > most_bytes {
        return Err(path.error(format!("must be at most {most_bytes} bytes long")));
    }
    if text.chars().any(char::is_control) {
        return Err(path.error("must not hold control characters, such as tabs and line ends"));
    }
    Ok(())
}

/// Checks that a number of `noun` is between `least` and `most`.
fn number<N: Copy + PartialOrd + fmt::Display>(
    path: Path<'_>,
    number: N,
    least: N,
    most: N,
) -> Result<(), CheckError> {
    if number < least {
        return Err(path.error(format!("must be at least {least}")));
    }
    if number > most {
        return Err(path.error(format!("must be at most {most}")));
    }
    Ok(())
}

fn length(path: Path<'_>, length: usize, most: usize) -> Result<(), CheckError> {
    if length > most {
        return Err(path.error(format!("has {length} entries: at most {most} are allowed")));
    }
    Ok(())
}

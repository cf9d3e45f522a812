//! Reads the required fields of a sale, or names the one that is wrong.

use std::fmt;

use order_events::{Currency, Timestamp};

use crate::instant::instant;
use crate::{AdapterError, Problem, decimal, text};

/// A field by its path in the payload: `ecommerce.currency`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    #[cfg(feature = "reasons")]
    path: &'static str,
}

impl Field {
    #[cfg(feature = "reasons")]
    pub(crate) fn at(path: &'static str) -> Self {
        Self { path }
    }

    #[cfg(feature = "reasons")]
    pub(crate) fn error(self, problem: Problem) -> AdapterError {
        AdapterError { field: self, problem }
    }

    // The storefront's error does not name the field. The tests build without this code, so no test
    // could catch a mutant of it.
    #[cfg(not(feature = "reasons"))]
    #[cfg_attr(test, mutants::skip)]
    pub(crate) fn at(_: &'static str) -> Self {
        Self {}
    }

    #[cfg(not(feature = "reasons"))]
    #[cfg_attr(test, mutants::skip)]
    pub(crate) fn error(self, _: Problem) -> AdapterError {
        AdapterError { field: self }
    }

    pub(crate) fn required<T>(self, value: Option<T>) -> Result<T, AdapterError> {
        value.ok_or(self.error(Problem::Missing))
    }

    /// Returns the id of an order.
    pub(crate) fn id(self, id: &str) -> Result<String, AdapterError> {
        self.required(text::id(id))
    }

    /// An instant, in UTC if it names no zone.
    pub(crate) fn timestamp(self, text: &str) -> Result<Timestamp, AdapterError> {
        match instant(text) {
            Some(instant) => Ok(instant),
            None if text.is_empty() => Err(self.error(Problem::Missing)),
            None => Err(self.error(Problem::NotAnInstant)),
        }
    }

    /// Returns minor units of `currency`, zero or more.
    pub(crate) fn amount(self, text: &str, currency: Currency) -> Result<i64, AdapterError> {
        match decimal::amount(text, currency) {
            Some(..0) => Err(self.error(Problem::Negative)),
            Some(amount) => Ok(amount),
            None if text.is_empty() => Err(self.error(Problem::Missing)),
            None => Err(self.error(Problem::NotAnAmount)),
        }
    }

    /// Returns the amount of an optional field: `rest` if the field is absent or unreadable and `rest`
    /// is known.
    pub(crate) fn amount_or(
        self,
        rest: Option<i64>,
        text: &str,
        currency: Currency,
    ) -> Result<i64, AdapterError> {
        match (decimal::amount(text, currency), rest) {
            (None, Some(rest)) => Ok(rest),
            _ => self.amount(text, currency),
        }
    }
}

impl fmt::Display for Field {
    #[cfg(not(feature = "reasons"))]
    #[cfg_attr(test, mutants::skip)]
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a field")
    }

    #[cfg(feature = "reasons")]
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.path)
    }
}

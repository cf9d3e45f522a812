//! Starts the real Worker on this machine and calls it, for the demo, the end-to-end tests and the
//! benchmarks; also runs the fuzz targets.

pub mod bench;
pub mod browser;
pub mod database;
pub mod demo;
pub mod digest;
pub mod faulty_worker;
pub mod fuzz;
pub mod http;
pub mod left_behind;
pub mod local_worker;
pub mod merchant;
pub mod node;
pub mod redirecting;
pub mod resend;
pub mod sales;
pub mod schemathesis;
pub mod secrets;
pub mod shop_api;
pub mod stripe;
pub mod suite;

use std::fmt;

/// The reason why something on this machine failed, as a message to the caller.
#[derive(Debug)]
pub struct Failure(pub String);

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

/// Adds the failed action to an error.
pub trait While<T> {
    /// Turns any error into a [`Failure`] that starts with `what`.
    ///
    /// # Errors
    /// The original error, with the action.
    fn when(self, what: &str) -> Result<T, Failure>;
}

impl<T, E: fmt::Display> While<T> for Result<T, E> {
    fn when(self, what: &str) -> Result<T, Failure> {
        self.map_err(|error| Failure(format!("{what}: {error}")))
    }
}

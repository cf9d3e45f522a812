//! The durations of tests in earlier runs; the longest tests start first.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use crate::local_worker::repository;
use crate::{Failure, While};

/// Milliseconds by name.
#[derive(Default)]
pub(super) struct Durations(BTreeMap<String, u64>);

impl Durations {
    fn file() -> PathBuf {
        repository().join("target/tests/durations.json")
    }

    /// Reads the durations of earlier runs; none if there were none.
    pub(super) fn read() -> Self {
        let text = fs::read_to_string(Self::file()).unwrap_or_default();
        Self(serde_json::from_str(&text).unwrap_or_default())
    }

    /// Returns the duration of this test. A new test counts as long.
    pub(super) fn of(&self, name: &str) -> u64 {
        self.0.get(name).copied().unwrap_or(u64::MAX)
    }

    pub(super) fn add(&mut self, name: &str, duration: Duration) {
        let milliseconds = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        self.0.insert(name.to_owned(), milliseconds);
    }

    pub(super) fn write(&self) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(&self.0).when("The durations")?;
        fs::write(Self::file(), text).when("The durations")
    }
}

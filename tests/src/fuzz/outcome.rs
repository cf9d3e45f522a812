//! The outcome of a fuzz target's run, from libFuzzer's output.

use std::fmt;
use std::path::Path;

use crate::Failure;
use crate::local_worker::repository;

/// A run that found nothing.
pub(super) struct Outcome {
    inputs: u64,
    edges: u64,
}

impl Outcome {
    /// Reads libFuzzer's output, which is also in the file `log`.
    pub(super) fn read(
        target: &str,
        is_success: bool,
        printed: &str,
        log: &Path,
    ) -> Result<Self, Failure> {
        if is_success && let Some(outcome) = done(printed) {
            return Ok(outcome);
        }
        let log = from_repository(log);
        let Some(input) = printed.lines().find_map(|line| line.split_once("Test unit written to "))
        else {
            return Err(Failure(format!("The fuzz target {target} did not run: see {log}")));
        };
        let input = from_repository(Path::new(input.1));
        Err(Failure(format!(
            "The fuzz target {target} fails on {input}\n    why: see {log}\n    \
             once more: npm run fuzz -- {target} {input}"
        )))
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} inputs, {} edges reached", self.inputs, self.edges)
    }
}

/// Returns the last line of a run: `#100000  DONE   cov: 2488 ft: 5102 corp: 582/2473Kb …`.
fn done(printed: &str) -> Option<Outcome> {
    let line = printed.lines().rfind(|line| line.contains("\tDONE "))?;
    let mut words = line.split_whitespace();
    let inputs = words.next()?.strip_prefix('#')?.parse().ok()?;
    let edges = words.find(|word| *word == "cov:").and(words.next())?.parse().ok()?;
    Some(Outcome { inputs, edges })
}

fn from_repository(path: &Path) -> String {
    path.strip_prefix(repository()).unwrap_or(path).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(is_success: bool, printed: &str) -> Result<String, String> {
        let log = repository().join("target/fuzz/wix_purchase/log");
        Outcome::read("wix_purchase", is_success, printed, &log)
            .map(|outcome| outcome.to_string())
            .map_err(|failure| failure.to_string())
    }

    const DONE: &str = "#2\tINITED cov: 9 ft: 9\n#100\tDONE   cov: 24 ft: 51 corp: 5/2Kb\nDone 100";

    #[test]
    fn a_run_to_its_end_tells_inputs_and_edges() {
        assert_eq!(read(true, DONE), Ok("100 inputs, 24 edges reached".to_owned()));
    }

    #[test]
    fn an_input_that_breaks_a_target_is_named_with_the_command_that_runs_it_again() {
        let file = "shop-adapters/fuzz/artifacts/wix_purchase/crash-1";
        let path = repository().join(file);
        let printed = format!("artifact_prefix='x/'; Test unit written to {}\n", path.display());
        let message = read(false, &printed).unwrap_err();
        assert!(message.starts_with(&format!("The fuzz target wix_purchase fails on {file}\n")));
        assert!(message.ends_with(&format!("npm run fuzz -- wix_purchase {file}")));
    }

    #[test]
    fn a_run_that_never_got_to_its_end_is_a_failure_even_if_it_says_success() {
        for (is_success, printed) in [(true, ""), (false, DONE), (true, "#0\tINITED cov: 0")] {
            let message = read(is_success, printed).unwrap_err();
            assert!(message.ends_with("did not run: see target/fuzz/wix_purchase/log"));
        }
    }
}

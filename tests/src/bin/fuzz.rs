//! Runs the fuzz targets: `fuzz [--short] [TARGET [INPUT]]`, all of them by default.

use std::path::PathBuf;
use std::process::ExitCode;

use play_it_green_tests::Failure;
use play_it_green_tests::fuzz::{self, Length};

const USAGE: &str = "usage: npm run fuzz -- [--short] [TARGET [INPUT]], where INPUT is a file to \
    run once; FUZZ_SECONDS is how long a target runs (default: 600)";

/// The default time for each target, in seconds.
const SECONDS: u32 = 600;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Failure> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_short = arguments.first().is_some_and(|first| first == "--short");
    if is_short {
        arguments.remove(0);
    }
    let length = if is_short { Length::Short } else { Length::Seconds(seconds()?) };
    match arguments.as_slice() {
        [] => fuzz::run(&fuzz::targets()?, length),
        [target] => fuzz::run(&[known(target)?], length),
        [target, input] => fuzz::run_again(&known(target)?, &PathBuf::from(input)),
        _ => Err(Failure(USAGE.to_owned())),
    }
}

fn seconds() -> Result<u32, Failure> {
    match std::env::var("FUZZ_SECONDS") {
        Err(_) => Ok(SECONDS),
        Ok(text) => match text.parse() {
            Ok(seconds) if seconds > 0 => Ok(seconds),
            _ => Err(Failure("FUZZ_SECONDS is no number of seconds: give 1 or more".to_owned())),
        },
    }
}

fn known(target: &str) -> Result<String, Failure> {
    let targets = fuzz::targets()?;
    if targets.iter().any(|known| known == target) {
        return Ok(target.to_owned());
    }
    Err(Failure(format!(
        "There is no fuzz target {target}; there are {}.\n{USAGE}",
        targets.join(", ")
    )))
}

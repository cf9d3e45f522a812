//! Holds the Worker against its own description: `schemathesis [--short] [ARGUMENT…]`, where further
//! arguments are those of `schemathesis run`.

use std::process::ExitCode;

use play_it_green_tests::Failure;
use play_it_green_tests::schemathesis::{Length, folder, run};

fn main() -> ExitCode {
    match start() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn start() -> Result<bool, Failure> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_short = arguments.first().is_some_and(|first| first == "--short");
    if is_short {
        arguments.remove(0);
    }
    let length = if is_short { Length::Short } else { Length::Long };
    Ok(run(&folder(length).join("database"), length, &arguments)?.passed)
}

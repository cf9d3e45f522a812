//! Compares the Worker with its own description, and searches its data for secrets: `schemathesis
//! [--short] [ARGUMENT…]`, with further arguments for `schemathesis run`.

use std::process::ExitCode;

use play_it_green_tests::left_behind::{self, Left};
use play_it_green_tests::schemathesis::{Length, folder, run};
use play_it_green_tests::{Failure, secrets};

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
    let noted = secrets::new_file(secrets::FILE)?;
    let folder = folder(length);
    let run = run(&folder.join("worker-state"), length, &arguments)?;
    let left = Left::new(&run.served.addresses.entry.clone(), run.served);
    Ok(left_behind::is_clean(&noted, vec![left], &folder)? && run.passed)
}

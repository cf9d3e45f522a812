//! Runs the tests that need the running Worker: `suite [api|browser [NAME]]`.

use std::process::ExitCode;

use play_it_green_tests::Failure;
use play_it_green_tests::suite::{Wanted, run};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match wanted(&arguments).and_then(run) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn wanted(arguments: &[String]) -> Result<Wanted<'_>, Failure> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => Ok(Wanted::All),
        ["api"] => Ok(Wanted::Api("")),
        ["api", name] => Ok(Wanted::Api(name)),
        ["browser"] => Ok(Wanted::Browser("")),
        ["browser", name] => Ok(Wanted::Browser(name)),
        _ => Err(Failure("Usage: npm test -- [api|browser [NAME]]".to_owned())),
    }
}

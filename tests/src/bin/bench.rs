//! Prints the figures of this project, measured on this machine in one run: `bench [NAME]`, all of
//! them by default.

use std::process::ExitCode;

use play_it_green_tests::Failure;
use play_it_green_tests::bench::{closing, flood, rules, throughput};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

/// Measures and prints.
type Print = fn() -> Result<(), Failure>;

fn run() -> Result<(), Failure> {
    let wanted = std::env::args().nth(1);
    let all: [(&str, Print); 4] = [
        ("rules", rules::print),
        ("throughput", throughput::print),
        ("closing", closing::print),
        ("flood", flood::print),
    ];
    let is_wanted = |name: &str| wanted.as_deref().is_none_or(|wanted| wanted == name);
    if !all.iter().any(|(name, _)| is_wanted(name)) {
        return Err(Failure("usage: bench [rules | throughput | closing | flood]".to_owned()));
    }
    for (name, print) in all {
        if is_wanted(name) {
            print()?;
            println!();
        }
    }
    Ok(())
}

//! The figures of this project, measured on this machine in one run.

use std::process::ExitCode;

use play_it_green_tests::Failure;
use play_it_green_tests::bench::{rules, throughput};

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
    rules::print()?;
    println!();
    throughput::print()
}

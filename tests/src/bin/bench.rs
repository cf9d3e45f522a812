//! The figures of this project, measured on this machine in one run.

use std::process::ExitCode;

use play_it_green_tests::Failure;
use play_it_green_tests::bench::{rules, throughput};
use play_it_green_tests::local_worker::{LocalWorker, repository};

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
    let worker = LocalWorker::start(&repository().join("target/bench-state"), 0)?;
    throughput::print(&worker)
}

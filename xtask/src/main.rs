//! Builds, runs and checks Play It Green. `cargo xtask help` lists every command with its steps.

mod bench;
mod build;
mod cargo_tool;
mod check;
mod commands;
mod deploy;
mod help;
mod need;
mod package;
mod paths;
mod process;
mod report;
mod test;
mod tidy;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match commands::run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}

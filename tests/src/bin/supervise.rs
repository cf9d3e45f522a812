//! Stands between Miniflare and workerd: when workerd is killed, it starts another one with the same
//! configuration at once, as Cloudflare would.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitCode, Stdio};

use play_it_green_tests::{Failure, While};

const KILLED: i32 = 9;

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

/// Runs `WORKERD` with the arguments and the standard input that were given, again and again; the
/// file `WORKERD_PID` says which process it is.
fn run() -> Result<ExitCode, Failure> {
    let workerd = std::env::var_os("WORKERD").ok_or(Failure("WORKERD is not set".to_owned()))?;
    let pid =
        std::env::var_os("WORKERD_PID").ok_or(Failure("WORKERD_PID is not set".to_owned()))?;
    let mut configuration = Vec::new();
    std::io::stdin().read_to_end(&mut configuration).when("The configuration")?;
    loop {
        let mut process = Command::new(&workerd)
            .args(std::env::args_os().skip(1))
            .stdin(Stdio::piped())
            .spawn()
            .when("workerd")?;
        fs::write(&pid, process.id().to_string()).when("The process id")?;
        if let Some(mut input) = process.stdin.take() {
            // A workerd that was killed meanwhile reads nothing.
            let _ = input.write_all(&configuration);
        }
        let status = process.wait().when("workerd")?;
        if status.signal() != Some(KILLED) {
            return Ok(ExitCode::from(u8::from(!status.success())));
        }
    }
}

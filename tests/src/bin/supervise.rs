//! Runs between Miniflare and workerd: if workerd is killed, it restarts it at once with the same
//! configuration, as Cloudflare would.

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

/// Runs `WORKERD` with the given arguments and standard input, and restarts it whenever it ends.
/// The file `WORKERD_PID` holds its process id.
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
            // A workerd that was killed in the meantime reads nothing.
            let _ = input.write_all(&configuration);
        }
        let status = process.wait().when("workerd")?;
        if status.signal() != Some(KILLED) {
            return Ok(ExitCode::from(u8::from(!status.success())));
        }
    }
}

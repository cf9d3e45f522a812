//! Runs other programs, with their output shown or written to a log.

use std::fs::{self, File};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::paths::in_target;

/// The number of log lines that an error shows.
const LINES_SHOWN: usize = 40;

/// Runs a program and shows its output live.
pub(crate) fn show(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| not_started(command))?;
    if status.success() {
        return Ok(());
    }
    bail!("Failed ({status}): {}", line_of(command));
}

/// Replaces this process by a program if the system can, so that ending this process ends the
/// program. Its exit code becomes ours.
pub(crate) fn become_program(command: &mut Command) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        let error = command.exec();
        Err(error).with_context(|| not_started(command))
    }
    #[cfg(not(unix))]
    show(command)
}

/// Runs a program with its output in `target/logs/NAME.log`; an error shows the end of the log.
pub(crate) fn log(name: &str, command: &mut Command) -> Result<()> {
    let folder = in_target("logs");
    fs::create_dir_all(&folder)?;
    let path = folder.join(format!("{name}.log"));
    let file = File::create(&path)?;
    let status = command
        .stdin(Stdio::null())
        .stdout(file.try_clone()?)
        .stderr(file)
        .status()
        .with_context(|| not_started(command))?;
    if status.success() {
        return Ok(());
    }
    let text = fs::read_to_string(&path).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let end = match lines.get(lines.len().saturating_sub(LINES_SHOWN)..) {
        Some(end @ [_, ..]) => end.join("\n"),
        // A program that cannot write its log cannot write why it failed either.
        _ => "It printed nothing. Is the disk full?".to_owned(),
    };
    bail!("{end}\n\nFailed ({status}): {}\nThe whole output: {}", line_of(command), path.display());
}

/// Runs a program and returns its output, without the line end. Its errors are shown.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let output = command.stderr(Stdio::inherit()).output().with_context(|| not_started(command))?;
    if !output.status.success() {
        bail!("Failed ({}): {}", output.status, line_of(command));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
}

fn not_started(command: &Command) -> String {
    format!("Cannot start {}. Is it installed?", command.get_program().display())
}

fn line_of(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

//! Reports progress: one line per step, with the seconds since the command began.

use std::io::{self, IsTerminal, Write};
use std::sync::LazyLock;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};

/// The time when the command began.
static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// A step that may run in parallel with others.
pub(crate) struct Step<'a> {
    name: &'a str,
    run: Box<dyn FnOnce() -> Result<()> + Send + 'a>,
}

impl<'a> Step<'a> {
    pub(crate) fn new(name: &'a str, run: impl FnOnce() -> Result<()> + Send + 'a) -> Self {
        Self { name, run: Box::new(run) }
    }
}

/// Starts the clock; the first call counts.
pub(crate) fn begin() {
    LazyLock::force(&BEGAN);
}

/// Prints a line with the seconds since the command began.
pub(crate) fn say(text: &str) {
    let text = format!("[{:>4} s] {text}", BEGAN.elapsed().as_secs());
    // This overwrites the line that shows the running steps.
    println!("{}{text}", if io::stdout().is_terminal() { "\r\x1b[K" } else { "" });
}

/// Runs a group of tests or checks, which print their own output, and reports the duration.
pub(crate) fn timed(name: &str, run: impl FnOnce() -> Result<()>) -> Result<()> {
    say(&format!("Begins: {name}"));
    let began = Instant::now();
    run()?;
    say(&format!("Passed: {name} ({:.1} s)", began.elapsed().as_secs_f32()));
    Ok(())
}

/// Runs one step.
pub(crate) fn step(name: &str, run: impl FnOnce() -> Result<()> + Send) -> Result<()> {
    together(vec![Step::new(name, run)])
}

/// Runs steps in parallel and waits for all of them. Returns the first error. The others run to
/// their ends, because an interrupted build has to start over.
pub(crate) fn together(steps: Vec<Step<'_>>) -> Result<()> {
    let mut running: Vec<&str> = steps.iter().map(|step| step.name).collect();
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        for step in steps {
            let sender = sender.clone();
            scope.spawn(move || {
                let began = Instant::now();
                let result = (step.run)();
                // The receiver waits for every step.
                let _ = sender.send((step.name, began.elapsed(), result));
            });
        }
        drop(sender);
        let mut failure = None;
        loop {
            match receiver.recv_timeout(Duration::from_secs(1)) {
                Ok((name, elapsed, result)) => {
                    running.retain(|other| *other != name);
                    match result {
                        Ok(()) => say(&format!("{name} ({:.1} s)", elapsed.as_secs_f32())),
                        Err(error) => {
                            say(&format!("{name}: failed"));
                            failure.get_or_insert_with(|| anyhow!("{name}: {error:#}"));
                        }
                    }
                }
                Err(RecvTimeoutError::Timeout) => show_running(&running),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        failure.map_or(Ok(()), Err)
    })
}

/// Shows on a terminal which steps run, in a line that the next one overwrites.
fn show_running(names: &[&str]) {
    let mut out = io::stdout();
    if out.is_terminal() {
        let seconds = BEGAN.elapsed().as_secs();
        // A failure to print must not stop a build.
        let _ = write!(out, "\r\x1b[K[{seconds:>4} s] … {}", names.join(", "));
        let _ = out.flush();
    }
}

//! Runs the browser tests: Playwright with the demo shop and its Worker.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use crate::demo::Demo;
use crate::left_behind::Left;
use crate::local_worker::repository;
use crate::{Failure, While};

/// Runs the tests whose file or title contains `name`; returns true if they passed, and the Worker.
pub(super) fn run(state: &Path, name: &str) -> Result<(bool, Vec<Left>), Failure> {
    let demo = Demo::start(&state.join("demo-state"))?;
    let began = Instant::now();
    let mut playwright = Command::new(repository().join("tests/node_modules/.bin/playwright"));
    playwright
        .args(["test", "--config", "tests/browser/playwright.config.ts"])
        .current_dir(repository())
        .env("PLAY_IT_GREEN_DEMO", &demo.url)
        .env("PLAY_IT_GREEN_WORKER", &demo.worker)
        .env("PLAY_IT_GREEN_STATE", &demo.state);
    if !name.is_empty() {
        playwright.args(["--grep", &literally(name)]);
    }
    let status = playwright.status().when("Playwright cannot be started")?;
    println!("Browser: {} s", began.elapsed().as_secs());
    let url = demo.worker.clone();
    Ok((status.success(), vec![Left::new(&url, demo)]))
}

/// Returns a pattern that matches exactly this text.
fn literally(text: &str) -> String {
    let mut pattern = String::new();
    for character in text.chars() {
        if !character.is_alphanumeric() && character != ' ' {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}

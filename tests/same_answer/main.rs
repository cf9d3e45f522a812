//! Compares the native build of the rule engine with the Wasm build in Node.js: for ten thousand
//! sales under their campaigns, the outputs must be equal byte for byte.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "in a test, a panic is the message"
)]

mod cases;
mod coverage;
mod random;

use std::io::Write;
use std::process::Stdio;
use std::sync::LazyLock;

use play_it_green_evaluate::evaluate;
use play_it_green_tests::node::{evaluate_module, node};

use crate::coverage::Coverage;

/// Another seed gives ten thousand other cases.
const SEED: u64 = 20_261_122;
const CASES: u64 = 10_000;

/// Reads all cases before it writes, so that neither process waits for the other.
const SCRIPT: &str = "const { evaluate } = require(process.argv[1]);
    process.stdout.write(evaluate(require('node:fs').readFileSync(0, 'utf8')));";

static LINES: LazyLock<Vec<String>> =
    LazyLock::new(|| (0..CASES).map(|case| cases::line((SEED << 32) + case)).collect());

#[test]
fn the_native_build_and_the_wasm_build_give_the_same_answers() {
    let lines = &*LINES;
    let asked = lines.join("\n");
    let native = evaluate(&asked);
    let wasm = evaluate_in_node(&asked);
    let mut answers = native.lines().zip(wasm.lines()).zip(lines).enumerate();
    if let Some((case, ((native, wasm), line))) =
        answers.find(|(_, ((native, wasm), _))| native != wasm)
    {
        panic!(
            "Case {case} of seed {SEED} differs. Should the Wasm build be older than this one, \
             run: npm test -- equivalence\n\
             case:   {line}\nnative: {native}\nwasm:   {wasm}"
        );
    }
    assert!(native == wasm, "The builds answered so many lines: {}", wasm.lines().count());
    assert_eq!(native.lines().count(), lines.len());
}

#[test]
fn the_cases_cover_everything_that_the_rules_know() {
    let mut coverage = Coverage::default();
    for line in &*LINES {
        coverage.see_line(line);
    }
    coverage.assert_complete(SEED, CASES);
}

fn evaluate_in_node(cases: &str) -> String {
    let module = evaluate_module().unwrap_or_else(|failure| panic!("{failure}"));
    let mut process = node()
        .args(["--eval", SCRIPT])
        .arg(module)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Node.js is missing. Run: npm test -- equivalence");
    let written = process.stdin.take().unwrap().write_all(cases.as_bytes());
    let output = process.wait_with_output().unwrap();
    assert!(output.status.success(), "Node.js ended with {}, see above", output.status);
    written.unwrap();
    String::from_utf8(output.stdout).unwrap()
}

//! The published outline of the API, line by line, with the test that proves each line. A page of
//! the documentation is generated from the same lines.

mod authorization;
mod buy_trees;
mod examples;
mod platform;
mod responses;
mod status_codes;

use std::fmt::Write;
use std::fs;

use play_it_green_tests::local_worker::repository;

/// One line of a contract.
struct Line {
    /// The text of the line in the outline.
    says: &'static str,
    /// The behavior of this Worker.
    does: &'static str,
    /// The tests that prove it; empty if it is not implemented yet.
    shown_by: &'static [&'static str],
}

/// Lists the names of tests, which must exist.
macro_rules! tests {
    ($($test:ident),*) => {{
        const _: &[fn()] = &[$($test),*];
        &[$(stringify!($test)),*]
    }};
}
use tests;

/// The parts of the outline in its own order: the file, the heading, and the lines.
const PARTS: &[(&str, &str, &[Line])] = &[
    ("platform", "How it works", platform::LINES),
    ("authorization", "Authorization", authorization::LINES),
    ("responses", "Responses", responses::LINES),
    ("status_codes", "Status codes", status_codes::LINES),
    ("examples", "Examples of code", examples::LINES),
    ("buy_trees", "`POST /api/buy_trees`", buy_trees::LINES),
];

const PAGE: &str = "docs/conformance.md";

const INTRODUCTION: &str = "# What was promised, and what holds it

Play It Green published the outline of this API, and the call `buy_trees`, before this Worker was
written. Each line of both is here, with what the Worker does and the test that shows it. The tests
run against the real Worker in every `npm test`; this page is written by them.
";

fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    for (file, heading, lines) in PARTS {
        write!(page, "\n## {heading}\n\n").unwrap();
        page.push_str("| the outline | the Worker | shown by |\n|---|---|---|\n");
        for line in *lines {
            let link = |test: &&str| {
                format!("[{}](../tests/api/conformance/{file}.rs)", test.replace('_', " "))
            };
            let tests = line.shown_by.iter().map(link).collect::<Vec<_>>().join("; ");
            let tests = if tests.is_empty() { "**not done yet**".to_owned() } else { tests };
            writeln!(page, "| {} | {} | {tests} |", line.says, line.does).unwrap();
        }
    }
    page
}

#[test]
fn the_page_in_the_documentation_is_of_these_lines() {
    let (file, expected) = (repository().join(PAGE), page());
    if std::env::var_os("UPDATE_CONFORMANCE").is_some() {
        fs::write(&file, &expected).unwrap();
    }
    let found = fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(found, expected, "run the tests once with UPDATE_CONFORMANCE=1");
}

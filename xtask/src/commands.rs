//! Every command of `cargo xtask`, in one table.

use anyhow::{Result, bail};

use crate::build::{self, Modules};
use crate::{bench, check, deploy, help, report, test};

/// One command.
pub(crate) struct Command {
    pub(crate) name: &'static str,
    /// The arguments that it takes; empty if it takes none.
    pub(crate) arguments: &'static str,
    /// The description of its steps.
    pub(crate) about: &'static str,
    run: fn(&[String]) -> Result<()>,
}

/// All commands, those for newcomers first.
pub(crate) const COMMANDS: &[Command] = &[
    Command {
        name: "start",
        arguments: "[--port PORT] …",
        about: "Shows the whole product on this machine: builds the Worker, the plugin for the demo \
                shop and the operator's command line, then runs `play-it-green dev`.",
        run: deploy::start,
    },
    Command {
        name: "test",
        arguments: "[native|equivalence|wordpress|panic|operator|months|api|browser] [NAME]",
        about: test::ABOUT,
        run: test::run,
    },
    Command { name: "check", arguments: "[STEP…]", about: check::ABOUT, run: check::run },
    Command {
        name: "merchant",
        arguments: "COMMAND …",
        about: "Adds and lists merchants, sets prices, records payments: `merchant help` explains \
                each command. Builds the operator's command line first.",
        run: deploy::merchant,
    },
    Command {
        name: "deploy",
        arguments: "[--dry-run] [--yes] …",
        about: "Builds everything for production, makes the package for deployers and runs its \
                `play-it-green deploy`.",
        run: deploy::deploy,
    },
    Command {
        name: "operator",
        arguments: "backup|restore|doctor …",
        about: "Runs the other commands of the operator's command line: `operator help` explains \
                each.",
        run: deploy::operator,
    },
    Command {
        name: "package",
        arguments: "",
        about: "Makes the npm package for deployers, target/package/play-it-green-VERSION.tgz: the \
                Worker, the plugin's files, the migrations and the command `play-it-green`.",
        run: deploy::package,
    },
    Command {
        name: "build",
        arguments: "[worker|plugin|production]",
        about: "Builds the Worker into worker/build and the plugin into plugin/dist. `production` \
                also optimizes the Worker, into target/worker.",
        run: build,
    },
    Command { name: "bench", arguments: "[NAME]", about: bench::ABOUT, run: bench::run },
    Command {
        name: "size",
        arguments: "",
        about: "Prints the sizes of the Worker and of the plugin's files, and fails above a budget.",
        run: |_| check::size(),
    },
    Command {
        name: "months",
        arguments: "",
        about: "Runs the long months: every call of the database and the payment provider fails once \
                in each way, and workerd is killed at each call. Takes about an hour.",
        run: |_| test::long_months(),
    },
    Command {
        name: "fuzz",
        arguments: "[TARGET]",
        about: "Fuzzes the adapters and the conditions, ten minutes for each target. FUZZ_SECONDS \
                sets another time.",
        run: check::fuzz,
    },
    Command {
        name: "mutants",
        arguments: "[OPTION…]",
        about: "Changes the pure crates in one place at a time and lists the changes that no test \
                notices. Options go to cargo-mutants.",
        run: check::mutants,
    },
    Command {
        name: "schemathesis",
        arguments: "[OPTION…]",
        about: "Compares the running Worker with its description, with 2,000 cases for each \
                operation. Takes hours.",
        run: check::schemathesis,
    },
    Command {
        name: "help",
        arguments: "",
        about: "Prints this list.",
        run: |_| {
            help::print();
            Ok(())
        },
    },
];

/// Runs the command that the arguments name.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    report::begin();
    let (name, rest) = arguments.split_first().map_or(("help", &[][..]), |(name, rest)| {
        let name = name.as_str();
        (if name == "--help" || name == "-h" { "help" } else { name }, rest)
    });
    match COMMANDS.iter().find(|command| command.name == name) {
        Some(command) => (command.run)(rest),
        None => bail!("There is no command {name:?}. `cargo xtask help` lists them all."),
    }
}

fn build(arguments: &[String]) -> Result<()> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => build::everything(Modules::All),
        ["worker"] => {
            build::prepare()?;
            report::step("Built the Worker", build::worker::build)
        }
        ["plugin"] => {
            build::prepare()?;
            report::step("Built the plugin", || build::plugin::build(Modules::All))
        }
        ["production"] => {
            build::everything(Modules::All)?;
            report::step("Optimized the Worker", build::worker::optimize)
        }
        _ => bail!("Usage: cargo xtask build [worker|plugin|production]"),
    }
}

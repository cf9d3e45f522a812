//! The commands that run or ship the product: `npm start`, the operator's command line and the
//! package.

use anyhow::Result;

use crate::build::{self, Modules, operator};
use crate::paths::node_program;
use crate::report::step;
use crate::{package, process};

/// Builds the files that the demo needs, and runs it.
pub(crate) fn start(arguments: &[String]) -> Result<()> {
    build::everything(Modules::OfDemo)?;
    run("dev", arguments)
}

/// Runs the operator's command line.
pub(crate) fn merchant(arguments: &[String]) -> Result<()> {
    build_operator()?;
    run("merchant", arguments)
}

/// Deploys from the checkout with the package's command.
pub(crate) fn deploy(arguments: &[String]) -> Result<()> {
    build::everything(Modules::All)?;
    step("Optimized the Worker", build::worker::optimize)?;
    step("Collected the files of the package", package::collect)?;
    let mut command = node_program("node");
    command.arg(package::folder().join("bin/play-it-green.cjs")).arg("deploy").args(arguments);
    process::become_program(&mut command)
}

/// Builds the package for deployers.
pub(crate) fn package(_arguments: &[String]) -> Result<()> {
    package::make()
}

/// Runs any command of the operator.
pub(crate) fn operator(arguments: &[String]) -> Result<()> {
    build_operator()?;
    process::become_program(&mut operator::command(arguments))
}

fn build_operator() -> Result<()> {
    build::prepare()?;
    step("Built the operator's command line", operator::build)
}

fn run(command: &str, arguments: &[String]) -> Result<()> {
    let words: Vec<String> =
        std::iter::once(command.to_owned()).chain(arguments.iter().cloned()).collect();
    process::become_program(&mut operator::command(&words))
}

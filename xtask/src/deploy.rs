//! What runs or ships the product: `npm start`, the operator's command line and the package.

use anyhow::Result;

use crate::build::{self, Modules};
use crate::process;
use crate::test::program;

/// Builds what a first look needs, and shows it.
pub(crate) fn start(_arguments: &[String]) -> Result<()> {
    build::everything(Modules::OfDemo)?;
    process::show(&mut program("demo", &[]))
}

/// Runs the operator's command line.
pub(crate) fn merchant(_arguments: &[String]) -> Result<()> {
    anyhow::bail!("not there yet")
}

/// Deploys from the checkout.
pub(crate) fn deploy(_arguments: &[String]) -> Result<()> {
    anyhow::bail!("not there yet")
}

/// Makes the package for deployers.
pub(crate) fn package(_arguments: &[String]) -> Result<()> {
    anyhow::bail!("not there yet")
}

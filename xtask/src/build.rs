//! Builds the served files: the plugin, the Worker, and the Wasm builds that tests use.

pub(crate) mod esbuild;
pub(crate) mod evaluate;
pub(crate) mod fresh;
pub(crate) mod glue;
mod likeness;
pub(crate) mod operator;
pub(crate) mod plugin;
mod recompute;
pub(crate) mod reproducible;
mod shrink;
mod translations;
pub(crate) mod wasm;
mod wordpress;
pub(crate) mod worker;

use anyhow::Result;

use crate::need;
use crate::report::{Step, step, together};

/// The builds of the plugin to make.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Modules {
    /// The modules that the demo shop uses.
    OfDemo,
    All,
}

/// Builds the plugin, the Worker and the operator's command line side by side.
pub(crate) fn everything(modules: Modules) -> Result<()> {
    prepare()?;
    together(vec![
        Step::new("Built the Worker", worker::build),
        Step::new("Built the plugin", move || plugin::build(modules)),
        Step::new("Built the operator's command line", operator::build),
    ])
}

/// Installs the tools that every build uses.
pub(crate) fn prepare() -> Result<()> {
    step("npm packages and the wasm32 target are installed", || {
        need::node_packages()?;
        need::wasm_toolchain().map(drop)
    })
}

//! Bundles JavaScript and TypeScript by esbuild.

use anyhow::Result;

use crate::paths::node_program;
use crate::process;

/// Bundles one entry; `options` name the entry, the output file and the format.
pub(crate) fn bundle(name: &str, options: &[&str]) -> Result<()> {
    let mut command = node_program("esbuild");
    // The settings of the type checker would add "use strict" to each loader: 13 bytes without use.
    command.args(["--log-level=warning", "--bundle", "--minify", "--tsconfig-raw={}"]);
    command.args(options);
    process::log(&format!("bundle-{name}"), &mut command)
}

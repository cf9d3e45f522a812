//! Builds the files that recompute a purchase order in the reader's browser: its Wasm and its script.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::fresh::unless_fresh;
use super::glue::{self, Runtime};
use super::{esbuild, plugin, wasm};
use crate::paths::{in_target, wasm};
use crate::process;

/// Returns the folder of the Wasm and its glue before they are bundled.
pub(super) fn folder() -> PathBuf {
    in_target("storefront/recompute")
}

/// Compiles the Wasm.
pub(super) fn compile() -> Result<()> {
    let mut cargo = wasm::cargo_build()?;
    process::log("recompute", cargo.args(["--profile", "plugin", "--package", "recompute"]))?;
    let compiled = wasm("plugin", "recompute.wasm");
    let made = folder().join("recompute.wasm");
    unless_fresh("recompute", std::slice::from_ref(&compiled), &made, || {
        glue::generate(&compiled, "recompute", Runtime::Browser)?.emit(folder())?;
        plugin::optimize("recompute", &folder().join("recompute_bg.wasm"), &made)
    })
}

/// Bundles the script, and puts both files into the folder `to`.
pub(super) fn bundle(to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    fs::copy(folder().join("recompute.wasm"), to.join("recompute.wasm"))?;
    esbuild::bundle(
        "recompute",
        &[
            "--format=esm",
            "--target=es2022",
            "--log-override:import-is-undefined=silent",
            &format!("--alias:glue={}", folder().join("recompute.js").display()),
            "recompute/page.ts",
            &format!("--outfile={}", to.join("recompute.js").display()),
        ],
    )
}

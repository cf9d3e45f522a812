//! `npm run bench`: measures the figures of this machine.

use std::process::Command;

use anyhow::Result;

use crate::build::{self, Modules, evaluate, worker};
use crate::paths::{in_root, in_target, node_program, root, with_node};
use crate::report::step;
use crate::test::bundle_baseline;
use crate::{check, need, process};

pub(crate) const ABOUT: &str = "\
Measures on this machine: the bytes that buyers download beside other vendors', the rules, order \
events per second beside Hono, the end of a month, a buyer beside a flood, and a storefront in \
Chromium. A NAME runs one of them: rules, throughput, closing, flood or storefront.";

/// Builds for production and runs the benchmarks.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    build::everything(Modules::All)?;
    need::test_packages()?;
    step("Optimized the Worker", worker::optimize)?;
    step("Built the rule engine for Node.js", evaluate::build)?;
    bundle_baseline()?;
    let wanted = arguments.first().map(String::as_str);
    if wanted.is_none() {
        step("Bundled the scripts of other vendors", bundle_peers)?;
        check::size()?;
    }
    if wanted != Some("storefront") {
        let mut cargo = Command::new("cargo");
        cargo.args(["run", "--quiet", "--release", "--package", "play-it-green-tests"]);
        with_node(&mut cargo);
        process::show(cargo.args(["--bin", "bench", "--"]).args(arguments))?;
    }
    if wanted.is_none_or(|name| name == "storefront") {
        let mut node = node_program("node");
        let chromium = need::chromium()?;
        process::show(node.arg("tests/bench/storefront.mjs").env("CHROMIUM", chromium))?;
    }
    Ok(())
}

/// Bundles the scripts of other vendors, each in the smallest use that its vendor documents.
fn bundle_peers() -> Result<()> {
    let mut npm = Command::new("npm");
    npm.args(["--prefix", "tests/peers", "install", "--no-save", "--no-fund", "--no-audit"]);
    process::log("peers", npm.current_dir(root()))?;
    let folder = in_root("tests/peers");
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "js") {
            entries.push(path);
        }
    }
    let mut esbuild = node_program("esbuild");
    esbuild.args(["--log-level=error", "--bundle", "--minify", "--target=es2020", "--format=iife"]);
    esbuild.arg(format!("--outdir={}", in_target("peers").display())).args(entries);
    process::log("peers-bundle", &mut esbuild)
}

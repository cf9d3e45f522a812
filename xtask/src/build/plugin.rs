//! Builds the files that storefronts download into `plugin/dist`: for each platform the Wasm and
//! its glue, the loaders, the widgets and the installation check.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use platforms::Loader;

use super::fresh::unless_fresh;
use super::glue::{self, Runtime};
use super::{Modules, esbuild, recompute, shrink, wasm, wordpress};
use crate::paths::{in_root, in_target, node_program, wasm};
use crate::process;

/// The modules that the demo shop uses.
const OF_DEMO: [&str; 2] = ["shopify", "woocommerce"];

/// Files of the plugin that a page loads only if it needs them.
const EXTRAS: [&str; 2] = ["widgets", "check"];

/// Builds all files.
pub(crate) fn build(modules: Modules) -> Result<()> {
    let wanted: Vec<&str> = platforms::modules()
        .map(|(module, _)| module)
        .filter(|module| modules == Modules::All || OF_DEMO.contains(module))
        .collect();
    let mut inputs =
        vec![in_root("plugin/loader"), in_root("plugin/headers"), in_root("worker/description")];
    inputs.push(in_root(wordpress::FOLDER));
    recompute::compile()?;
    inputs.extend([recompute::folder(), in_root("recompute/page.ts")]);
    for module in &wanted {
        compile(module)?;
        inputs.push(folder(module));
    }
    let dist = in_root("plugin/dist");
    unless_fresh("plugin", &inputs, &dist.join("_headers"), || bundle(&wanted, &dist))
}

/// Returns the folder of a module's Wasm and glue before they are bundled.
fn folder(module: &str) -> PathBuf {
    in_target("storefront").join(module)
}

/// Compiles `plugin.js` and `plugin.wasm` of one module.
fn compile(module: &str) -> Result<()> {
    let mut cargo = wasm::cargo_build()?;
    cargo.args(["--profile", "plugin", "--package", "plugin"]);
    cargo.args(["--no-default-features", "--features", module]);
    process::log(&format!("plugin-{module}"), &mut cargo)?;
    let compiled = wasm("plugin", "plugin.wasm");
    let to = folder(module);
    let made = to.join("plugin.wasm");
    unless_fresh(&format!("plugin-{module}"), std::slice::from_ref(&compiled), &made, || {
        fs::create_dir_all(&to)?;
        let mut output = glue::generate(&compiled, "plugin", Runtime::Browser)?;
        let names = shrink::shrink(output.wasm_mut())?;
        fs::write(to.join("plugin.js"), names.shorten(output.js()))?;
        let shrunk = in_target("storefront").join(format!("{module}-shrunk.wasm"));
        fs::write(&shrunk, output.wasm_mut().emit_wasm())?;
        optimize(module, &shrunk, &made)
    })
}

/// Minimizes the size of a module. A second `-Oz` pass reduces it further. Functions with more than
/// one caller are not inlined.
pub(super) fn optimize(module: &str, from: &Path, to: &Path) -> Result<()> {
    let mut command = node_program("wasm-opt");
    command.args(["-Oz", "-Oz", "--one-caller-inline-max-function-size=1"]).args([
        "--always-inline-max-function-size=4",
        "--dealign",
        "--low-memory-unused",
        "--enable-bulk-memory",
        "--enable-multivalue",
        "--enable-mutable-globals",
        "--enable-nontrapping-float-to-int",
        "--enable-reference-types",
        "--enable-sign-ext",
        "--strip-debug",
        "--strip-producers",
        "--strip-target-features",
    ]);
    process::log(&format!("optimize-{module}"), command.arg(from).arg("--output").arg(to))
}

/// Bundles everything into `dist`. The loaders' names are fixed. The folder behind them is named
/// after its contents, so that browsers may cache its files forever.
fn bundle(modules: &[&str], dist: &Path) -> Result<()> {
    let made = in_target("storefront/files");
    let _ = fs::remove_dir_all(&made);
    fs::create_dir_all(&made)?;
    for module in modules {
        bundle_module(module, &made)?;
    }
    for name in EXTRAS {
        let (from, to) = (format!("plugin/loader/{name}.ts"), made.join(format!("{name}.js")));
        let outfile = format!("--outfile={}", to.display());
        esbuild::bundle(name, &["--format=esm", "--target=es2022", &from, &outfile])?;
    }
    let build = fingerprint(&made)?;
    let _ = fs::remove_dir_all(dist);
    copy_files(&made, &dist.join("plugin").join(&build))?;
    // A page with an older loader asks for the folder of an earlier deployment; the Worker
    // redirects it to this file.
    copy_files(&made, &dist.join("plugin/latest"))?;
    for loader in Loader::ALL {
        bundle_loader(loader, &build, dist)?;
    }
    // The Worker serves these as `/docs`, `/api/openapi.json` and `/style/…`.
    copy_files(&in_root("worker/description"), &dist.join("description"))?;
    recompute::bundle(&dist.join("recompute"))?;
    let served = dist.join("plugin");
    wordpress::pack(&served, &build, &served.join("play-it-green-wordpress.zip"))?;
    fs::copy(in_root("plugin/headers"), dist.join("_headers"))?;
    Ok(())
}

fn bundle_module(module: &str, to: &Path) -> Result<()> {
    fs::copy(folder(module).join("plugin.wasm"), to.join(format!("{module}.wasm")))?;
    esbuild::bundle(
        module,
        &[
            "--format=esm",
            "--target=es2022",
            // The glue of a module in a page imports no other file.
            "--log-override:import-is-undefined=silent",
            &format!("--alias:glue={}", folder(module).join("plugin.js").display()),
            &format!("--define:ADAPTER={module:?}"),
            "--inject:plugin/loader/fetch.ts",
            "plugin/loader/delivery.ts",
            &format!("--outfile={}", to.join(format!("{module}.js")).display()),
        ],
    )
}

fn bundle_loader(loader: Loader, build: &str, dist: &Path) -> Result<()> {
    let outfile = format!("--outfile={}", dist.join("plugin").join(loader.file()).display());
    let define_build = format!("--define:BUILD={build:?}");
    let common = ["--target=es2022", define_build.as_str(), outfile.as_str()];
    let source = loader.source().map(|source| format!("--define:SOURCE={source:?}"));
    let own: &[&str] = match &source {
        Some(source) => &["--format=iife", source, "plugin/loader/loader.ts"],
        None => &["--format=esm", "plugin/loader/pixel.ts"],
    };
    esbuild::bundle(loader.file(), &[&common[..], own].concat())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let mut files: Vec<PathBuf> = entries.collect::<Result<_>>()?;
    files.sort();
    Ok(files)
}

fn copy_files(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for file in files(from)? {
        fs::copy(&file, to.join(file.file_name().context("A file without a name")?))?;
    }
    Ok(())
}

/// Returns a name for the bytes of all files in a folder: eight digits of 32-bit FNV-1a. The name
/// only distinguishes builds, and each further digit would lengthen every loader.
fn fingerprint(folder: &Path) -> Result<String> {
    let mut hash = 0x811c_9dc5_u32;
    for file in files(folder)? {
        for byte in fs::read(file)? {
            hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        }
    }
    Ok((hash % 100_000_000).to_string())
}

//! Builds the Worker: Rust to Wasm, its glue, and the entry class that Cloudflare's runtime calls.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::fresh::unless_fresh;
use super::glue::{self, Runtime};
use super::{esbuild, wasm};
use crate::paths::{in_root, in_target, node_program, wasm};
use crate::process;

/// Builds the Worker into `worker/build`, for `npm start` and the tests.
pub(crate) fn build() -> Result<()> {
    let mut cargo = wasm::cargo_build()?;
    process::log(
        "worker",
        cargo.args(["--release", "--lib", "--package", "play-it-green-worker"]),
    )?;
    package("worker", &wasm("release", "play_it_green_worker.wasm"), &in_root("worker/build"))
}

/// Packages a Worker that cargo built: `index.js` and `index_bg.wasm` in the folder `to`.
pub(crate) fn package(name: &str, compiled: &Path, to: &Path) -> Result<()> {
    let entry = in_root("worker/entry.ts");
    let inputs = [compiled.to_owned(), entry.clone()];
    unless_fresh(name, &inputs, &to.join("index.js"), || {
        let folder = in_target("glue").join(name);
        let _ = fs::remove_dir_all(&folder);
        glue::generate(compiled, "index", Runtime::Worker)?.emit(&folder)?;
        fs::create_dir_all(to)?;
        let bundled = to.join("index.js");
        esbuild::bundle(
            name,
            &[
                "--format=esm",
                "--external:./index_bg.wasm",
                "--external:cloudflare:*",
                &format!("--alias:glue={}", folder.join("index.js").display()),
                &format!("--outfile={}", bundled.display()),
                &entry.display().to_string(),
            ],
        )?;
        // Cloudflare's bundlers support the import of a compiled module only by its older name.
        let text = fs::read_to_string(&bundled).context("Cannot read the Worker's bundle")?;
        fs::write(&bundled, text.replace("import source ", "import "))?;
        fs::copy(folder.join("index_bg.wasm"), to.join("index_bg.wasm"))?;
        Ok(())
    })
}

/// Minimizes the size of the built Worker for deployment: it shrinks by a third. `npm start` skips
/// this step. The result is in `target/worker`.
///
/// Sorting by name puts similar functions side by side, where gzip finds their common parts: the
/// Worker becomes 5 % smaller. Options that shrink the Wasm itself, such as `-O`, enlarge it after
/// compression. The names of functions, a fifth of the module, are not deployed.
pub(crate) fn optimize() -> Result<()> {
    let (from, to) = (in_root("worker/build"), in_target("worker"));
    let wasm = from.join("index_bg.wasm");
    let inputs = [wasm.clone(), from.join("index.js")];
    unless_fresh("worker-optimized", &inputs, &to.join("index_bg.wasm"), || {
        fs::create_dir_all(&to)?;
        let mut command = node_program("wasm-opt");
        command.args([
            "--all-features",
            // Some runtimes cannot read a compact section of imports yet.
            "--disable-compact-imports",
            "--duplicate-function-elimination",
            "--remove-unused-brs",
            "--reorder-functions-by-name",
            "--strip-producers",
            "--strip-target-features",
        ]);
        command.arg(&wasm).arg("--output").arg(to.join("index_bg.wasm"));
        process::log("worker-optimize", &mut command)?;
        fs::copy(from.join("index.js"), to.join("index.js"))?;
        Ok(())
    })
}

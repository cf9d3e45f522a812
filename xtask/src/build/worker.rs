//! Builds the Worker: Rust to Wasm, its glue, and the entry class that Cloudflare's runtime calls.

use std::env;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::fresh::unless_fresh;
use super::glue::{self, Runtime};
use super::{esbuild, likeness, wasm};
use crate::paths::{in_root, in_target, node_program, wasm};
use crate::process;

/// The environment variable that names the profile, for contributors who change the Worker.
const PROFILE: &str = "WORKER_PROFILE";

/// Builds the Worker into `worker/build`, for `npm start` and the tests: as it is deployed, or by
/// another profile of the workspace.
pub(crate) fn build() -> Result<()> {
    let profile = env::var(PROFILE).unwrap_or_else(|_| "release".to_owned());
    let mut cargo = wasm::cargo_build()?;
    cargo.args(["--profile", &profile, "--lib", "--package", "play-it-green-worker"]);
    process::log("worker", &mut cargo)?;
    package("worker", &wasm(&profile, "play_it_green_worker.wasm"), &in_root("worker/build"))
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
/// Similar functions stand side by side, where gzip finds their common parts: the Worker becomes 9
/// % smaller. Passes that inline functions, such as those of `-O`, shrink the Wasm and enlarge it
/// after compression. The names of functions, a fifth of the module, are not deployed.
pub(crate) fn optimize() -> Result<()> {
    let (from, to) = (in_root("worker/build"), in_target("worker"));
    let wasm = from.join("index_bg.wasm");
    let inputs = [wasm.clone(), from.join("index.js")];
    unless_fresh("worker-optimized", &inputs, &to.join("index_bg.wasm"), || {
        fs::create_dir_all(&to)?;
        let (shrunk, named) = (to.join("shrunk.wasm"), to.join("named.wasm"));
        wasm_opt("worker-shrink", SHRINKING, &wasm, &shrunk)?;
        fs::write(&named, likeness::with_names(&fs::read(&shrunk)?)?)?;
        wasm_opt("worker-order", ORDERING, &named, &to.join("index_bg.wasm"))?;
        for file in [shrunk, named] {
            fs::remove_file(file)?;
        }
        fs::copy(from.join("index.js"), to.join("index.js"))?;
        Ok(())
    })
}

/// Passes that leave less code without inlining any.
const SHRINKING: &[&str] = &[
    "--strip-debug",
    "--duplicate-function-elimination",
    "--remove-unused-brs",
    "--rse",
    "--vacuum",
    "--code-folding",
    "--simplify-locals-nostructure",
    "--vacuum",
    "--optimize-instructions",
    "--merge-blocks",
    "--rse",
    "--vacuum",
    "--reorder-locals",
];

/// Gives each function the place that its name says, and leaves out the names.
const ORDERING: &[&str] = &[
    "--reorder-functions-by-name",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

fn wasm_opt(name: &str, passes: &[&str], from: &Path, to: &Path) -> Result<()> {
    let mut command = node_program("wasm-opt");
    // Not every runtime reads a compact section of imports yet.
    command.args(["--all-features", "--disable-compact-imports"]).args(passes);
    process::log(name, command.arg(from).arg("--output").arg(to))
}

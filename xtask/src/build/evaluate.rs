//! Builds the rule engine for Node.js, so that tests compare it with the native build.

use anyhow::Result;

use super::fresh::unless_fresh;
use super::glue::{self, Runtime};
use super::wasm;
use crate::paths::{in_target, node_program, wasm};
use crate::process;

/// Builds the crate `play-it-green-evaluate` into `target/tests/evaluate`.
pub(crate) fn build() -> Result<()> {
    let mut cargo = wasm::cargo_build()?;
    process::log("evaluate", cargo.args(["--release", "--package", "play-it-green-evaluate"]))?;
    let compiled = wasm("release", "play_it_green_evaluate.wasm");
    let to = in_target("tests/evaluate");
    let inputs = std::slice::from_ref(&compiled);
    unless_fresh("evaluate", inputs, &to.join("evaluate.js"), || {
        glue::generate(&compiled, "evaluate", Runtime::Node)?.emit(&to)?;
        let module = to.join("evaluate_bg.wasm");
        let mut optimize = node_program("wasm-opt");
        optimize.arg("-O").arg(&module).arg("--output").arg(&module);
        process::log("evaluate-optimize", &mut optimize)?;
        // Node.js reads a file as CommonJS only if a manifest says so.
        std::fs::write(to.join("package.json"), "{\"type\": \"commonjs\"}\n")?;
        Ok(())
    })
}

//! Generates the JavaScript around a compiled Wasm module with wasm-bindgen's own library.

use std::path::Path;

use anyhow::Result;
use wasm_bindgen_cli_support::{Bindgen, EncodeInto, Output};

/// The runtime of the module.
#[derive(Clone, Copy)]
pub(crate) enum Runtime {
    /// A page of a shop.
    Browser,
    /// Cloudflare's runtime.
    Worker,
    /// Node.js.
    Node,
}

/// Generates the glue of a module that cargo built.
pub(crate) fn generate(wasm: &Path, name: &str, runtime: Runtime) -> Result<Output> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(wasm).typescript(false).out_name(name);
    match runtime {
        Runtime::Browser => {
            bindgen.web(true)?.encode_into(EncodeInto::Always).omit_default_module_path(true);
        }
        Runtime::Worker => {
            // A panic ends the instance. `worker/entry.ts` then starts a new one with the function
            // that the second line adds.
            bindgen.module(true)?.demangle(false);
            bindgen.reset_state_function(true).force_enable_abort_handler(true);
        }
        Runtime::Node => {
            bindgen.nodejs(true)?;
        }
    }
    bindgen.generate_output()
}

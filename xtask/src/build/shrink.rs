//! Removes code from the storefront's Wasm that a browser never runs, and shortens the names that
//! only the Wasm and its glue use. It runs between wasm-bindgen and wasm-opt, which then drops
//! unreachable code.
//!
//! A panic in the storefront's Wasm ends in the instruction `unreachable`. Its message is never
//! shown, but the messages and the formatting code are a tenth of the module. Other code in it
//! formats nothing: the order event is written by hand.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use walrus::{FunctionBuilder, FunctionId, FunctionKind, Module};

/// Parts of the names of functions that only a panic, or running out of memory, calls.
const ONLY_FOR_PANICS: [&str; 12] = [
    "panicking::panic_fmt",
    "str::slice_error_fail",
    "::rust_begin_unwind",
    "PanicPayload>::",
    "::__rust_alloc_error_handler",
    "alloc::handle_alloc_error",
    "::default_alloc_error_hook",
    "raw_vec::capacity_overflow",
    "fmt::Display>::fmt",
    "fmt::Debug>::fmt",
    "fmt::Write>::",
    "any::Any>::type_id",
];

/// Names that must be found, so that a renaming by the compiler is noticed.
const SURELY_THERE: [&str; 2] = ["panicking::panic_fmt", "::rust_begin_unwind"];

/// Prefixes of the names that only the glue uses.
const ONLY_FOR_GLUE: [&str; 4] = ["__wb", "wasm_bindgen__", "__externref", "__instance"];

/// The short names of the functions that only the glue calls, by the long ones.
pub(crate) struct Names(BTreeMap<String, String>);

impl Names {
    /// Returns the glue with the short names.
    pub(crate) fn shorten(&self, glue: &str) -> String {
        // The longest first, because one name may begin with another.
        let mut longest_first: Vec<_> = self.0.iter().collect();
        longest_first.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        let shorten = |text: String, (name, short): (&String, &String)| text.replace(name, short);
        longest_first.into_iter().fold(glue.to_owned(), shorten)
    }
}

/// Shrinks a module; its glue must then use the returned names.
pub(crate) fn shrink(module: &mut Module) -> Result<Names> {
    let taken_out = take_out(module);
    for sought in SURELY_THERE {
        if !taken_out.iter().any(|name| name.contains(sought)) {
            bail!("The plugin has no function called {sought}: look for its new name.");
        }
    }
    Ok(Names(shorten(module)))
}

/// Replaces each function that only a panic calls by `unreachable`, and returns their names.
fn take_out(module: &mut Module) -> Vec<String> {
    let found: Vec<(FunctionId, String)> = module
        .funcs
        .iter_local()
        .filter_map(|(id, _)| Some((id, module.funcs.get(id).name.clone()?)))
        .filter(|(_, name)| ONLY_FOR_PANICS.iter().any(|part| name.contains(part)))
        .collect();
    for (id, name) in &found {
        let signature = module.types.get(module.funcs.get(*id).ty());
        let (takes, gives) = (signature.params().to_vec(), signature.results().to_vec());
        let arguments: Vec<_> = takes.iter().map(|kind| module.locals.add(*kind)).collect();
        let mut body = FunctionBuilder::new(&mut module.types, &takes, &gives);
        body.func_body().unreachable();
        let empty = body.local_func(arguments);
        let function = module.funcs.get_mut(*id);
        function.kind = FunctionKind::Local(empty);
        function.name = Some(name.clone());
    }
    found.into_iter().map(|(_, name)| name).collect()
}

/// Gives a short name to each import and export that only the glue uses.
fn shorten(module: &mut Module) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    let imports = module.imports.iter_mut().map(|import| &mut import.name);
    let exports = module.exports.iter_mut().map(|export| &mut export.name);
    for name in imports.chain(exports) {
        if ONLY_FOR_GLUE.iter().any(|start| name.starts_with(start)) {
            let next = names.len();
            let short: &String = names.entry(name.clone()).or_insert_with(|| format!("_{next}"));
            name.clone_from(short);
        }
    }
    names
}

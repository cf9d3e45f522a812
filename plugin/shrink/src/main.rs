//! Takes out of the storefront's Wasm what a browser never runs, and gives short names to what only
//! the Wasm and its glue call. Runs between wasm-bindgen and wasm-opt, which then drops what is no
//! longer reached.
//!
//! `play-it-green-shrink WASM GLUE` rewrites both files.
//!
//! A panic in the storefront's Wasm ends in the instruction `unreachable`, with or without the words
//! that are put together on the way, which nobody is told. The words and the machinery of formatting
//! are a tenth of the module. Nothing else in it formats: the order event is written by hand.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::{env, fs};

use walrus::{FunctionBuilder, FunctionId, FunctionKind, Module};

/// Parts of the names of functions that only a panic, or running out of memory, calls.
const ONLY_FOR_PANICS: [&str; 11] = [
    "panicking::panic_fmt",
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

/// What must be found, so that a compiler that names them otherwise is noticed.
const SURELY_THERE: [&str; 2] = ["panicking::panic_fmt", "::rust_begin_unwind"];

/// How the names begin that only the glue uses.
const ONLY_FOR_GLUE: [&str; 4] = ["__wb", "wasm_bindgen__", "__externref", "__instance"];

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let shrunk = match arguments.as_slice() {
        [wasm, glue] => shrink(wasm, glue),
        _ => Err("usage: play-it-green-shrink WASM GLUE".into()),
    };
    match shrunk {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("The plugin could not be shrunk: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn shrink(wasm: &str, glue: &str) -> Result<(), Failure> {
    let mut module = Module::from_file(wasm)?;
    let taken_out = take_out(&mut module);
    for sought in SURELY_THERE {
        if !taken_out.iter().any(|name| name.contains(sought)) {
            return Err(format!("no function is called {sought}: look for its new name").into());
        }
    }
    let names = shorten(&mut module);
    let mut text = fs::read_to_string(glue)?;
    // The longest first: one name may begin with another.
    let mut longest_first: Vec<_> = names.iter().collect();
    longest_first.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    for (name, short) in longest_first {
        text = text.replace(name, short);
    }
    fs::write(glue, text)?;
    module.emit_wasm_file(wasm)?;
    Ok(())
}

/// Leaves `unreachable` of each function that only a panic calls; answers their names.
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

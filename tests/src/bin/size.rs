//! Prints what the storefront's buyers download, and fails when it is more than was agreed.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use flate2::{Compression, write::GzEncoder};
use play_it_green_tests::local_worker::repository;

/// The modules, and the most bytes that the Wasm and the glue of each may be together, as brotli.
/// What was measured plus about 8 %, since compilers differ: a JSON reader that slips in costs 15,000.
const MODULES: [(&str, usize); 3] =
    [("sale", 28_000), ("woocommerce", 32_000), ("shopify", 34_000)];

/// The most bytes of the loader, which every page of a shop loads, as brotli.
const LOADER: usize = 800;

/// Bytes of one file as it is, and as the two encodings that browsers ask for.
struct Size {
    raw: usize,
    gzip: usize,
    brotli: usize,
}

fn main() -> ExitCode {
    match report(&repository().join("plugin/dist/plugin")) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}\nBuild the plugin first: ./setup.sh npm run build:plugin");
            ExitCode::FAILURE
        }
    }
}

/// Whether everything keeps to its budget.
fn report(folder: &Path) -> std::io::Result<bool> {
    println!("{:<18} {:>7} {:>7} {:>7}", "file", "raw", "gzip", "brotli");
    let mut is_within = check("loader", print(folder, "loader.js")?.brotli, LOADER);
    for (module, budget) in MODULES {
        let wasm = print(folder, &format!("{module}.wasm"))?;
        let glue = print(folder, &format!("{module}.js"))?;
        is_within &= check(module, wasm.brotli.saturating_add(glue.brotli), budget);
    }
    Ok(is_within)
}

fn check(name: &str, bytes: usize, budget: usize) -> bool {
    let is_within = bytes <= budget;
    let verdict = if is_within { "within" } else { "MORE THAN" };
    println!("{name}: {bytes} bytes, {verdict} the budget of {budget}\n");
    is_within
}

fn print(folder: &Path, file: &str) -> std::io::Result<Size> {
    let path = folder.join(file);
    let content = std::fs::read(&path)
        .map_err(|error| std::io::Error::other(format!("{}: {error}", path.display())))?;
    let size = measure(&content)?;
    println!("{file:<18} {:>7} {:>7} {:>7}", size.raw, size.gzip, size.brotli);
    Ok(size)
}

fn measure(content: &[u8]) -> std::io::Result<Size> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(content)?;
    let parameters = brotli::enc::BrotliEncoderParams::default();
    let mut encoded = Vec::new();
    brotli::BrotliCompress(&mut &*content, &mut encoded, &parameters)?;
    Ok(Size { raw: content.len(), gzip: gzip.finish()?.len(), brotli: encoded.len() })
}

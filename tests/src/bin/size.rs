//! Prints the download sizes of the storefront's files and fails if one exceeds its budget. It also
//! prints those of other vendors, if the same command built them.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use flate2::{Compression, write::GzEncoder};
use platforms::Loader;
use play_it_green_tests::local_worker::repository;

/// The most bytes of brotli of a platform's Wasm and glue together: 20 KB.
const MODULE: usize = 20 * 1_024;

/// The most bytes of brotli of a loader, which every page of a shop loads.
const LOADER: usize = 800;

/// The most bytes of brotli of the files that are loaded only when needed.
const EXTRAS: [(&str, usize); 2] = [("widgets", 3_500), ("check", 2_500)];

/// The most bytes of gzip of the deployed Worker's Wasm.
const WORKER: usize = 930_000;

/// Bytes of one file, uncompressed and in the two encodings that browsers accept.
#[derive(Clone, Copy, Default)]
struct Size {
    raw: usize,
    gzip: usize,
    brotli: usize,
}

impl Size {
    fn and(self, other: Self) -> Self {
        Self {
            raw: self.raw.saturating_add(other.raw),
            gzip: self.gzip.saturating_add(other.gzip),
            brotli: self.brotli.saturating_add(other.brotli),
        }
    }
}

fn main() -> ExitCode {
    match report(&repository().join("plugin/dist/plugin")) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}\nBuild the plugin first: npm run build");
            ExitCode::FAILURE
        }
    }
}

/// Prints the sizes. Returns true if every file is within its budget.
fn report(folder: &Path) -> std::io::Result<bool> {
    let files = folder.join("latest");
    let mut is_within = true;
    let mut pages = Vec::new();
    println!("{:<26} {:>8} {:>8} {:>8}", "file", "raw", "gzip", "brotli");
    for (module, platform) in platforms::modules() {
        let loader = platform.loader.file();
        let loader_size = print(folder, loader)?;
        is_within &= check(loader, loader_size, LOADER);
        let glue = print(&files, &format!("{module}.js"))?;
        let size = glue.and(print(&files, &format!("{module}.wasm"))?);
        is_within &= check(module, size, MODULE);
        pages.push((module, platform.loader, loader_size.and(size)));
    }
    let pages_of_shopify = Loader::ShopifyPages.file();
    is_within &= check(pages_of_shopify, print(folder, pages_of_shopify)?, LOADER);
    let mut badge = Size::default();
    for (name, budget) in EXTRAS {
        let size = print(&files, &format!("{name}.js"))?;
        is_within &= check(name, size, budget);
        badge = if name == "widgets" { size } else { badge };
    }
    let worker = print(&repository().join("target/worker"), "index_bg.wasm")?.gzip;
    let verdict = if worker <= WORKER { "within" } else { "MORE THAN" };
    println!("the Worker: {worker} bytes of gzip, {verdict} the budget of {WORKER}\n");
    is_within &= worker <= WORKER;
    println!("On a confirmation page, all together:");
    for (module, loader, size) in pages {
        // A pixel has no page for a badge.
        let size = if loader == Loader::ShopifyPixel { size } else { size.and(badge) };
        line(module, size);
    }
    print_peers()?;
    Ok(is_within)
}

/// Prints the download sizes of other vendors, as `npm run bench` bundled them.
fn print_peers() -> std::io::Result<()> {
    let Ok(folder) = fs::read_dir(repository().join("target/peers")) else { return Ok(()) };
    let mut files: Vec<PathBuf> = folder.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "js"));
    files.sort();
    println!("\nOthers, in the smallest use that each describes:");
    for path in files {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        line(&name, measure(&fs::read(&path)?)?);
    }
    Ok(())
}

fn check(name: &str, size: Size, budget: usize) -> bool {
    let is_within = size.brotli <= budget;
    let verdict = if is_within { "within" } else { "MORE THAN" };
    println!("{name}: {} bytes, {verdict} the budget of {budget}\n", size.brotli);
    is_within
}

fn print(folder: &Path, file: &str) -> std::io::Result<Size> {
    let path = folder.join(file);
    let content = fs::read(&path)
        .map_err(|error| std::io::Error::other(format!("{}: {error}", path.display())))?;
    let size = measure(&content)?;
    line(file, size);
    Ok(size)
}

fn line(name: &str, size: Size) {
    println!("{name:<26} {:>8} {:>8} {:>8}", size.raw, size.gzip, size.brotli);
}

fn measure(content: &[u8]) -> std::io::Result<Size> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(content)?;
    let parameters = brotli::enc::BrotliEncoderParams::default();
    let mut encoded = Vec::new();
    brotli::BrotliCompress(&mut &*content, &mut encoded, &parameters)?;
    Ok(Size { raw: content.len(), gzip: gzip.finish()?.len(), brotli: encoded.len() })
}

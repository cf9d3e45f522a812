//! Packs the WordPress plugin into the file that shop owners download and upload to WordPress.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::translations;
use crate::paths::in_root;

/// The folder of the WordPress plugin.
pub(super) const FOLDER: &str = "shop-adapters/install/wordpress/play-it-green";

/// The loader of the shop's pages, and the files of a build that it loads. They are files of the
/// plugin, so that a page runs no code of another server, and sales are stored while the Worker
/// cannot be reached.
const LOADER: &str = "loader.js";
const FILES: [&str; 6] =
    ["check.js", "sale.js", "sale.wasm", "widgets.js", "woocommerce.js", "woocommerce.wasm"];

/// A file in the zip: its name there and its bytes.
type Packed = (String, Vec<u8>);

/// Writes the file. `served` is the folder of the loaders and `build` that of the files behind
/// them. The same plugin gives the same bytes, so no file has a date of this machine.
pub(super) fn pack(served: &Path, build: &str, to: &Path) -> Result<()> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let file = File::create(to).with_context(|| format!("Cannot write {}", to.display()))?;
    let mut zip = ZipWriter::new(file);
    let mut packed = own_files()?;
    packed.extend(assets(served, build)?);
    packed.sort();
    for (name, bytes) in packed {
        zip.start_file(format!("play-it-green/{name}"), options)?;
        zip.write_all(&bytes)?;
    }
    zip.finish()?;
    Ok(())
}

/// Returns the files of the plugin's folder. WordPress reads translations in a compiled form.
fn own_files() -> Result<Vec<Packed>> {
    let folder = in_root(FOLDER);
    let mut packed = Vec::new();
    for path in files(&folder)? {
        let name = path.strip_prefix(&folder)?.to_str().context("A file has an odd name")?;
        let bytes = fs::read(&path)?;
        if let Some(language) = name.strip_suffix(".po") {
            let text = String::from_utf8(bytes.clone())?;
            packed.push((format!("{language}.mo"), translations::compile(&text)?));
        }
        packed.push((name.to_owned(), bytes));
    }
    Ok(packed)
}

/// Returns the storefront's files. A build for the demo lacks some of them.
fn assets(served: &Path, build: &str) -> Result<Vec<Packed>> {
    let mut packed = vec![(format!("assets/{LOADER}"), fs::read(served.join(LOADER))?)];
    for name in FILES {
        let path = served.join(build).join(name);
        if path.exists() {
            packed.push((format!("assets/{build}/{name}"), fs::read(path)?));
        }
    }
    Ok(packed)
}

/// The files of a folder and of those within it, in the order of their names.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn text_of(zip: &mut zip::ZipArchive<File>, name: &str) -> String {
        let mut text = String::new();
        zip.by_name(name).expect(name).read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn the_file_holds_the_plugin_with_its_own_loader_and_is_the_same_each_time() {
        let folder = crate::paths::in_target("tests/zip");
        fs::create_dir_all(folder.join("7")).unwrap();
        fs::write(folder.join(LOADER), "loader").unwrap();
        for name in FILES {
            fs::write(folder.join("7").join(name), name).unwrap();
        }
        let [first, second] = ["first.zip", "second.zip"].map(|name| folder.join(name));
        pack(&folder, "7", &first).unwrap();
        pack(&folder, "7", &second).unwrap();
        assert_eq!(fs::read(&first).unwrap(), fs::read(&second).unwrap());
        let mut packed = zip::ZipArchive::new(File::open(&first).unwrap()).unwrap();
        let main = text_of(&mut packed, "play-it-green/play-it-green.php");
        assert_eq!(main, fs::read_to_string(in_root(FOLDER).join("play-it-green.php")).unwrap());
        assert_eq!(text_of(&mut packed, "play-it-green/assets/loader.js"), "loader");
        let wasm = text_of(&mut packed, "play-it-green/assets/7/woocommerce.wasm");
        assert_eq!(wasm, "woocommerce.wasm");
        assert!(packed.by_name("play-it-green/languages/play-it-green-de_DE.mo").is_ok());
    }
}

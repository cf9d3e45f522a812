//! Packs the WordPress plugin into the file that shop owners download and upload to WordPress.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::paths::in_root;

/// The folder of the WordPress plugin.
pub(super) const FOLDER: &str = "shop-adapters/install/wordpress/play-it-green";

/// Writes the file. The same plugin gives the same bytes, so no file has a date of this machine.
pub(super) fn pack(to: &Path) -> Result<()> {
    let folder = in_root(FOLDER);
    let root = folder.parent().context("The folder of the WordPress plugin has no parent")?;
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let file = File::create(to).with_context(|| format!("Cannot write {}", to.display()))?;
    let mut packed = ZipWriter::new(file);
    for path in files(&folder)? {
        let name = path.strip_prefix(root)?.to_str().context("A file has an odd name")?;
        packed.start_file(name, options)?;
        packed.write_all(&fs::read(&path)?)?;
    }
    packed.finish()?;
    Ok(())
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

    #[test]
    fn the_file_holds_the_whole_plugin_in_a_folder_of_its_name_and_is_the_same_each_time() {
        let folder = crate::paths::in_target("tests");
        fs::create_dir_all(&folder).unwrap();
        let [first, second] = ["first.zip", "second.zip"].map(|name| folder.join(name));
        pack(&first).unwrap();
        pack(&second).unwrap();
        assert_eq!(fs::read(&first).unwrap(), fs::read(&second).unwrap());
        let mut packed = zip::ZipArchive::new(File::open(&first).unwrap()).unwrap();
        assert_eq!(packed.len(), files(&in_root(FOLDER)).unwrap().len());
        let mut text = String::new();
        let mut main = packed.by_name("play-it-green/play-it-green.php").unwrap();
        main.read_to_string(&mut text).unwrap();
        assert_eq!(text, fs::read_to_string(in_root(FOLDER).join("play-it-green.php")).unwrap());
    }
}

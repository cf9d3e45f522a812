//! Files and folders.

use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

use super::object;
use crate::Failure;

#[wasm_bindgen(module = "node:fs")]
extern "C" {
    #[wasm_bindgen(js_name = existsSync)]
    fn exists_sync(path: &str) -> bool;
    #[wasm_bindgen(js_name = readFileSync, catch)]
    fn read_file_sync(path: &str, options: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = writeFileSync, catch)]
    fn write_file_sync(path: &str, text: &str, options: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(js_name = readdirSync, catch)]
    fn readdir_sync(path: &str, options: &JsValue) -> Result<Vec<String>, JsValue>;
    #[wasm_bindgen(js_name = mkdirSync, catch)]
    fn mkdir_sync(path: &str, options: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = rmSync, catch)]
    fn rm_sync(path: &str, options: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(js_name = openSync, catch)]
    fn open_sync(path: &str, flags: &str) -> Result<i32, JsValue>;
    #[wasm_bindgen(js_name = symlinkSync, catch)]
    fn symlink_sync(target: &str, path: &str, kind: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(js_name = mkdtempSync, catch)]
    fn mkdtemp_sync(prefix: &str) -> Result<String, JsValue>;
    #[wasm_bindgen(js_name = renameSync, catch)]
    fn rename_sync(from: &str, to: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(js_name = statSync, catch)]
    fn stat_sync(path: &str) -> Result<Stats, JsValue>;

    type Stats;
    #[wasm_bindgen(method, js_name = isDirectory)]
    fn is_directory(this: &Stats) -> bool;
}

#[wasm_bindgen(module = "node:os")]
extern "C" {
    fn tmpdir() -> String;
}

#[wasm_bindgen(module = "node:path")]
extern "C" {
    #[wasm_bindgen(js_name = resolve)]
    fn resolve_path(path: &str) -> String;
    #[wasm_bindgen(js_name = relative)]
    fn relative_path(from: &str, to: &str) -> String;
}

/// Returns the absolute form of a path.
pub(crate) fn absolute(path: &str) -> String {
    resolve_path(path)
}

/// Returns the path to `to` as seen from the folder `from`, with slashes.
pub(crate) fn relative(from: &str, to: &str) -> String {
    relative_path(from, to).replace('\\', "/")
}

/// Returns true if a file or folder exists at this path.
pub(crate) fn exists(path: &str) -> bool {
    exists_sync(path)
}

/// Reads a file of text.
pub(crate) fn read_text(path: &str) -> Result<String, Failure> {
    let read = read_file_sync(path, &JsValue::from_str("utf8"));
    let text = read.map_err(|error| Failure::thrown("Cannot read a file", &error))?;
    text.as_string().ok_or_else(|| Failure(format!("{path} is no text.")))
}

/// Reads a file of bytes.
pub(crate) fn read_bytes(path: &str) -> Result<Vec<u8>, Failure> {
    let read = read_file_sync(path, &JsValue::UNDEFINED);
    let bytes = read.map_err(|error| Failure::thrown("Cannot read a file", &error))?;
    Ok(bytes.unchecked_into::<js_sys::Uint8Array>().to_vec())
}

/// Writes a file that others on this machine may read.
pub(crate) fn write(path: &str, text: &str) -> Result<(), Failure> {
    write_file_sync(path, text, &JsValue::from_str("utf8"))
        .map_err(|error| Failure::thrown("Cannot write a file", &error))
}

/// Creates a file that only its owner may read. Fails if it exists.
pub(crate) fn create_private(path: &str, text: &str) -> Result<(), Failure> {
    let options = object(&[("mode", JsValue::from(0o600)), ("flag", JsValue::from_str("wx"))]);
    write_file_sync(path, text, &options)
        .map_err(|error| Failure::thrown("Cannot create a file", &error))
}

/// Replaces a file by one that only its owner may read. At every moment, the old or the new one
/// exists.
pub(crate) fn replace_private(path: &str, text: &str) -> Result<(), Failure> {
    let new = format!("{path}.new");
    remove(&new)?;
    create_private(&new, text)?;
    rename_sync(&new, path).map_err(|error| Failure::thrown("Cannot replace a file", &error))
}

/// The paths of all files in a folder and the folders in it, relative to it, in order.
pub(crate) fn files_in(folder: &str) -> Result<Vec<String>, Failure> {
    let options = object(&[("recursive", JsValue::TRUE)]);
    let names = readdir_sync(folder, &options);
    let names = names.map_err(|error| Failure::thrown("Cannot read a folder", &error))?;
    let mut files = Vec::new();
    for name in names {
        let is_folder = stat_sync(&format!("{folder}/{name}")).is_ok_and(|it| it.is_directory());
        if !is_folder {
            files.push(name.replace('\\', "/"));
        }
    }
    files.sort();
    Ok(files)
}

/// Creates a folder and its parent folders.
pub(crate) fn create_folder(path: &str) -> Result<(), Failure> {
    mkdir_sync(path, &object(&[("recursive", JsValue::TRUE)]))
        .map(|_| ())
        .map_err(|error| Failure::thrown("Cannot create a folder", &error))
}

/// Creates a new folder for temporary files, which only its owner may read.
pub(crate) fn create_temporary_folder() -> Result<String, Failure> {
    mkdtemp_sync(&format!("{}/play-it-green-", tmpdir()))
        .map_err(|error| Failure::thrown("Cannot create a folder", &error))
}

/// Links a folder to a second path.
pub(crate) fn link_folder(folder: &str, path: &str) -> Result<(), Failure> {
    symlink_sync(folder, path, "junction")
        .map_err(|error| Failure::thrown("Cannot link a folder", &error))
}

/// Removes a file, or a folder with its files, if it exists.
pub(crate) fn remove(path: &str) -> Result<(), Failure> {
    let options = object(&[("recursive", JsValue::TRUE), ("force", JsValue::TRUE)]);
    rm_sync(path, &options).map_err(|error| Failure::thrown("Cannot remove a file", &error))
}

/// Opens a new file to write, and returns its descriptor.
pub(crate) fn open_new(path: &str) -> Result<i32, Failure> {
    open_sync(path, "w").map_err(|error| Failure::thrown("Cannot write a file", &error))
}

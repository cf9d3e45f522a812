//! The machine that the command runs on, through Node.js. Only this module imports Node.js modules.

pub(crate) mod files;
pub(crate) mod http;
pub(crate) mod process;
pub(crate) mod server;
pub(crate) mod sqlite;
pub(crate) mod terminal;
pub(crate) mod time;

use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;

/// Returns an object with these properties.
fn object(properties: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in properties {
        // A new object takes every property.
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object
}

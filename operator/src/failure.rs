//! The error of a command: a message for the operator.

use std::fmt;

use wasm_bindgen::JsValue;

/// The reason why a command failed, and the fix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure(pub String);

impl Failure {
    /// Returns the error that Node.js threw during `what`.
    pub(crate) fn thrown(what: &str, error: &JsValue) -> Self {
        let message = js_sys::Reflect::get(error, &JsValue::from_str("message")).ok();
        let message = message.and_then(|message| message.as_string());
        let cause = js_sys::Reflect::get(error, &JsValue::from_str("cause")).ok();
        let cause = cause.and_then(|cause| {
            js_sys::Reflect::get(&cause, &JsValue::from_str("message")).ok()?.as_string()
        });
        let message = message.or_else(|| error.as_string()).unwrap_or_default();
        match cause.filter(|cause| !cause.is_empty()) {
            Some(cause) => Self(format!("{what}: {message} ({cause}).")),
            None => Self(format!("{what}: {message}.")),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

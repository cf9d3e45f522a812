//! The terminal: lines to the operator, and the operator's replies.

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;

use super::object;
use crate::Failure;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console)]
    fn log(text: &str);
    #[wasm_bindgen(js_namespace = console)]
    fn error(text: &str);
    #[wasm_bindgen(js_namespace = process, thread_local_v2, js_name = stdin)]
    static STDIN: Stream;
    #[wasm_bindgen(js_namespace = process, thread_local_v2, js_name = stdout)]
    static STDOUT: Stream;

    type Stream;
    #[wasm_bindgen(method, getter, js_name = isTTY)]
    fn is_tty(this: &Stream) -> Option<bool>;
}

#[wasm_bindgen(module = "node:readline/promises")]
extern "C" {
    #[wasm_bindgen(js_name = createInterface)]
    fn create_interface(options: &JsValue) -> Interface;

    type Interface;
    #[wasm_bindgen(method)]
    fn question(this: &Interface, question: &str) -> Promise;
    #[wasm_bindgen(method)]
    fn close(this: &Interface);
}

/// Prints a line to the standard output.
pub(crate) fn print(text: &str) {
    log(text);
}

/// Prints a line to the standard error.
pub(crate) fn print_error(text: &str) {
    error(text);
}

/// Returns true if the terminal is interactive.
pub(crate) fn is_interactive() -> bool {
    STDIN.with(|stream| stream.is_tty() == Some(true))
}

/// Prints a question, and returns the trimmed reply.
pub(crate) async fn ask(question: &str) -> Result<String, Failure> {
    let (input, output) = (STDIN.with(stream_value), STDOUT.with(stream_value));
    let interface = create_interface(&object(&[("input", input), ("output", output)]));
    let reply = JsFuture::from(interface.question(question)).await;
    interface.close();
    let reply = reply.map_err(|error| Failure::thrown("Cannot read a reply", &error))?;
    Ok(reply.as_string().unwrap_or_default().trim().to_owned())
}

fn stream_value(stream: &Stream) -> JsValue {
    AsRef::<JsValue>::as_ref(stream).clone()
}

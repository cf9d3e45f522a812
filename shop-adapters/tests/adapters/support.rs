//! What the tests of all adapters share: samples, and payloads as one call.

use std::path::Path;

use order_events::Sale;
use serde::de::DeserializeOwned;
use shop_adapters::AdapterError;

/// The bytes of a file in `tests/samples`.
pub(crate) fn sample(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The head and the body of a raw request in `tests/samples`.
pub(crate) fn request(name: &str) -> (String, Vec<u8>) {
    let text = String::from_utf8(sample(name)).expect("the bodies are ASCII");
    let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
    (head.to_owned(), body.as_bytes().to_vec())
}

/// The value of a header in the head of a request.
pub(crate) fn header(head: &str, name: &str) -> String {
    head.lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
        .unwrap_or_else(|| panic!("no header {name}"))
        .to_owned()
}

/// Reads a payload and converts it.
pub(crate) fn convert<P: DeserializeOwned>(
    body: &[u8],
    sale: impl FnOnce(P) -> Result<Sale, AdapterError>,
) -> Result<Sale, String> {
    let payload = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    sale(payload).map_err(|error| error.to_string())
}

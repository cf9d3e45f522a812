//! A local HTTP server.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::object;
use crate::Failure;

#[wasm_bindgen(module = "node:http")]
extern "C" {
    #[wasm_bindgen(js_name = createServer)]
    fn create_server(handler: &JsValue) -> Server;

    #[wasm_bindgen(js_name = Server)]
    type Server;
    #[wasm_bindgen(method)]
    fn listen(this: &Server, port: u16, host: &str, listening: &JsValue) -> Server;
    #[wasm_bindgen(method)]
    fn once(this: &Server, event: &str, handler: &JsValue) -> Server;
    #[wasm_bindgen(method)]
    fn address(this: &Server) -> Address;
    #[wasm_bindgen(method)]
    fn close(this: &Server);

    type Address;
    #[wasm_bindgen(method, getter)]
    fn port(this: &Address) -> u16;

    type IncomingMessage;
    #[wasm_bindgen(method, getter)]
    fn method(this: &IncomingMessage) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn url(this: &IncomingMessage) -> Option<String>;

    type ServerResponse;
    #[wasm_bindgen(method, js_name = writeHead)]
    fn write_head(this: &ServerResponse, status: u16, headers: &JsValue);
    #[wasm_bindgen(method)]
    fn end(this: &ServerResponse, body: &str);
}

/// The response that the server writes.
pub(crate) struct Page {
    /// Its status.
    pub(crate) status: u16,
    /// The media type of its body.
    pub(crate) content_type: &'static str,
    /// The address that it redirects to.
    pub(crate) location: Option<&'static str>,
    /// Its body.
    pub(crate) body: String,
}

/// Writes the response to a request: its method, and its path with the query.
pub(crate) type Handler = Rc<dyn Fn(String, String) -> Pin<Box<dyn Future<Output = Page>>>>;

/// A server that listens.
pub(crate) struct Listening {
    server: Server,
    /// Its port.
    pub(crate) port: u16,
}

const LOCAL: &str = "127.0.0.1";

/// Returns the first free port from `wanted` on; 0 selects any.
pub(crate) async fn free_port(wanted: u16) -> Result<u16, Failure> {
    let none: Handler = Rc::new(|_, _| Box::pin(async { not_found() }));
    let listening = serve(wanted, none).await?;
    listening.server.close();
    Ok(listening.port)
}

/// The number of ports tried, from the wanted one on.
const PORTS_TRIED: u16 = 100;

/// Serves on the first free port from `wanted` on; 0 selects any.
pub(crate) async fn serve(wanted: u16, handler: Handler) -> Result<Listening, Failure> {
    let mut failure = None;
    for offset in 0..PORTS_TRIED {
        let Some(port) = wanted.checked_add(offset) else { break };
        match serve_at(port, &handler).await {
            Ok(listening) => return Ok(listening),
            Err(taken) => failure = Some(taken),
        }
    }
    Err(failure.unwrap_or_else(|| Failure("No free port.".to_owned())))
}

async fn serve_at(port: u16, handler: &Handler) -> Result<Listening, Failure> {
    let handler = Rc::clone(handler);
    let respond = Closure::<dyn Fn(IncomingMessage, ServerResponse)>::new(
        move |request: IncomingMessage, response: ServerResponse| {
            let method = request.method().unwrap_or_default();
            let page = handler(method, request.url().unwrap_or_default());
            spawn_local(async move { write(&response, &page.await) });
        },
    );
    let server = create_server(&respond.into_js_value());
    let listening = Promise::new(&mut |listening, failed| {
        server.once("error", &failed);
        server.listen(port, LOCAL, &listening);
    });
    let listening = JsFuture::from(listening).await;
    listening.map_err(|error| Failure::thrown(&format!("Cannot listen on port {port}"), &error))?;
    let port = server.address().port();
    Ok(Listening { server, port })
}

fn write(response: &ServerResponse, page: &Page) {
    let mut headers = vec![("content-type", JsValue::from_str(page.content_type))];
    if let Some(location) = page.location {
        headers.push(("location", JsValue::from_str(location)));
    }
    response.write_head(page.status, &object(&headers));
    response.end(&page.body);
}

/// Returns the response for an unknown address.
pub(crate) fn not_found() -> Page {
    Page { status: 404, content_type: "text/plain", location: None, body: "Not found".to_owned() }
}

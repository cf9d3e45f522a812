//! Makes one HTTP call and returns its whole response, with any status.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use ureq::http::Request;

use crate::{Failure, While, secrets};

/// A response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers, with lower-case names.
    headers: Vec<(String, String)>,
    /// The body as text.
    pub body: String,
}

impl Answer {
    /// Returns the body as JSON; `null` if it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// Records the secrets in it, for the search after all tests.
    fn noted(self) -> Result<Self, Failure> {
        secrets::note(&self.body)?;
        self.headers.iter().try_for_each(|(_, value)| secrets::note(value))?;
        Ok(self)
    }

    /// Returns the first header of this name, given in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Bytes from which on a server may reject a body before it has read it.
const LARGE_BODY: usize = 500_000;

/// The page that sends a publishable key, unless a test says another one.
const SHOP: (&str, &str) = ("origin", "https://mugs.example.com");

/// A publishable key is sent by browsers, which say from which page.
fn with_origin<'a>(
    url: &str,
    headers: &[(&'a str, &'a str)],
    body: &[u8],
) -> Vec<(&'a str, &'a str)> {
    const PUBLISHABLE: &str = "pig_pk_";
    let mut headers = headers.to_vec();
    let names_page = headers.iter().any(|(name, _)| *name == SHOP.0);
    let has_key = url.contains(PUBLISHABLE)
        || headers.iter().any(|(_, value)| value.contains(PUBLISHABLE))
        || body.windows(PUBLISHABLE.len()).any(|part| part == PUBLISHABLE.as_bytes());
    if has_key && !names_page {
        headers.push(SHOP);
    }
    headers
}

/// Calls, and returns the response; redirects are responses too, and are not followed.
///
/// # Errors
/// If no response arrives within half a minute.
pub fn call(
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Result<Answer, Failure> {
    let headers = with_origin(url, headers, body);
    if body.len() >= LARGE_BODY {
        return call_that_may_be_refused_early(method, url, &headers, body);
    }
    let agent: Agent = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .allow_non_standard_methods(true)
        .timeout_global(Some(Duration::from_secs(30)))
        .build()
        .into();
    let mut request = Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let request = request.body(body).when("The request cannot be written")?;
    let mut response = agent.run(request).when(url)?;
    let headers = response.headers().iter().map(|(name, value)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    let headers = headers.collect();
    let body = response.body_mut().read_to_string().when(url)?;
    Answer { status: response.status().as_u16(), headers, body }.noted()
}

/// Makes a call whose body the server may not read to its end. The client of [`call`] would then
/// report the broken connection instead of the response.
fn call_that_may_be_refused_early(
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Result<Answer, Failure> {
    let (_, rest) = url.split_once("://").ok_or_else(|| Failure(format!("{url} is no address")))?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let headers: Vec<String> =
        headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let headers = headers.concat();
    let head = format!(
        "{method} /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
         Content-Length: {}\r\n{headers}\r\n",
        body.len()
    );
    raw(&format!("http://{host}"), &[head.as_bytes(), body].concat())
}

/// Sends exactly these bytes to the host of `url`, which no client would, and reads the response.
/// The request must contain `Connection: close`.
///
/// # Errors
/// If no response arrives within half a minute, or it is no HTTP.
pub fn raw(url: &str, request: &[u8]) -> Result<Answer, Failure> {
    let host = url.strip_prefix("http://").unwrap_or(url);
    let mut stream = TcpStream::connect(host).when(url)?;
    stream.set_read_timeout(Some(Duration::from_secs(30))).when(url)?;
    // A server that rejects early may close before everything is sent; its response still counts.
    let sent = stream.write_all(request);
    let mut bytes = Vec::new();
    let received = stream.read_to_end(&mut bytes);
    if bytes.is_empty() {
        sent.when(url)?;
        received.when(url)?;
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let not_http = || Failure(format!("{url} answered no HTTP: {text}"));
    let (head, body) = text.split_once("\r\n\r\n").ok_or_else(not_http)?;
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
    let headers = lines.filter_map(|line| line.split_once(": "));
    let answer = Answer {
        status: status.ok_or_else(not_http)?,
        headers: headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect(),
        body: body.to_owned(),
    };
    answer.noted()
}

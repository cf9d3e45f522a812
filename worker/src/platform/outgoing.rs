//! Calls of other servers, which may be slow, endless or hostile.

use std::pin::pin;
use std::time::Duration;

use futures_util::StreamExt;
use worker::{
    AbortController, Delay, Fetch, Headers, Method, Request, RequestInit, RequestRedirect,
};

use crate::platform::timeout::within;

/// A call, and the bounds of its response.
pub(crate) struct Call<'a> {
    pub(crate) url: &'a str,
    pub(crate) headers: &'a [(&'a str, &'a str)],
    /// Sent by POST; `None` is a GET.
    pub(crate) body: Option<&'a str>,
    pub(crate) bytes_max: usize,
    pub(crate) time_max: Duration,
}

/// A response.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// Why there is no response.
pub(crate) enum NoReply {
    Unreachable,
    TooSlow,
    TooLarge,
}

/// Sends a call. Redirects are not followed: they would carry credentials to another host.
pub(crate) async fn send(call: &Call<'_>) -> Result<Reply, NoReply> {
    let unreachable = |_: worker::Error| NoReply::Unreachable;
    let headers = Headers::new();
    for (name, value) in call.headers {
        headers.set(name, value).map_err(unreachable)?;
    }
    let mut init = RequestInit::new();
    init.with_headers(headers).with_redirect(RequestRedirect::Manual);
    if let Some(body) = call.body {
        init.with_method(Method::Post).with_body(Some(body.into()));
    }
    let request = Request::new_with_init(call.url, &init).map_err(unreachable)?;
    let controller = AbortController::default();
    let signal = controller.signal();
    let fetch = Fetch::Request(request);
    let answered = pin!(async {
        let mut response = fetch.send_with_signal(&signal).await.map_err(unreachable)?;
        let status = response.status_code();
        let mut body = Vec::new();
        let mut stream = response.stream().map_err(unreachable)?;
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(unreachable)?;
            if body.len().saturating_add(chunk.len()) > call.bytes_max {
                return Err(NoReply::TooLarge);
            }
            body.extend(chunk);
        }
        Ok(Reply { status, body })
    });
    let reply = within(answered, pin!(Delay::from(call.time_max))).await;
    if !matches!(reply, Some(Ok(_))) {
        controller.abort();
    }
    reply.unwrap_or(Err(NoReply::TooSlow))
}

//! A fake Resend on this machine that returns planned statuses and records its requests.

use std::collections::VecDeque;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::{Failure, While};

/// A running fake; it stops with the process.
#[derive(Clone)]
pub struct FakeResend {
    /// Its address: `http://127.0.0.1:1234`.
    pub url: String,
    state: Arc<Mutex<Kept>>,
}

/// A mail that it received.
#[derive(Clone, Debug)]
pub struct Posted {
    /// The header `Idempotency-Key`.
    pub key: String,
    /// The header `Authorization`.
    pub authorization: String,
    /// The mail as JSON.
    pub mail: Value,
}

#[derive(Default)]
struct Kept {
    next: VecDeque<u16>,
    posted: Vec<Posted>,
}

impl FakeResend {
    /// Starts one on a free port.
    ///
    /// # Errors
    /// If no port is free.
    pub fn start() -> Result<Self, Failure> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).when("The fake Resend")?;
        let url = format!("http://{}", listener.local_addr().when("The fake Resend")?);
        listener.set_nonblocking(true).when("The fake Resend")?;
        let fake = Self { url, state: Arc::default() };
        let served = fake.clone();
        thread::spawn(move || {
            if let Err(failure) = serve(listener, served) {
                eprintln!("The fake Resend stopped: {failure}");
            }
        });
        Ok(fake)
    }

    /// Sets the statuses of the next responses; later ones are 200.
    pub fn next(&self, statuses: impl IntoIterator<Item = u16>) {
        self.with(|kept| kept.next.extend(statuses));
    }

    /// Returns every mail to this address.
    #[must_use]
    pub fn posted_to(&self, address: &str) -> Vec<Posted> {
        let is_to = |posted: &&Posted| posted.mail.pointer("/to/0") == Some(&json!(address));
        self.with(|kept| kept.posted.iter().filter(is_to).cloned().collect())
    }

    fn with<T>(&self, act: impl FnOnce(&mut Kept) -> T) -> T {
        act(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn serve(listener: TcpListener, fake: FakeResend) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let router = Router::new().route("/emails", axum::routing::post(answer)).with_state(fake);
    runtime.when("The fake Resend's runtime")?.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener).when("The fake Resend")?;
        axum::serve(listener, router).await.when("The fake Resend")
    })
}

async fn answer(State(fake): State<FakeResend>, headers: HeaderMap, body: String) -> Response {
    let header = |name: &str| {
        headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    };
    let mail = serde_json::from_str(&body).unwrap_or_default();
    let posted =
        Posted { key: header("idempotency-key"), authorization: header("authorization"), mail };
    let status = fake.with(|kept| {
        kept.posted.push(posted);
        kept.next.pop_front().unwrap_or(200)
    });
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, json!({"id": "49a3999c"}).to_string()).into_response()
}

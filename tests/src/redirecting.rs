//! A server on this machine that redirects every request and counts the requests that follow.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use crate::{Failure, While};

/// A running server. It stops with the process.
#[derive(Clone)]
pub struct Redirecting {
    /// Its address: `http://127.0.0.1:1234`.
    pub url: String,
    asked: Arc<AtomicUsize>,
    followed: Arc<AtomicUsize>,
}

/// The path that every other path leads to.
const TARGET: &str = "/target";

impl Redirecting {
    /// Starts a server on a free port.
    ///
    /// # Errors
    /// Fails if no port is free.
    pub fn start() -> Result<Self, Failure> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).when("The redirecting server")?;
        let url = format!("http://{}", listener.local_addr().when("The redirecting server")?);
        listener.set_nonblocking(true).when("The redirecting server")?;
        let server = Self { url, asked: Arc::default(), followed: Arc::default() };
        let shared = server.clone();
        thread::spawn(move || {
            if let Err(failure) = serve(listener, shared) {
                eprintln!("The redirecting server stopped: {failure}");
            }
        });
        Ok(server)
    }

    /// Returns the number of requests that were redirected.
    #[must_use]
    pub fn redirected(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// Returns the number of requests that followed a redirect.
    #[must_use]
    pub fn followed(&self) -> usize {
        self.followed.load(Ordering::SeqCst)
    }
}

fn serve(listener: TcpListener, server: Redirecting) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let router = Router::new().fallback(redirect).with_state(server);
    runtime.when("The redirecting server's runtime")?.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener);
        let listener = listener.when("The redirecting server")?;
        axum::serve(listener, router).await.when("The redirecting server")
    })
}

async fn redirect(State(server): State<Redirecting>, uri: Uri) -> Response {
    if uri.path() == TARGET {
        server.followed.fetch_add(1, Ordering::SeqCst);
        return StatusCode::OK.into_response();
    }
    server.asked.fetch_add(1, Ordering::SeqCst);
    (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, TARGET)]).into_response()
}

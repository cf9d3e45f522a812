//! A Worker that panics on request. It is built like the real one, whose entry class must serve the
//! next request after a panic.

use std::sync::atomic::{AtomicU32, Ordering};

use worker::{
    Context, Env, MessageBatch, Request, Response, ScheduleContext, ScheduledEvent, event,
};

/// The requests of this instance so far.
static REQUESTS: AtomicU32 = AtomicU32::new(0);

/// `/panic` panics, `/panic-later` panics after its response. Every other path returns the number
/// of requests of this module instance.
#[event(fetch)]
async fn fetch(request: Request, _env: Env, runtime: Context) -> worker::Result<Response> {
    let path = request.path();
    if path == "/panic" {
        panic_on_purpose();
    }
    if path == "/panic-later" {
        runtime.wait_until(async { panic_on_purpose() });
    }
    let count = REQUESTS.fetch_add(1, Ordering::Relaxed).saturating_add(1);
    Response::ok(count.to_string())
}

#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, _env: Env, _context: ScheduleContext) {
    panic_on_purpose();
}

#[event(queue)]
async fn queue(_batch: MessageBatch<String>, _env: Env, _context: Context) -> worker::Result<()> {
    Ok(())
}

#[expect(clippy::panic, reason = "the test needs a panic")]
fn panic_on_purpose() {
    panic!("on purpose");
}

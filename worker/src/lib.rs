//! The Cloudflare Worker of Play It Green: its entry points, and nothing else.

mod api;
mod auth;
mod billing;
mod crypto;
mod domain;
mod http;
mod mail;
mod payments;
mod platform;
mod sales;
mod store;
mod web;
mod webhooks;

use std::rc::Rc;

use order_events::Timestamp;
use worker::{
    Context, Date, Env, MessageBatch, MessageExt, Request, Response, ScheduleContext,
    ScheduledEvent, event,
};

use crate::auth::{sign_in, sign_in_by_mail};
use crate::billing::month_end;
use crate::crypto::new_id;
use crate::platform::context::{self, RequestContext};
use crate::platform::log::{self, Invocation, LogEvent};

/// The header with Cloudflare's id of a request.
const RAY: &str = "cf-ray";

/// Handles one request.
#[event(fetch)]
async fn fetch(request: Request, env: Env, runtime: Context) -> worker::Result<Response> {
    let ray = request.headers().get(RAY).ok().flatten();
    let invocation =
        Invocation::of_request(ray.or_else(|| new_id("request").ok()).unwrap_or_default());
    let context = RequestContext::new(&env, now());
    let context = context.map(|context| context.in_development_at(request.headers()));
    let after = context.as_ref().ok().cloned();
    let work = http::runtime::answer(request, context);
    let answered = log::within(Rc::clone(&invocation), work).await;
    if let Some(context) = after.filter(RequestContext::mail_waits) {
        // The response does not wait for the mail.
        runtime.wait_until(log::within(invocation, async move {
            sign_in_by_mail::handle_requests(&context).await;
            if let Err(problem) = mail::send_some(&context).await {
                log::reason(LogEvent::MailDeferred, &problem);
            }
        }));
    }
    answered
}

fn now() -> Option<Timestamp> {
    Timestamp::from_milliseconds(i64::try_from(Date::now().as_millis()).unwrap_or(0))
}

/// Closes every month that is over at the instant the event was scheduled for, and tidies up.
#[event(scheduled)]
async fn scheduled(event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    match RequestContext::new(&env, context::timestamp_from_number(event.schedule())) {
        Ok(context) => month_end::end_months(&context).await,
        Err(problem) => log::reason(LogEvent::MonthEndFailed, &problem),
    }
    // Sessions expire by the current time, not by the event's scheduled time.
    if let Ok(context) = RequestContext::new(&env, now()) {
        sign_in::forget_ended(&context).await;
    }
}

/// Does what the month end's messages ask for. Never an error: it would tear down every request in
/// this isolate.
#[event(queue)]
async fn queue(batch: MessageBatch<String>, env: Env, _context: Context) -> worker::Result<()> {
    for message in batch.raw_iter() {
        let age = Date::now().as_millis().saturating_sub(message.timestamp().as_millis());
        if month_end::handle(&env, message.body().as_string().as_deref(), age).await {
            message.ack();
        } else {
            message.retry();
        }
    }
    Ok(())
}

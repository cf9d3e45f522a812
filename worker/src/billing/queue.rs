//! The queue that carries the end of months, so that any number of merchants is closed and charged
//! in parallel, each message within the limits of its own invocation.

use worker::Queue as Binding;

use crate::billing::messages::{CHARGES, CLOSES, Message, Work, cut};
use crate::payments;
use crate::platform::context::RequestContext;
use crate::platform::log::{self, LogEvent};
use crate::platform::problem::Problem;

/// Messages in one call. A call takes 256 KB, and the longest messages have 12.
const MESSAGES: usize = 20;

/// Purchase orders and payments that one event sends. The next one takes the rest.
const CLOSES_PER_EVENT: i64 = 60_000;
const CHARGES_PER_EVENT: i64 = 2000;

/// The queue, and the run on whose behalf messages are sent.
pub(super) struct Queue {
    binding: Binding,
    run: i64,
}

impl Queue {
    /// The queue of this deployment, if it has one.
    pub(super) fn of(context: &RequestContext, run: i64) -> Option<Self> {
        context.config.bindings.queue.clone().map(|binding| Self { binding, run })
    }

    /// Sends everything that is due by now, and counts the messages. Returns true if the queue took
    /// it all.
    pub(super) async fn send_due(
        &self,
        context: &RequestContext,
        sent: &mut usize,
    ) -> Result<bool, Problem> {
        let store = &context.store;
        let now = context.now.milliseconds();
        let gateway = payments::gateway(context)?;
        let name = gateway.name();
        let mut due = store.due_purchase_orders(now, CLOSES_PER_EVENT).await?;
        // A close that was cut off before it was finalized.
        due.extend(store.closed_purchase_orders(CLOSES_PER_EVENT).await?);
        // The same event, fired twice, may have just asked: the outcome is settled there.
        let until = now.saturating_sub(1);
        let unanswered = store.unanswered_payments(name, until, CHARGES_PER_EVENT).await?;
        let charges = store.due_charges(name, now, CHARGES_PER_EVENT).await?;
        let work = cut(due, CLOSES, Work::Close)
            .chain(cut(unanswered, CHARGES, Work::Resume))
            .chain(cut(charges, CHARGES, Work::Charge));
        Ok(self.send(context, work.collect(), sent).await)
    }

    /// Sends the charges that follow a close. The next event finds charges that the queue rejects.
    pub(super) async fn send_charges(
        &self,
        context: &RequestContext,
        purchase_orders: Vec<String>,
    ) -> Result<(), Problem> {
        let work: Vec<Work> = cut(purchase_orders, CHARGES, Work::Charge).collect();
        if work.is_empty() {
            return Ok(());
        }
        // Counted before they are sent, so that the run does not look finished in between.
        context.store.expect_messages(self.run, work.len()).await?;
        self.send(context, work, &mut 0).await;
        Ok(())
    }

    /// Requests the mail about the work of a message. The next event finds mail if the queue
    /// rejects the request.
    pub(super) async fn send_mail(&self, context: &RequestContext) -> Result<(), Problem> {
        context.store.expect_messages(self.run, 1).await?;
        self.send(context, vec![Work::Mail], &mut 0).await;
        Ok(())
    }

    /// The same for the event itself, which counts its messages. Returns true if the queue took it.
    pub(super) async fn send_mail_at_once(
        &self,
        context: &RequestContext,
        sent: &mut usize,
    ) -> bool {
        self.send(context, vec![Work::Mail], sent).await
    }

    async fn send(&self, context: &RequestContext, work: Vec<Work>, sent: &mut usize) -> bool {
        let messages: Result<Vec<String>, _> = work
            .into_iter()
            .map(|work| serde_json::to_string(&Message::new(self.run, context.now, work)))
            .collect();
        let Ok(messages) = messages else { return false };
        for call in messages.chunks(MESSAGES) {
            if let Err(error) = self.binding.send_batch(call.iter().cloned()).await {
                log::reason(LogEvent::QueueRejected, &error);
                return false;
            }
            *sent = sent.saturating_add(call.len());
        }
        true
    }
}

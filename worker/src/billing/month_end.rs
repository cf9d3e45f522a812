//! The end of the month: who is due, the close, the charge, and the reminders of what is not paid.

use worker::Env;

use crate::billing::messages::{self, Message, Work};
use crate::billing::queue::Queue;
use crate::billing::{charge, close, dunning, inline, unpriced};
use crate::platform::context::RequestContext;
use crate::platform::log::{self, Invocation, LogEvent};
use crate::platform::problem::Problem;
use crate::sales::{connections, pull};
use crate::{mail, payments};

/// The result of a cron event.
#[derive(Default)]
struct Done {
    /// Purchase orders that it closed itself.
    closed: usize,
    /// Messages that it sent, for others to close and charge.
    sent: usize,
}

/// Closes every purchase order whose month was over at the event's instant, and charges what is
/// due. Any number of events does the same as one: each step asks for what is not yet done, and
/// guards on it when it writes.
pub(crate) async fn end_months(context: &RequestContext) {
    if let Err(problem) = run(context).await {
        log::reason(LogEvent::MonthEndFailed, &problem);
    }
}

/// Completed work is counted, even if a later step fails.
async fn run(context: &RequestContext) -> Result<(), Problem> {
    let now = context.now.milliseconds();
    let run = context.store.begin_month_end_run(now).await?;
    let mut done = Done::default();
    let invocation = Invocation::of_run(run);
    let worked = work(context, run, &mut done);
    let problem = log::within(invocation, worked).await.err();
    let message = problem.as_ref().map(Problem::to_string);
    log::write(
        LogEvent::MonthEndRan,
        &[("run", &run.to_string()), ("messages", &done.sent.to_string())],
    );
    let counted = (done.closed, done.sent);
    context.store.end_month_end_run(run, counted, message.as_deref(), now).await?;
    problem.map_or(Ok(()), Err)
}

/// Reminders and mails follow, even if an earlier step fails. Work that anyone can create in any
/// number comes last, so that it uses up no statements of the other steps.
async fn work(context: &RequestContext, run: i64, done: &mut Done) -> Result<(), Problem> {
    let queue = Queue::of(context, run);
    // Before the close, so that what has a price now is on the bill of its month.
    let priced = unpriced::bill_priced(context).await;
    let paid = close_and_charge(context, queue.as_ref(), done).await;
    let dunned = dunning::dun_due(context).await;
    let alerted = context.store.alert_budgets(context.now.milliseconds()).await;
    let watched = connections::watch(context).await;
    let mailed = mail_waiting(context, queue.as_ref(), done).await;
    let tidied = tidy(context).await;
    let pulled = Box::pin(pull::pull_due(context)).await;
    paid.and(priced)
        .and(dunned)
        .and(alerted.map_err(Problem::from))
        .and(watched)
        .and(mailed)
        .and(tidied)
        .and(pulled)
}

/// Milliseconds for which a claim waits for its confirmation or its payment.
pub(crate) const CLAIMS_WAIT_FOR: i64 = 60 * 24 * 60 * 60 * 1000;

/// Claims that one event lets expire, at most.
const CLAIMS_PER_EVENT: i64 = 2_000;

async fn tidy(context: &RequestContext) -> Result<(), Problem> {
    let until = context.now.milliseconds().saturating_sub(CLAIMS_WAIT_FOR);
    let expired = context.store.expire_claims(until, CLAIMS_PER_EVENT).await;
    charge::tidy(context).await.and(expired.map_err(Problem::from))
}

/// The queue carries the work where there is one; what it does not take is done here.
async fn close_and_charge(
    context: &RequestContext,
    queue: Option<&Queue>,
    done: &mut Done,
) -> Result<(), Problem> {
    let is_sent = match queue {
        Some(queue) => queue.send_due(context, &mut done.sent).await?,
        None => false,
    };
    if !is_sent {
        inline::close_and_charge(context, &mut done.closed).await?;
    }
    let (gateway, now) = (payments::gateway(context)?, context.now.milliseconds());
    Ok(context.store.unplan_without_card(gateway.name(), now).await?)
}

/// The same for mail.
async fn mail_waiting(
    context: &RequestContext,
    queue: Option<&Queue>,
    done: &mut Done,
) -> Result<(), Problem> {
    if !context.store.mail_waits(context.now.milliseconds()).await? {
        return Ok(());
    }
    match queue {
        Some(queue) if queue.send_mail_at_once(context, &mut done.sent).await => Ok(()),
        _ => inline::send_mail(context).await,
    }
}

/// Does what a message of the queue asks for, `age` milliseconds after it was sent. Returns true if
/// the message has done its service; where not, it is to be delivered again.
pub(crate) async fn handle(env: &Env, body: Option<&str>, age: u64) -> bool {
    let message = body.and_then(Message::read).filter(|_| age < messages::TOO_OLD);
    let Some(message) = message else {
        // The next cron event finds what is still due.
        log::write(LogEvent::MessageDropped, &[]);
        return true;
    };
    log::within(Invocation::of_run(message.run), async {
        let handled = match RequestContext::new(env, message.scheduled_at()) {
            Ok(context) => handle_message(&context, message).await,
            Err(problem) => Err(problem),
        };
        if let Err(problem) = &handled {
            log::reason(LogEvent::MessageFailed, &problem);
        }
        handled.is_ok()
    })
    .await
}

async fn handle_message(context: &RequestContext, message: Message) -> Result<(), Problem> {
    let run = message.run;
    let gateway = payments::gateway(context)?;
    let gateway = &gateway;
    let mut closed: usize = 0;
    match message.work {
        Work::Close(ids) => {
            closed = close::close(context, &ids).await?;
            close::finalize(context, &ids).await?;
            // The mail then names the day of the first reminder, not today.
            dunning::dun_due(context).await?;
            let now = context.now.milliseconds();
            let due = context.store.due_charges_of(&ids, gateway.name(), now).await?;
            context.store.unplan_without_card(gateway.name(), now).await?;
            context.note_mail();
            if let Some(queue) = Queue::of(context, run) {
                queue.send_charges(context, due).await?;
            }
        }
        Work::Charge(ids) => charge::charge_all(context, gateway, &ids).await?,
        Work::Resume(ids) => charge::resume_all(context, gateway, &ids).await?,
        // A failed mail does not fail the message: the next event sends it again.
        Work::Mail => match mail::send_some(context).await {
            Ok(true) => context.note_mail(),
            Ok(false) => {}
            Err(problem) => log::reason(LogEvent::MailDeferred, &problem),
        },
    }
    if let Some(queue) = Queue::of(context, run).filter(|_| context.mail_waits()) {
        queue.send_mail(context).await?;
    }
    Ok(context.store.message_was_handled(run, closed).await?)
}

//! The messages of the queue, and how work is cut into them.

use order_events::Timestamp;
use serde::{Deserialize, Serialize};

/// One message, as JSON. It only names the work. Conditions in the database guard every step, so a
/// repeated or late message does nothing twice.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Message {
    /// The id of the run that sent it.
    pub(crate) run: i64,
    /// The instant for which the run's cron event was scheduled, in milliseconds since 1970.
    scheduled_at: i64,
    pub(crate) work: Work,
}

/// The task.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Work {
    /// Close and finalize these purchase orders.
    Close(Vec<String>),
    /// Charge the saved cards of these purchase orders.
    Charge(Vec<String>),
    /// Ask again about these payments.
    Resume(Vec<String>),
    /// Send some of the mail that waits.
    Mail,
}

/// Purchase orders that one message closes, with some ten statements for any number.
pub(crate) const CLOSES: usize = 300;

/// Purchase orders that one message charges, or payments that it asks about. Each may take ten
/// statements, and D1 allows 50 in an invocation on the smallest plan.
pub(crate) const CHARGES: usize = 4;

/// Milliseconds after which a message is dropped. It holds the time of its event, and a payment may
/// be requested again under the same key only while the provider surely knows that key.
pub(crate) const TOO_OLD: u64 = 30 * 60 * 1000;

impl Message {
    pub(super) fn new(run: i64, now: Timestamp, work: Work) -> Self {
        Self { run, scheduled_at: now.milliseconds(), work }
    }

    /// Reads a message; `None` for what is none.
    pub(crate) fn read(body: &str) -> Option<Self> {
        serde_json::from_str(body).ok()
    }

    /// The instant for which the cron event was scheduled.
    pub(crate) fn scheduled_at(&self) -> Option<Timestamp> {
        Timestamp::from_milliseconds(self.scheduled_at)
    }
}

/// Cuts ids into pieces of work.
pub(super) fn cut(
    ids: Vec<String>,
    length: usize,
    work: fn(Vec<String>) -> Work,
) -> impl Iterator<Item = Work> {
    let mut ids = ids.into_iter();
    std::iter::from_fn(move || {
        let piece: Vec<String> = ids.by_ref().take(length).collect();
        (!piece.is_empty()).then(|| work(piece))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(count: usize) -> Vec<String> {
        (0..count).map(|number| format!("po_{number:032x}")).collect()
    }

    #[test]
    fn every_id_is_in_one_piece_and_none_is_too_long() {
        let pieces: Vec<Work> = cut(ids(601), CLOSES, Work::Close).collect();
        let lengths: Vec<usize> = pieces
            .iter()
            .map(|work| match work {
                Work::Close(ids) => ids.len(),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(lengths, [300, 300, 1]);
        assert_eq!(cut(Vec::new(), CLOSES, Work::Close).count(), 0);
    }

    #[test]
    fn a_message_is_read_as_it_was_written_and_is_far_below_what_a_queue_takes() {
        let now: Timestamp = "2026-11-30T23:00:00Z".parse().unwrap();
        let message = Message::new(7, now, Work::Close(ids(CLOSES)));
        let body = serde_json::to_string(&message).unwrap();
        assert!(body.len() < 12_800, "twenty of them are one call of 256 KB: {}", body.len());
        assert_eq!(Message::read(&body), Some(message));
        assert_eq!(Message::read("{}"), None);
    }
}

//! Compares the merged facts of a sale with a shop that knows the truth.

use order_events::{Sale, SaleFacts};
use proptest::collection::vec;
use proptest::prelude::*;

use super::{refund, told, verified};

/// One event in the shop: seconds pass, money and mugs come back.
#[derive(Clone, Debug)]
struct Event {
    seconds: i64,
    amount: i64,
    mugs: u32,
}

/// The shop's reports of an event: the separate refund, and the whole sale after it.
struct Told {
    refund: SaleFacts,
    snapshot: SaleFacts,
}

fn event() -> impl Strategy<Value = Event> {
    (0..2_i64, 0..500_i64, 0..2_u32).prop_map(|(seconds, amount, mugs)| Event {
        seconds,
        amount,
        mugs,
    })
}

/// Applies the events to the test sale, with enough mugs for all of them.
fn history(events: &[Event]) -> (SaleFacts, Vec<Told>, Sale) {
    let sold = told(0, |sale| sale.lines[0].quantity = 100);
    let mut truth = sold.clone();
    let mut second = 0;
    let mut all = Vec::new();
    for (index, Event { seconds, amount, mugs }) in events.iter().enumerate() {
        second += seconds;
        truth.updated_at = told(second, |_| ()).updated_at;
        truth.refunded += amount;
        truth.lines[0].refunded += mugs;
        let refund = refund(&format!("r{index}"), second, *amount, *mugs);
        all.push(Told { refund, snapshot: verified(truth.clone()) });
    }
    (verified(sold), all, truth)
}

proptest! {
    #[test]
    fn all_refunds_or_the_last_snapshot_tell_the_truth(
        events in vec(event(), 1..6), has_snapshots in any::<bool>(),
    ) {
        let (sold, all, truth) = history(&events);
        let facts = if has_snapshots {
            all.into_iter().map(|told| told.snapshot).fold(sold, SaleFacts::merge)
        } else {
            all.into_iter().map(|told| told.refund).fold(sold, SaleFacts::merge)
        };
        let sale = facts.sale().unwrap();
        prop_assert_eq!(sale.refunded, truth.refunded);
        prop_assert_eq!(sale.lines[0].refunded, truth.lines[0].refunded);
    }

    #[test]
    fn whatever_is_lost_repeated_or_late_no_refund_counts_twice(
        (events, delivered) in vec(event(), 1..6).prop_flat_map(|events| {
            let messages = 2 * events.len();
            (Just(events), vec(0..messages, 0..8))
        }),
    ) {
        let (sold, all, truth) = history(&events);
        let facts = delivered.into_iter().fold(sold, |facts, message| {
            let told = &all[message / 2];
            facts.merge(if message % 2 == 0 { told.refund.clone() } else { told.snapshot.clone() })
        });
        let sale = facts.sale().unwrap();
        prop_assert!(sale.refunded <= truth.refunded);
        prop_assert!(sale.lines[0].refunded <= truth.lines[0].refunded);
    }

    #[test]
    fn later_refunds_are_added_to_a_snapshot_that_holds_earlier_ones(
        events in vec(event(), 2..6), split in any::<prop::sample::Index>(),
    ) {
        // Whole seconds between events, so that the shop's clock can distinguish them.
        let events: Vec<Event> =
            events.into_iter().map(|event| Event { seconds: 1, ..event }).collect();
        let (sold, all, truth) = history(&events);
        let split = split.index(all.len());
        let later = all.iter().skip(split + 1).map(|told| told.refund.clone());
        let facts = later.fold(sold.merge(all[split].snapshot.clone()), SaleFacts::merge);
        let sale = facts.sale().unwrap();
        prop_assert_eq!(sale.refunded, truth.refunded);
        prop_assert_eq!(sale.lines[0].refunded, truth.lines[0].refunded);
    }
}

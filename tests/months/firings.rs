//! Tests that many simultaneous cron events create one purchase order and one charge.

use std::sync::Barrier;
use std::thread;

use crate::world::{Due, World};

const FIRINGS: usize = 50;

#[test]
fn fifty_events_at_once_make_one_purchase_order_and_one_charge_each() {
    let world = World::start("firings");
    let all: Vec<Due> = (0..6).map(|_| world.sold_with_card()).collect();
    let at_once = Barrier::new(FIRINGS);
    thread::scope(|scope| {
        for _ in 0..FIRINGS {
            scope.spawn(|| {
                at_once.wait();
                world.worker.send_cron(all[0].ends_at).unwrap();
            });
        }
    });
    let started = std::time::Instant::now();
    let finished = "SELECT count(*) FROM month_end_runs
        WHERE scheduled_at = ?1 AND ended_at NOT NULL AND handled >= queued";
    let firings = i64::try_from(FIRINGS).unwrap();
    while world.value(finished, &all[0].ends_at.to_string()) != firings {
        assert!(started.elapsed().as_secs() < 120, "the queue is not done");
        thread::sleep(std::time::Duration::from_millis(50));
    }
    for due in &all {
        world.check_paid_once(due);
        let payments = "SELECT count(*) FROM payments WHERE purchase_order_id = ?1";
        assert_eq!(world.value(payments, &due.id), 1, "attempts");
    }
    let closed = "SELECT sum(closed) FROM month_end_runs WHERE scheduled_at = ?1";
    assert_eq!(world.value(closed, &all[0].ends_at.to_string()), all.len(), "closes");
}

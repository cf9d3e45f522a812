//! Kills workerd at each outside call and at random moments of a close. The next cron events must
//! complete every purchase order and charge it once.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::thread;
use std::time::{Duration, Instant};

use play_it_green_tests::local_worker::send_cron;
use play_it_green_tests::stripe::Next;

use crate::is_full;
use crate::world::{Due, EVENT, World, wait_for};

/// Merchants whose month ends when workerd is killed at a random moment.
const MERCHANTS: usize = 5;

/// Kills at random moments.
const RANDOM_FULL: usize = 200;
const RANDOM_SHORT: usize = 8;

#[derive(Default)]
struct Tally {
    kills: usize,
    /// Kills that left unfinished work.
    unfinished: usize,
    events: i64,
}

impl Tally {
    /// Checks the final state after workerd was killed in the first event.
    fn after_a_kill(&mut self, world: &World, all: &[Due]) {
        world.worker.wait_until_it_answers().unwrap();
        self.kills += 1;
        if all.iter().any(|due| world.state_of(due) != "paid") {
            self.unfinished += 1;
        }
        self.events += world.send_events_until_paid(all, all[0].ends_at + EVENT);
        for due in all {
            world.check_paid_once(due);
        }
    }
}

#[test]
fn whenever_workerd_is_killed_each_purchase_order_is_made_and_charged_once() {
    let world = World::start("kills");
    let mut tally = Tally::default();
    kill_at_calls_of_the_database(&world, &mut tally);
    kill_at_calls_of_stripe(&world, &mut tally);
    kill_at_any_moment(&world, &mut tally);
    println!(
        "{} kills, {} of them left something unfinished; {} cron events later all was right",
        tally.kills, tally.unfinished, tally.events
    );
    assert!(tally.unfinished * 2 > tally.kills, "most kills came too late to matter");
    check_numbers(&world);
}

/// Kills workerd before and after each statement or batch that ends a month.
fn kill_at_calls_of_the_database(world: &World, tally: &mut Tally) {
    let undisturbed = world.sold_with_card();
    world.worker.plan("none", 0).unwrap();
    world.worker.send_cron(undisturbed.ends_at).unwrap();
    assert!(wait_for(|| world.state_of(&undisturbed) == "paid"));
    let calls = world.worker.calls().unwrap();
    assert!(calls.len() > 10, "{calls:?}");
    println!("A month end is {} calls of the database", calls.len());
    for at in (1..=calls.len()).step_by(if is_full() { 1 } else { 4 }) {
        for fault in ["killed before", "killed after"] {
            let due = [world.sold_with_card()];
            world.worker.plan(fault, at).unwrap();
            let _ = world.worker.send_cron(due[0].ends_at);
            // The queue makes some calls later, after the response to the event.
            let is_new = |calls: Vec<String>| calls.is_empty();
            wait_for(|| world.worker.calls().is_ok_and(is_new) || is_paid(world, &due[0]));
            tally.after_a_kill(world, &due);
        }
    }
}

fn is_paid(world: &World, due: &Due) -> bool {
    world.state_of(due) == "paid"
}

fn kill_at_calls_of_stripe(world: &World, tally: &mut Tally) {
    for next in [Next::KillBefore, Next::KillAfter] {
        let due = [world.sold_with_card()];
        world.worker.plan("none", 0).unwrap();
        world.stripe.next_of("POST /v1/payment_intents", [next]);
        let _ = world.worker.send_cron(due[0].ends_at);
        let is_charged = || {
            world
                .stripe
                .calls("POST /v1/payment_intents")
                .iter()
                .any(|call| call.field("metadata[purchase_order]") == Some(&due[0].id))
        };
        assert!(wait_for(is_charged));
        tally.after_a_kill(world, &due);
    }
}

fn kill_at_any_moment(world: &World, tally: &mut Tally) {
    let usual = time_of_a_month_end(world);
    println!("{MERCHANTS} merchants' month end takes {usual:?}");
    let seed = RandomState::new().build_hasher().finish();
    println!("seed {seed}");
    let mut random = seed | 1;
    for _ in 0..if is_full() { RANDOM_FULL } else { RANDOM_SHORT } {
        let all: Vec<Due> = (0..MERCHANTS).map(|_| world.sold_with_card()).collect();
        // Xorshift is random enough for a moment.
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let thousandths = u32::try_from(random % 1000).unwrap();
        let (url, at) = (world.worker.url.clone(), all[0].ends_at);
        let event = thread::spawn(move || {
            let _ = send_cron(&url, at);
        });
        thread::sleep(usual / 1000 * thousandths);
        world.worker.kill();
        event.join().unwrap();
        tally.after_a_kill(world, &all);
    }
}

fn time_of_a_month_end(world: &World) -> Duration {
    let all: Vec<Due> = (0..MERCHANTS).map(|_| world.sold_with_card()).collect();
    let started = Instant::now();
    world.worker.send_cron(all[0].ends_at).unwrap();
    while all.iter().any(|due| world.state_of(due) != "paid") {
        assert!(started.elapsed() < Duration::from_mins(1), "never paid");
    }
    started.elapsed()
}

/// Checks that the numbers of a month's purchase orders have no gap after all kills.
fn check_numbers(world: &World) {
    let gaps = "SELECT max(sequence) - count(*) FROM purchase_orders WHERE state = ?1";
    assert_eq!(world.value(gaps, "paid"), 0, "numbers that are missing");
}

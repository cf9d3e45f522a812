//! Injects every fault into every call of the database. Later cron events, or a repeated request,
//! must complete everything.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use play_it_green_tests::http;
use play_it_green_tests::sales::two_mugs;
use play_it_green_tests::stripe::FakeStripe;
use serde_json::json;

use crate::is_full;
use crate::world::{Due, EVENT, World, wait_for};

/// In the fault "slow", a second event overtakes the call.
const FAULTS: [&str; 5] = ["lost", "answer lost", "slow", "too many requests", "internal error"];

/// An invocation, and the required final state.
struct Story {
    name: &'static str,
    /// Prepares the state before the invocation.
    prepare: fn(&World) -> Due,
    /// Runs the invocation that meets the fault. The test repeats it, as a caller would.
    act: fn(&World, &Due),
    /// Checks the final state, after the following events.
    check: fn(&World, &Due),
}

#[test]
fn a_month_end_is_paid_once_whatever_the_database_does() {
    let story = Story {
        name: "month-end",
        prepare: World::sold_with_card,
        act: fire,
        check: paid_by_events,
    };
    survives_every_fault(&story);
}

#[test]
fn a_declined_card_is_charged_again_whatever_the_database_does() {
    let story =
        Story { name: "decline", prepare: declined, act: fire, check: paid_on_a_later_morning };
    survives_every_fault(&story);
}

#[test]
fn a_sale_orders_once_whatever_the_database_does() {
    let story = Story { name: "sale", prepare: nothing_sold, act: sell, check: sold_once };
    survives_every_fault(&story);
}

#[test]
fn a_pay_page_is_paid_once_whatever_the_database_does() {
    let story =
        Story { name: "pay-page", prepare: closed, act: press_the_button, check: paid_on_the_page };
    survives_every_fault(&story);
}

#[test]
fn a_payment_is_recorded_once_whatever_the_database_does() {
    let story = Story {
        name: "recorded-payment",
        prepare: closed_for_a_transfer,
        act: record,
        check: recorded_once,
    };
    survives_every_fault(&story);
}

/// Tries the faults in a world of the story's own, so that the stories run side by side.
fn survives_every_fault(story: &Story) {
    let world = World::start(&format!("store-faults-{}", story.name));
    let (mut runs, mut failed) = (0, Vec::new());
    let undisturbed = (story.prepare)(&world);
    world.worker.plan("none", 0).unwrap();
    (story.act)(&world, &undisturbed);
    world.wait_until_quiet();
    let calls = world.worker.calls().unwrap();
    (story.check)(&world, &undisturbed);
    println!("{}: {} calls of the database", story.name, calls.len());
    for (index, sql) in calls.iter().enumerate() {
        for fault in FAULTS.into_iter().filter(|fault| is_tried(fault, index)) {
            runs += 1;
            let run = || try_fault(&world, story, fault, index + 1);
            if catch_unwind(AssertUnwindSafe(run)).is_err() {
                failed.push(format!("{fault} at {} ({sql})", index + 1));
            }
            world.stripe.nothing_next();
        }
    }
    println!("{}: {runs} faults of the database", story.name);
    assert!(failed.is_empty(), "{failed:#?}");
}

/// Returns true if the fault is tried. The short run tries every other call, with the two faults
/// that are easily confused.
fn is_tried(fault: &str, index: usize) -> bool {
    is_full() || index.is_multiple_of(2) && ["lost", "answer lost"].contains(&fault)
}

fn try_fault(world: &World, story: &Story, fault: &str, at: usize) {
    world.worker.set_variable("PAYMENTS", "stripe").unwrap();
    // A fault that is still planned must not affect the preparation.
    world.worker.plan("none", 0).unwrap();
    let due = (story.prepare)(world);
    world.worker.plan(fault, at).unwrap();
    if fault == "slow" {
        thread::scope(|scope| {
            scope.spawn(|| (story.act)(world, &due));
            thread::sleep(std::time::Duration::from_millis(300));
            (story.act)(world, &due);
        });
        world.wait_until_quiet();
    } else {
        (story.act)(world, &due);
        world.wait_until_quiet();
        (story.act)(world, &due);
    }
    world.wait_until_quiet();
    (story.check)(world, &due);
}

fn fire(world: &World, due: &Due) {
    // The Worker responds to the event in spite of faults.
    world.worker.send_cron(due.ends_at).unwrap();
}

fn paid_by_events(world: &World, due: &Due) {
    world.send_events_until_paid(std::slice::from_ref(due), due.ends_at + EVENT);
    world.check_paid_once(due);
}

fn declined(world: &World) -> Due {
    let due = world.sold_with_card();
    world.stripe.next_of("POST /v1/payment_intents", [FakeStripe::declined("generic_decline")]);
    due
}

/// Sends events until the retry schedule's first step, on the third day after the close. Earlier
/// events find the outcome of the first attempt.
fn paid_on_a_later_morning(world: &World, due: &Due) {
    world.fire(due.ends_at + EVENT);
    world.wait_until_quiet();
    let three_days = 3 * 24 * 4 * EVENT + 9 * 4 * EVENT;
    world.send_events_until_paid(std::slice::from_ref(due), due.ends_at + three_days);
    world.check_paid_once(due);
}

fn nothing_sold(world: &World) -> Due {
    let merchant = world.merchant();
    Due { merchant, id: String::new(), pay_link: String::new(), ends_at: 0 }
}

/// Retries until a response arrives, as the plugin does.
fn sell(_: &World, due: &Due) {
    for _ in 0..3 {
        let answer = due.merchant.post_sale(&two_mugs("1")).unwrap();
        if (200..300).contains(&answer.status) {
            return;
        }
        assert_eq!(answer.status, 500, "{}", answer.body);
    }
    panic!("never answered");
}

fn sold_once(world: &World, due: &Due) {
    let number = |statement: &str| world.value(statement, &due.merchant.id).as_i64().unwrap();
    let orders = "SELECT count(*) FROM orders WHERE merchant_id = ?1 AND trees = 2
        AND purchase_order_id IN (SELECT id FROM purchase_orders WHERE state = 'open')";
    assert_eq!(number(orders), 1, "orders");
    assert_eq!(number("SELECT count(*) FROM orders WHERE merchant_id = ?1"), 1, "all orders");
    assert_eq!(number("SELECT count(*) FROM purchase_orders WHERE merchant_id = ?1"), 1);
}

/// Prepares a closed month of a merchant without a card.
fn closed(world: &World) -> Due {
    let due = world.sold();
    world.worker.send_cron(due.ends_at).unwrap();
    assert!(wait_for(|| world.state_of(&due) == "payment due"));
    world.wait_until_quiet();
    due
}

/// Prepares the same for a deployer without card payments.
fn closed_for_a_transfer(world: &World) -> Due {
    let due = closed(world);
    world.worker.set_variable("PAYMENTS", "manual").unwrap();
    due
}

fn press_the_button(world: &World, due: &Due) {
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let url = format!("{}{}", world.worker.url, due.pay_link);
    let answer = http::call("POST", &url, &headers, b"").unwrap();
    // Redirected, asked to wait for the earlier press, or shown the error.
    assert!([303, 422, 500].contains(&answer.status), "{} {}", answer.status, answer.body);
}

/// Pays the last page of the button, then presses it once more and sends events.
fn paid_on_the_page(world: &World, due: &Due) {
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let url = format!("{}{}", world.worker.url, due.pay_link);
    let answer = http::call("POST", &url, &headers, b"").unwrap();
    let prefix = format!("{}/checkout/", world.stripe.url);
    if let Some(page) = answer.header("location").and_then(|to| to.strip_prefix(&prefix)) {
        world.stripe.pay_on_page(page);
    }
    // A page without a visitor expires after an hour, and the button creates another one.
    if world.state_of(due) != "paid" {
        world.worker.send_cron(due.ends_at.max(now()) + 8 * EVENT).unwrap();
        world.wait_until_quiet();
    }
    if world.state_of(due) != "paid" {
        let answer = http::call("POST", &url, &headers, b"").unwrap();
        let page = answer.header("location").and_then(|to| to.strip_prefix(&prefix));
        world.stripe.pay_on_page(page.unwrap());
        world.worker.send_cron(due.ends_at.max(now()) + 16 * EVENT).unwrap();
        world.wait_until_quiet();
    }
    world.check_paid_once(due);
}

fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_millis()).unwrap()
}

fn record(_: &World, due: &Due) {
    let answer = due.merchant.record_payment(&due.id, &json!({"reference": "Transfer 1"})).unwrap();
    assert!([200, 201, 409, 500].contains(&answer.status), "{} {}", answer.status, answer.body);
}

fn recorded_once(world: &World, due: &Due) {
    let payments = "SELECT count(*) FROM payments WHERE purchase_order_id = ?1 AND state = 'paid'
        AND method = 'recorded'";
    assert_eq!(world.value(payments, &due.id), 1);
    assert_eq!(world.state_of(due), "paid");
    assert_eq!(world.stripe.payments_that_succeeded(&due.id), 0);
}

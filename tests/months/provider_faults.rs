//! Injects every fault into every call of the payment provider. Later cron events, or another press
//! of the button, must complete every payment once.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use play_it_green_tests::http;
use play_it_green_tests::stripe::{FakeStripe, Next, signature};
use serde_json::json;

use crate::is_full;
use crate::world::{Due, EVENT, WEBHOOK_SECRET, World, wait_for};

const HOUR: i64 = 4 * EVENT;
const DAY: i64 = 24 * HOUR;

/// Longer than the Worker waits for a response.
const TOO_LONG: Duration = Duration::from_secs(9);

const FAULTS: [&str; 5] = ["lost", "answer lost", "slow", "429", "500"];

/// A call in its scenario.
struct Story {
    /// The prefix of the call's operation.
    operation: &'static str,
    /// Prepares the state before the call.
    prepare: fn(&World) -> Due,
    /// Completes the scenario after the fault is set.
    finish: fn(&World, &Due),
}

const STORIES: [Story; 8] = [
    Story { operation: "POST /v1/payment_intents", prepare: World::sold_with_card, finish: charge },
    Story { operation: "GET /v1/payment_intents", prepare: answer_lost, finish: look_a_day_later },
    Story { operation: "GET /v1/payment_intents", prepare: call_lost, finish: look_a_day_later },
    Story { operation: "POST /v1/checkout/sessions/", prepare: page_left_open, finish: try_later },
    Story { operation: "GET /v1/checkout/sessions/", prepare: paid_on_page, finish: look },
    Story { operation: "POST /v1/customers", prepare: closed, finish: pay_on_a_page },
    Story { operation: "POST /v1/checkout/sessions", prepare: closed, finish: pay_on_a_page },
    Story { operation: "POST /v1/refunds", prepare: paid_twice, finish: pay_back },
];

#[test]
fn whatever_the_provider_does_everybody_pays_once() {
    let world = World::start("provider-faults");
    let (mut runs, mut failed) = (0, Vec::new());
    for story in &STORIES {
        for fault in FAULTS.into_iter().filter(|fault| is_tried(fault, story)) {
            runs += 1;
            let run = || {
                let due = (story.prepare)(&world);
                let before = world.stripe.calls_of(story.operation);
                world.stripe.next_of(story.operation, steps(fault));
                (story.finish)(&world, &due);
                assert!(world.stripe.calls_of(story.operation) > before, "it was never called");
            };
            if catch_unwind(AssertUnwindSafe(run)).is_err() {
                failed.push(format!("{fault}: {}", story.operation));
            }
            world.stripe.nothing_next();
        }
    }
    println!("{runs} faults of the provider");
    assert!(failed.is_empty(), "{failed:#?}");
}

fn is_tried(fault: &str, story: &Story) -> bool {
    is_full() || fault != "slow" && story.operation.starts_with("POST /v1/payment_intents")
}

/// Returns the steps of a fault. The Worker tries three times, so a fault must occur three times to
/// be noticed.
fn steps(fault: &str) -> Vec<Next> {
    match fault {
        "lost" => vec![Next::Lose; 3],
        "answer lost" => vec![Next::LoseAnswer; 3],
        "slow" => vec![Next::Slow(TOO_LONG)],
        "429" => vec![Next::Refuse(429, json!({"type": "invalid_request_error"})); 3],
        _ => vec![Next::Refuse(500, json!({"type": "api_error"})); 3],
    }
}

fn charge(world: &World, due: &Due) {
    world.send_events_until_paid(std::slice::from_ref(due), due.ends_at);
    world.check_paid_once(due);
}

fn answer_lost(world: &World) -> Due {
    charged_without_an_answer(world, &Next::LoseAnswer)
}

fn call_lost(world: &World) -> Due {
    charged_without_an_answer(world, &Next::Lose)
}

/// Prepares a charge whose response was lost and whose idempotency key Stripe has dropped.
fn charged_without_an_answer(world: &World, next: &Next) -> Due {
    let due = world.sold_with_card();
    let operation = "POST /v1/payment_intents";
    let before = world.stripe.calls_of(operation);
    world.stripe.next_of(operation, vec![next.clone(); 3]);
    world.fire(due.ends_at);
    assert!(wait_for(|| world.stripe.calls_of(operation) == before + 3));
    world.wait_until_quiet();
    world.stripe.forget_keys();
    due
}

fn look_a_day_later(world: &World, due: &Due) {
    world.send_events_until_paid(std::slice::from_ref(due), due.ends_at + DAY + HOUR);
    world.check_paid_once(due);
}

/// Prepares a declined card and a payment page that the payer left open.
fn page_left_open(world: &World) -> Due {
    let due = world.sold_with_card();
    world.stripe.next_of("POST /v1/payment_intents", [FakeStripe::declined("generic_decline")]);
    world.fire(due.ends_at);
    assert!(wait_for(|| world.state_of(&due) == "payment due"));
    world.wait_until_quiet();
    press(world, &due).expect("a page");
    due
}

/// Sends events until the next attempt with the card, on the third day at nine o'clock.
fn try_later(world: &World, due: &Due) {
    world.send_events_until_paid(std::slice::from_ref(due), due.ends_at + 3 * DAY + 9 * HOUR);
    world.check_paid_once(due);
}

fn closed(world: &World) -> Due {
    let due = world.sold();
    world.fire(due.ends_at);
    assert!(wait_for(|| world.state_of(&due) == "payment due"));
    world.wait_until_quiet();
    due
}

fn paid_on_page(world: &World) -> Due {
    let due = closed(world);
    let page = press(world, &due).expect("a page");
    world.stripe.pay_on_page(&page);
    due
}

fn look(world: &World, due: &Due) {
    world.send_events_until_paid(std::slice::from_ref(due), due.ends_at + 2 * HOUR);
    world.check_paid_once(due);
}

fn pay_on_a_page(world: &World, due: &Due) {
    // The first press meets the fault; the second one succeeds.
    let page = press(world, due).or_else(|| press(world, due)).or_else(|| {
        // A cron event ends an attempt that has no page.
        world.fire(due.ends_at + 2 * HOUR);
        world.wait_until_quiet();
        press(world, due)
    });
    world.stripe.pay_on_page(&page.expect("a page"));
    world.send_events_until_paid(std::slice::from_ref(due), due.ends_at + 4 * HOUR);
    world.check_paid_once(due);
}

/// Presses the button; returns the page that it redirects to, if any.
fn press(world: &World, due: &Due) -> Option<String> {
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let url = format!("{}{}", world.worker.url, due.pay_link);
    let answer = http::call("POST", &url, &headers, b"").unwrap();
    let prefix = format!("{}/checkout/", world.stripe.url);
    let page = answer.header("location").and_then(|to| to.strip_prefix(&prefix));
    page.map(str::to_owned)
}

/// Prepares a payment on an expired page after another page was paid. The returned pay link is the
/// expired page.
fn paid_twice(world: &World) -> Due {
    let due = closed(world);
    let first = press(world, &due).expect("a page");
    world.stripe.expire_page(&first);
    world.fire(due.ends_at + 2 * HOUR);
    world.wait_until_quiet();
    let second = press(world, &due).expect("another page");
    assert_ne!(first, second);
    world.stripe.pay_on_page(&second);
    world.send_events_until_paid(std::slice::from_ref(&due), due.ends_at + 4 * HOUR);
    world.stripe.pay_on_page(&first);
    Due { pay_link: first, ..due }
}

/// Reports a paid page as Stripe does; returns the status of the Worker's response.
fn tell_of(world: &World, page: &str) -> u16 {
    let payment = world.stripe.object(page)["to_be_paid"]["metadata"]["payment"].clone();
    let object = json!({"id": page, "metadata": {"payment": payment}});
    let event = json!({"id": format!("evt_{page}"), "object": "event", "livemode": false,
        "type": "checkout.session.completed", "data": {"object": object}});
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let signature = signature(WEBHOOK_SECRET, seconds, &event.to_string());
    let url = format!("{}/webhooks/stripe", world.worker.url);
    let headers = [("stripe-signature", signature.as_str())];
    http::call("POST", &url, &headers, event.to_string().as_bytes()).unwrap().status
}

fn pay_back(world: &World, due: &Due) {
    assert_eq!(tell_of(world, &due.pay_link), 200);
    let done = "SELECT count(*) FROM refunds r JOIN payments x ON x.id = r.payment_id
        WHERE x.purchase_order_id = ?1 AND r.state = 'done'";
    for event in 0..4 {
        if wait_for(|| world.value(done, &due.id) == 1) {
            break;
        }
        world.fire(due.ends_at + 6 * HOUR + event * EVENT);
    }
    assert_eq!(world.value(done, &due.id), 1, "refunds");
    let payments = world.stripe.payments_that_succeeded(&due.id);
    assert_eq!((payments, world.stripe.refunds_of(&due.id)), (2, 1), "payments and refunds");
}

//! The saved card is charged when a month ends and on fixed mornings after a failure, and never
//! twice at once.

use std::thread;

use order_events::Timestamp;
use play_it_green_tests::local_worker::{fire_cron, sql};
use serde_json::{Value, json};

use crate::pay::{DuePurchaseOrder, close_month, due};
use crate::{number, worker};

const DAY: i64 = 24 * 60 * 60 * 1000;

/// Closes a month that is charged to this card, which the payer saved when paying the month before.
fn month_after_paying_with(card: &str) -> DuePurchaseOrder {
    let first = due();
    first.post("", &format!("card={card}&remember=yes"));
    first.post("/authentication", "answer=confirm");
    assert_eq!(first.state(), "paid", "{}", first.page());
    close_month(&worker(), first.merchant)
}

fn milliseconds(instant: &Value) -> i64 {
    instant.as_str().unwrap().parse::<Timestamp>().unwrap().milliseconds()
}

#[test]
fn a_remembered_card_pays_the_next_month_by_itself() {
    let next = month_after_paying_with("4242424242424242");
    assert_eq!((next.state(), next.payments("paid")), (json!("paid"), 1));
    assert_eq!(next.order()["next_attempt_at"], Value::Null);
    assert!(next.page().contains("with the card ending in 4242"), "{}", next.page());
    assert!(
        next.page().contains("charged automatically at the end of each month"),
        "{}",
        next.page()
    );
}

#[test]
fn a_card_that_nobody_asked_to_remember_is_not_charged() {
    let first = due();
    first.post("", "card=4242424242424242");
    let next = close_month(&worker(), first.merchant);
    assert_eq!((next.state(), next.payments("paid")), (json!("payment due"), 0));
    assert_eq!(next.order()["next_attempt_at"], Value::Null);
}

#[test]
fn a_declined_card_is_charged_again_on_three_mornings_and_then_no_more() {
    let next = month_after_paying_with("4000000000000341");
    for (attempt, days) in [(1, 3), (2, 7), (3, 14)] {
        let order = next.order();
        assert_eq!((&order["state"], next.payments("declined")), (&json!("payment due"), attempt));
        let message = order["last_message"].as_str().unwrap();
        assert!(message.starts_with("The card was declined."), "{message}");
        let at = milliseconds(&order["next_attempt_at"]);
        assert_eq!(at, next.closed_at + days * DAY + 9 * 60 * 60 * 1000);
        assert!(next.page().contains("the card ending in 0341 is charged again"));
        fire_cron(&worker(), at - 1).unwrap();
        assert_eq!(next.payments("declined"), attempt, "not a millisecond before");
        fire_cron(&worker(), at).unwrap();
    }
    assert_eq!(next.order()["next_attempt_at"], Value::Null);
    fire_cron(&worker(), next.closed_at + 60 * DAY).unwrap();
    assert_eq!((next.payments("declined"), next.state()), (4, json!("payment due")));
    next.post("", "card=4242424242424242");
    assert_eq!(next.state(), "paid");
}

#[test]
fn a_bank_that_wants_the_payer_is_not_asked_again() {
    let next = month_after_paying_with("4000002760003184");
    let order = next.order();
    assert_eq!((&order["state"], &order["next_attempt_at"]), (&json!("payment due"), &Value::Null));
    assert!(next.page().contains("Your bank wants you to confirm this payment."));
    fire_cron(&worker(), next.closed_at + 3 * DAY).unwrap();
    assert_eq!(next.payments("declined"), 1);
}

#[test]
fn events_that_fire_at_once_charge_once() {
    let first = due();
    first.post("", "card=4242424242424242&remember=yes");
    let merchant = first.merchant;
    merchant.post_sale(&play_it_green_tests::sales::two_mugs("2")).unwrap();
    let order = merchant.call("GET", "/api/purchase_orders/", &Value::Null).unwrap().json();
    let end = milliseconds(&order[0]["ends_at"]);
    let firings: Vec<_> =
        (0..4).map(|_| thread::spawn(move || fire_cron(&worker(), end).unwrap())).collect();
    for firing in firings {
        firing.join().unwrap();
    }
    let id = order[0]["id"].as_str().unwrap();
    assert_eq!(number("SELECT count(*) FROM payments WHERE purchase_order_id = ?1", &[id]), 1);
    let paid = "SELECT count(*) FROM purchase_orders WHERE id = ?1 AND state = 'paid'";
    assert_eq!(number(paid, &[id]), 1);
}

#[test]
fn who_pays_by_hand_is_not_charged_as_well() {
    let next = month_after_paying_with("4000000000000341");
    next.post("", "card=5555555555554444");
    assert_eq!(next.order()["next_attempt_at"], Value::Null);
    fire_cron(&worker(), next.closed_at + 4 * DAY).unwrap();
    assert_eq!((next.payments("paid"), next.payments("declined")), (1, 1));
}

#[test]
fn a_question_that_the_payer_left_open_does_not_stop_the_charge() {
    let next = month_after_paying_with("4000000000000341");
    next.post("", "card=4000002500003155");
    assert_eq!(next.payments("authentication needed"), 1);
    fire_cron(&worker(), next.closed_at + 4 * DAY).unwrap();
    assert_eq!((next.payments("abandoned"), next.payments("declined")), (1, 2));
    next.post("/authentication", "answer=confirm");
    assert_eq!(next.state(), "payment due", "an abandoned question cannot be answered");
}

#[test]
fn a_charge_whose_answer_was_lost_is_asked_for_again_under_the_same_key() {
    let next = month_after_paying_with("4242424242424242");
    let lose = "UPDATE payments SET state = 'pending', settled_at = NULL
        WHERE purchase_order_id = ?1";
    sql(&worker(), lose, &[&next.id]).unwrap();
    let reopen = "UPDATE purchase_orders SET state = 'payment due', paid_at = NULL WHERE id = ?1";
    sql(&worker(), reopen, &[&next.id]).unwrap();
    assert!(next.page().contains("Your saved card is being charged."), "{}", next.page());
    fire_cron(&worker(), next.closed_at + 60 * 60 * 1000).unwrap();
    assert_eq!((next.state(), next.payments("paid")), (json!("paid"), 1));
}

#[test]
fn another_card_takes_the_place_of_the_one_before() {
    let next = month_after_paying_with("4000000000000341");
    next.post("", "card=4242424242424242&remember=yes");
    let third = close_month(&worker(), next.merchant);
    assert_eq!((third.state(), third.payments("paid")), (json!("paid"), 1));
}

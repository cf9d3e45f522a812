//! Merchants are notified by mail about their purchase orders, once per event.

mod mailers;

use std::thread;
use std::time::{Duration, Instant};

use order_events::Timestamp;
use play_it_green_tests::database::dump;
use play_it_green_tests::http;
use play_it_green_tests::local_worker::{fire_cron, sql};
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use crate::pay::close_month;
use crate::{merchant, number, worker};

/// Returns the kinds of the mails that were sent.
pub(crate) fn sent(merchant: &Merchant) -> Vec<String> {
    let mails = merchant.mails().unwrap();
    mails.into_iter().filter(|(_, state)| state == "sent").map(|(kind, _)| kind).collect()
}

/// Waits for this number of mails. A request's mails are sent after its response.
pub(crate) fn wait_until_sent(merchant: &Merchant, count: usize) -> Vec<String> {
    let started = Instant::now();
    while sent(merchant).len() < count && started.elapsed() < Duration::from_secs(30) {
        thread::sleep(Duration::from_millis(50));
    }
    sent(merchant)
}

/// Adds a merchant with a mail address, and returns both.
pub(crate) fn told_merchant() -> (Merchant, String) {
    let merchant = merchant();
    let address = merchant.with_email().unwrap();
    (merchant, address)
}

/// Saves a test card in the settings.
pub(crate) fn save_card(merchant: &Merchant, number: &str) {
    let mut browser = merchant.signed_in().unwrap();
    let page = browser.open("/settings/payments").unwrap().body;
    let value = |name: &str| {
        let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let form = format!("form={}&consent={}&card={number}", value("form"), value("consent"));
    let saved = browser.send("/settings/payments/card", &form).unwrap();
    assert_eq!(saved.status, 303, "{}", saved.body);
}

#[test]
fn who_has_no_card_gets_the_pay_link_once_and_the_receipt_when_it_is_paid() {
    let (merchant, address) = told_merchant();
    merchant.post_sale(&two_mugs("1")).unwrap();
    let end = merchant.month_end().unwrap();
    let firings: Vec<_> =
        (0..6).map(|_| thread::spawn(move || fire_cron(&worker(), end).unwrap())).collect();
    for firing in firings {
        firing.join().unwrap();
    }
    fire_cron(&worker(), end + 1000).unwrap();
    assert_eq!(sent(&merchant), ["purchase order ready"]);
    let order = merchant.call("GET", "/api/purchase_orders/", &Value::Null).unwrap().json();
    let link = format!("{}{}", worker(), order[0]["pay_link"].as_str().unwrap());
    let mailbox = merchant.mailbox().unwrap();
    assert!(mailbox.contains(&address), "{mailbox}");
    assert!(mailbox.contains(&format!("Pay 2.00 USD: {link}")), "{mailbox}");
    assert!(mailbox.contains("A tree for every mug, Mugs online: 2 trees, 2.00 USD"), "{mailbox}");

    let headers = [("content-type", "application/x-www-form-urlencoded")];
    http::call("POST", &link, &headers, b"card=4242424242424242").unwrap();
    let both = ["purchase order ready", "purchase order paid"];
    let mut told = wait_until_sent(&merchant, 2);
    told.sort_unstable_by(|one, other| other.cmp(one));
    assert_eq!(told, both);
    let mailbox = merchant.mailbox().unwrap();
    assert!(mailbox.contains("with the card ending in 4242"), "{mailbox}");
}

#[test]
fn who_has_a_card_is_told_that_it_is_charged_and_that_it_was() {
    let (merchant, _) = told_merchant();
    save_card(&merchant, "4242424242424242");
    let due = close_month(&worker(), merchant);
    assert_eq!(due.state(), "paid");
    assert_eq!(sent(&due.merchant), ["purchase order ready", "purchase order paid"]);
    let mailbox = due.merchant.mailbox().unwrap();
    assert!(mailbox.contains("charged to the card ending in 4242. You do not need"), "{mailbox}");
}

#[test]
fn who_has_no_address_is_told_nothing_and_finds_out_why() {
    let merchant = merchant();
    let due = close_month(&worker(), merchant);
    let mails = due.merchant.mails().unwrap();
    assert_eq!(mails, [("purchase order ready".to_owned(), "not sent".to_owned())]);
    let page = due.merchant.signed_in().unwrap().open("/settings/payments").unwrap().body;
    assert!(page.contains("There is no address to send it to."), "{page}");
    assert!(due.merchant.mailbox().unwrap().contains("No mail yet"));
}

#[test]
fn a_mail_whose_sender_was_stopped_is_sent_again_under_the_same_id() {
    let (merchant, _) = told_merchant();
    let due = close_month(&worker(), merchant);
    let id = "SELECT id, tries FROM mails WHERE merchant_id = ?1";
    let before = sql(&worker(), id, &[&due.merchant.id]).unwrap();
    // The state of a mail between its claim by a sender and the sender's report of the result.
    let stop = "UPDATE mails SET state = 'waiting', settled_at = NULL WHERE merchant_id = ?1";
    sql(&worker(), stop, &[&due.merchant.id]).unwrap();
    fire_cron(&worker(), due.closed_at + 9 * 60 * 1000).unwrap();
    assert_eq!(sent(&due.merchant), Vec::<String>::new(), "somebody may still be sending it");
    fire_cron(&worker(), due.closed_at + 11 * 60 * 1000).unwrap();
    assert_eq!(sent(&due.merchant), ["purchase order ready"]);
    let after = sql(&worker(), id, &[&due.merchant.id]).unwrap();
    assert_eq!((&after[0][0], &after[0][1]), (&before[0][0], &json!(2)));
}

#[test]
fn a_mail_that_was_overtaken_by_the_payment_is_not_sent() {
    let (merchant, _) = told_merchant();
    save_card(&merchant, "4000000000000341");
    let due = close_month(&worker(), merchant);
    let wait = "UPDATE mails SET state = 'waiting', next_try_at = ?2
        WHERE merchant_id = ?1 AND kind = 'payment declined'";
    let later = (due.closed_at + 60 * 60 * 1000).to_string();
    sql(&worker(), wait, &[&due.merchant.id, &later]).unwrap();
    due.post("", "card=4242424242424242");
    fire_cron(&worker(), due.closed_at + 2 * 60 * 60 * 1000).unwrap();
    let declined = ("payment declined".to_owned(), "not sent".to_owned());
    assert!(due.merchant.mails().unwrap().contains(&declined));
}

#[test]
fn a_budget_is_told_of_at_50_at_80_and_at_100_percent_once_each() {
    let (merchant, _) = told_merchant();
    let set = merchant.signed_in().unwrap().send("/settings/payments/budget", "budget=10").unwrap();
    assert_eq!(set.status, 303, "{}", set.body);
    // Each sale orders two trees for 2.00.
    let alerts = |sales: std::ops::RangeInclusive<u32>| {
        for id in sales {
            // Claims beyond the budget would be held for review.
            let event = json!({"sale": two_mugs(&id.to_string())});
            merchant.call("POST", "/api/orders/", &event).unwrap();
        }
        let now = merchant.month_end().unwrap() - 1;
        for _ in 0..3 {
            fire_cron(&worker(), now).unwrap();
        }
        sent(&merchant).len()
    };
    assert_eq!(alerts(1..=2), 0, "4.00 of 10.00");
    assert_eq!(alerts(3..=3), 1, "6.00 of 10.00");
    assert_eq!(alerts(4..=4), 2, "8.00 of 10.00");
    assert_eq!(alerts(5..=5), 3, "10.00 of 10.00");
    assert_eq!(alerts(6..=7), 3, "14.00 of 10.00");
    let mailbox = merchant.mailbox().unwrap();
    for share in ["50 %", "80 %", "100 %"] {
        let subject = format!("{share} of your budget for November 2026 is reached");
        assert_eq!(mailbox.matches(&subject).count(), 1, "{mailbox}");
    }
    assert!(mailbox.contains("of 10.00 USD"), "{mailbox}");
}

#[test]
fn a_month_that_jumps_over_both_shares_is_told_of_the_larger_one_only() {
    let (merchant, _) = told_merchant();
    merchant.signed_in().unwrap().send("/settings/payments/budget", "budget=1.50").unwrap();
    merchant.call("POST", "/api/orders/", &json!({"sale": two_mugs("1")})).unwrap();
    fire_cron(&worker(), merchant.month_end().unwrap() - 1).unwrap();
    assert_eq!(sent(&merchant), ["budget alert"]);
    assert!(merchant.mailbox().unwrap().contains("100 % of your budget"));
    // The whole month is refunded, so it needs no purchase order. The mail about it must not
    // prevent that.
    let mut cancelled = two_mugs("1");
    cancelled["status"] = json!("cancelled");
    cancelled["updated_at"] = json!("2026-11-22T09:00:00Z");
    merchant.call("POST", "/api/orders/", &json!({ "sale": cancelled })).unwrap();
    merchant.end_month().unwrap();
    let orders = "SELECT count(*) FROM purchase_orders WHERE merchant_id = ?1";
    assert_eq!(number(orders, &[&merchant.id]), 0);
}

#[test]
fn nobody_can_read_an_address_or_a_pay_link_in_the_database() {
    let (merchant, address) = told_merchant();
    let due = close_month(&worker(), merchant);
    assert_eq!(sent(&due.merchant), ["purchase order ready"]);
    let rows = dump(&worker()).unwrap();
    let token = due.link.rsplit('/').next().unwrap();
    assert!(!rows.contains(&address) && !rows.contains(token));
}

#[test]
fn an_hour_of_a_mail_is_the_one_of_the_event() {
    let (merchant, _) = told_merchant();
    let due = close_month(&worker(), merchant);
    let created = "SELECT created_at FROM mails WHERE merchant_id = ?1";
    let created = Timestamp::from_milliseconds(number(created, &[&due.merchant.id])).unwrap();
    assert_eq!(created.milliseconds(), due.closed_at);
}

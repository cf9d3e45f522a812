//! One merchant's purchase order that cannot be billed stops no other: it is set aside until the
//! operator retries it.

use std::path::Path;

use play_it_green_tests::demo::operator;
use play_it_green_tests::local_worker::{LocalWorker, fire_cron, repository, sql};
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use crate::pay::close_month;
use crate::{merchant_of, worker};

/// A price at which two trees come to more than D1 keeps exact.
const TOO_MUCH: &str = "6000000000000000";

/// Returns the output of the operator's command about merchants.
fn merchant_command(state: &Path, arguments: &[&str]) -> String {
    let mut command = operator();
    command.arg("merchant").args(arguments).arg("--persist-to").arg(state);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn latest(merchant: &Merchant) -> Value {
    let listed = merchant.call("GET", "/api/purchase_orders/", &Value::Null).unwrap();
    assert_eq!(listed.status, 200, "{}", listed.body);
    listed.json()[0].clone()
}

fn set_price(worker: &str, merchant: &Merchant, price: &str) {
    let raise = "UPDATE orders SET unit_price = ?2 WHERE merchant_id = ?1
        AND purchase_order_id IN (SELECT id FROM purchase_orders WHERE state = 'open')";
    sql(worker, raise, &[&merchant.id, price]).unwrap();
}

/// Adds a merchant who pays by card, receives mail, and has an open month.
fn paying_merchant(worker: &str) -> Merchant {
    let merchant = merchant_of(worker);
    merchant.with_email().unwrap();
    let first = close_month(worker, merchant);
    first.post("", "card=4242424242424242&remember=yes");
    first.merchant
}

/// The cause of a purchase order's failure, and the reason that the operator sees.
type Failing = (fn(&str, &Merchant), &'static str);

const TOO_LARGE: Failing = (order_too_much, "9,007,199,254,740,991");
const CONTRADICTING: Failing = (contradict_a_line, "contradicts");

/// Lets one purchase order fail, and checks that the other merchant's month ends within this number
/// of events.
fn the_other_month_ends(worker: &str, state: &Path, (fail, reason): Failing, events: i64) {
    let paying = paying_merchant(worker);
    let failing = merchant_of(worker);
    failing.post_sale(&two_mugs("1")).unwrap();
    fail(worker, &failing);
    paying.post_sale(&two_mugs("of the next month")).unwrap();
    let last = failing.month_end().unwrap().max(paying.month_end().unwrap());
    for event in 0..events {
        fire_cron(worker, last.saturating_add(event)).unwrap();
    }

    let paid = latest(&paying);
    assert_eq!((&paid["state"], &paid["total"]), (&json!("paid"), &json!(200)));
    let mails = paying.mails().unwrap();
    let receipts = ("purchase order paid".to_owned(), "sent".to_owned());
    assert_eq!(mails.iter().filter(|mail| **mail == receipts).count(), 2, "{mails:?}");

    let set_aside = latest(&failing);
    let id = set_aside["id"].as_str().unwrap();
    assert_eq!(set_aside["state"], "open");
    let listed = merchant_command(state, &["set-aside"]);
    let line = listed.lines().find(|line| line.starts_with(id)).unwrap();
    assert!(line.contains("Example Mugs") && line.contains(reason), "{line}");

    // The cause is not fixed yet, so the next event sets the purchase order aside again.
    merchant_command(state, &["retry", id]);
    fire_cron(worker, last.saturating_add(10)).unwrap();
    assert!(merchant_command(state, &["set-aside"]).contains(id));

    sql(worker, "DELETE FROM purchase_order_lines WHERE purchase_order_id = ?1", &[id]).unwrap();
    set_price(worker, &failing, "100");
    merchant_command(state, &["retry", id]);
    fire_cron(worker, last.saturating_add(20)).unwrap();
    let closed = latest(&failing);
    assert_eq!((&closed["state"], &closed["total"]), (&json!("payment due"), &json!(200)));
    assert!(!merchant_command(state, &["set-aside"]).contains(id));
}

fn order_too_much(worker: &str, merchant: &Merchant) {
    set_price(worker, merchant, TOO_MUCH);
}

/// Inserts a line in advance, which makes the statement fail that closes many purchase orders at
/// once.
fn contradict_a_line(worker: &str, merchant: &Merchant) {
    let line = "INSERT INTO purchase_order_lines (purchase_order_id, kind, campaign_id, campaign,
            shop_id, shop, unit_price, orders, trees, total)
        SELECT o.purchase_order_id, 'orders', o.campaign_id, '', s.shop_id, '', o.unit_price, 1, 1, 1
        FROM orders o JOIN sales s ON s.id = o.sale WHERE o.merchant_id = ?1";
    sql(worker, line, &[&merchant.id]).unwrap();
}

#[test]
fn a_purchase_order_that_fails_is_set_aside_and_the_others_are_closed_charged_and_mailed() {
    let state = repository().join("target/tests/alone-state");
    let worker = LocalWorker::start(&state, 0).unwrap();
    the_other_month_ends(&worker.url, &state, TOO_LARGE, 1);
    the_other_month_ends(&worker.url, &state, CONTRADICTING, 1);
}

/// D1 allows an invocation 50 statements on the smallest plan. So the last mail and the search for
/// the failing purchase order may take the next events.
#[test]
fn without_a_queue_one_merchants_failure_stops_no_other_either() {
    for (name, failing, events) in [("large", TOO_LARGE, 2), ("contradicting", CONTRADICTING, 3)] {
        let state = repository().join(format!("target/tests/alone-{name}-state"));
        let worker = LocalWorker::start_without_queue(&state).unwrap();
        the_other_month_ends(&worker.url, &state, failing, events);
    }
}

#[test]
fn an_order_that_would_carry_its_purchase_order_beyond_what_is_exact_is_refused_with_the_reason() {
    let merchant = merchant_of(&worker());
    merchant.post_sale(&two_mugs("1")).unwrap();
    set_price(&worker(), &merchant, "4503599627370495");
    let refused = merchant.post_sale(&two_mugs("2")).unwrap();
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(refused.body.contains("9,007,199,254,740,991"), "{}", refused.body);
    let trees = json!({"quantity": 1, "productCode": "PLAY1TREEAPI", "referenceNo": "one more"});
    let bought = merchant.call("POST", "/api/buy_trees", &trees).unwrap();
    assert_eq!(bought.status, 422, "{}", bought.body);
    assert_eq!(crate::stored_sales(&merchant), 1);
    let quarantined = merchant.call("GET", "/api/quarantine/", &Value::Null).unwrap();
    assert!(quarantined.body.contains("9,007,199,254,740,991"), "{}", quarantined.body);
    assert_eq!(latest(&merchant)["total"], 9_007_199_254_740_990_i64);
    // The owner can still read everything. Amounts that are too large for D1 are shown as the
    // largest exact number.
    set_price(&worker(), &merchant, TOO_MUCH);
    assert_eq!(latest(&merchant)["total"], 9_007_199_254_740_991_i64);
    let lines = merchant.call("GET", "/api/purchase_orders/open/lines", &Value::Null).unwrap();
    assert_eq!(lines.json()[0]["total"], 9_007_199_254_740_991_i64, "{}", lines.body);
    set_price(&worker(), &merchant, "100");
}

//! Merchants who do not pay are reminded, warned and paused, one step at a time; a payment ends the
//! pause.

use std::thread;

use play_it_green_tests::http;
use play_it_green_tests::local_worker::{fire_cron, sql};
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use crate::mail::{save_card, sent, told_merchant, wait_until_sent};
use crate::pay::{DuePurchaseOrder, close_month};
use crate::worker;

const DAY: i64 = 24 * 60 * 60 * 1000;
const HOUR: i64 = 60 * 60 * 1000;

/// Fires the hourly event at one minute past nine, this number of days after the close, several
/// times.
fn mornings_after(due: &DuePurchaseOrder, days: i64) {
    let nine = 9 * HOUR + 60_000;
    let at = due.closed_at.saturating_add(days.saturating_mul(DAY)).saturating_add(nine);
    let firings: Vec<_> =
        (0..3).map(|_| thread::spawn(move || fire_cron(&worker(), at).unwrap())).collect();
    for firing in firings {
        firing.join().unwrap();
    }
    fire_cron(&worker(), at.saturating_add(HOUR)).unwrap();
}

/// Returns the number of campaigns that the shop's pages can read.
fn in_storefront(merchant: &Merchant) -> usize {
    let key = &merchant.shops[0].publishable_key;
    let url = format!("{}/api/campaigns/?api_key={key}", worker());
    http::call("GET", &url, &[], b"").unwrap().json().as_array().unwrap().len()
}

fn buy(merchant: &Merchant, reference: &str) -> http::Answer {
    let body = json!({"quantity": 1, "productCode": "PLAY1TREEAPI", "referenceNo": reference});
    merchant.call("POST", "/api/buy_trees", &body).unwrap()
}

fn settings(merchant: &Merchant) -> String {
    merchant.signed_in().unwrap().open("/settings/payments").unwrap().body
}

const NOTICES: [(&str, i64, i64); 5] = [
    ("first reminder", 7, 14),
    ("second reminder", 14, 21),
    ("third reminder", 21, 23),
    ("last notice", 23, 30),
    ("paused", 30, 0),
];

#[test]
fn who_does_not_pay_is_told_each_step_once_and_then_paused_until_it_is_paid() {
    let (merchant, _) = told_merchant();
    let bought = buy(&merchant, "before the pause");
    let due = close_month(&worker(), merchant);
    let mut expected = vec!["purchase order ready".to_owned()];
    assert_eq!(due.order()["dunning"], "none");
    for (notice, days, next) in NOTICES {
        let before = due.closed_at + days * DAY + 9 * HOUR - 1;
        fire_cron(&worker(), before).unwrap();
        assert_eq!(sent(&due.merchant), expected, "not a millisecond before");
        mornings_after(&due, days);
        expected.push(notice.to_owned());
        assert_eq!(sent(&due.merchant), expected);
        let order = due.order();
        assert_eq!(order["dunning"], notice);
        assert_eq!(order["next_dunning_at"].is_null(), next == 0, "{order}");
        let page = settings(&due.merchant);
        let told = if notice == "paused" { "were paused on" } else { notice };
        assert!(page.contains(told), "{page}");
    }
    assert_eq!(in_storefront(&due.merchant), 0);
    assert!(settings(&due.merchant).contains("Paused since"));
    let campaigns = due.merchant.call("GET", "/api/campaigns/", &Value::Null).unwrap().json();
    assert_eq!(campaigns.as_array().unwrap().len(), 1, "the owner still sees them");
    assert_eq!(buy(&due.merchant, "in the pause").status, 409);
    let known = buy(&due.merchant, "before the pause");
    assert_eq!((known.status, &known), (200, &bought), "what was ordered is still answered");

    due.post("", "card=4242424242424242");
    assert_eq!((due.state(), in_storefront(&due.merchant)), (json!("paid"), 1));
    expected.extend(["purchase order paid", "resumed"].map(str::to_owned));
    let mut told = wait_until_sent(&due.merchant, expected.len());
    told.sort_unstable();
    expected.sort_unstable();
    assert_eq!(told, expected);
    assert!(!settings(&due.merchant).contains("Paused since"));
    mornings_after(&due, 60);
    assert_eq!(sent(&due.merchant).len(), expected.len());
}

/// Adds a merchant whose purchase order has been unpaid for a month.
fn paused() -> DuePurchaseOrder {
    let (merchant, _) = told_merchant();
    let due = close_month(&worker(), merchant);
    for days in [23, 30] {
        mornings_after(&due, days);
    }
    assert_eq!(due.order()["dunning"], "paused");
    due
}

#[test]
fn a_sale_in_the_pause_is_kept_and_orders_nothing_then_or_later() {
    let due = paused();
    let sold_in_pause = |id: &str| {
        let mut sale = two_mugs(id);
        sale["sold_at"] = json!("2030-01-01T00:00:00Z");
        sale
    };
    let key = format!("Bearer {}", due.merchant.shops[0].publishable_key);
    let headers = [("authorization", key.as_str()), ("play-it-green-now", "2030-01-01T00:01:00Z")];
    let body = json!({"sale": sold_in_pause("in the pause")}).to_string();
    let url = format!("{}/api/orders/", worker());
    let in_pause = http::call("POST", &url, &headers, body.as_bytes()).unwrap();
    assert_eq!((in_pause.status, &in_pause.json()["trees"]), (200, &json!(0)), "{}", in_pause.body);
    let message = in_pause.json()["message"].as_str().unwrap().to_owned();
    assert!(message.contains("paused") && message.contains("Settings > Payments"), "{message}");
    assert_eq!(crate::stored_sales(&due.merchant), 2);

    // Sales from before the pause are still corrected: the refund becomes a credit.
    let mut returned = two_mugs("1");
    returned["id"] = json!("0");
    returned["updated_at"] = json!("2026-11-23T00:00:00Z");
    returned["lines"][0]["refunded"] = json!(1);
    returned["refunded"] = json!(1799);
    let told = due.merchant.call("POST", "/api/orders/", &json!({ "sale": returned })).unwrap();
    assert_eq!(told.json()["trees"], 1, "{}", told.body);

    due.post("", "card=4242424242424242");
    let mut again = sold_in_pause("in the pause");
    again["updated_at"] = json!("2026-11-23T00:00:00Z");
    let again = due.merchant.call("POST", "/api/orders/", &json!({ "sale": again })).unwrap();
    assert_eq!((&again.json()["trees"], &again.json()["message"]), (&json!(0), &Value::Null));
    let after = due.merchant.post_sale(&two_mugs("after the pause")).unwrap();
    assert_eq!((after.status, &after.json()["trees"]), (201, &json!(2)), "{}", after.body);
}

#[test]
fn a_sale_from_before_the_pause_that_is_told_in_it_counts_when_a_trusted_fact_tells_it() {
    let due = paused();
    let claimed = due.merchant.post_sale(&two_mugs("claimed in the pause")).unwrap();
    assert_eq!((claimed.status, &claimed.json()["trees"]), (200, &json!(0)), "{}", claimed.body);
    let tell = |id: &str| {
        let event = json!({"sale": two_mugs(id)});
        due.merchant.call("POST", "/api/orders/", &event).unwrap()
    };
    for id in ["claimed in the pause", "told in the pause"] {
        let told = tell(id);
        assert_eq!(told.json()["trees"], 2, "{id}: {}", told.body);
    }
}

#[test]
fn a_key_that_the_isolate_remembers_learns_of_the_pause_and_of_its_end() {
    let (merchant, _) = told_merchant();
    let due = close_month(&worker(), merchant);
    let order = |id: &str| due.merchant.post_sale(&two_mugs(id)).unwrap().json()["trees"].clone();
    assert_eq!(order("before"), 2);
    for days in [23, 30] {
        mornings_after(&due, days);
    }
    assert_eq!(order("in"), 0);
    due.post("", "card=4242424242424242");
    assert_eq!(order("after"), 2);
}

#[test]
fn a_reminder_gives_way_to_the_mail_of_a_charge_on_the_same_morning() {
    let (merchant, _) = told_merchant();
    save_card(&merchant, "4000000000000341");
    let due = close_month(&worker(), merchant);
    for days in [3, 7, 14, 21] {
        mornings_after(&due, days);
    }
    let expected = [
        "purchase order ready",
        "payment declined",
        "payment declined",
        "payment declined",
        "payment declined",
        "third reminder",
    ];
    assert_eq!(sent(&due.merchant), expected);
    let mailbox = due.merchant.mailbox().unwrap();
    assert!(mailbox.contains("is charged again on"), "{mailbox}");
    assert!(mailbox.contains("is not charged again for this month"), "{mailbox}");
}

#[test]
fn a_pause_lasts_until_every_purchase_order_that_caused_one_is_paid() {
    let first = paused();
    // The other purchase order is overdue as well, and caused a pause at the same time.
    let earlier = first.closed_at;
    let merchant = first.merchant.clone();
    let pay = |link: &str| {
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        http::call("POST", link, &headers, b"card=4242424242424242").unwrap();
    };
    let url = worker();
    let other = merchant.add_due_purchase_order().unwrap();
    let pause = "UPDATE purchase_orders SET dunning = 'paused', dunned_at = ?2 WHERE id = ?1";
    sql(&url, pause, &[&other, &earlier.to_string()]).unwrap();
    pay(&first.link);
    assert_eq!((first.state(), in_storefront(&merchant)), (json!("paid"), 0));
    let recorded = merchant.record_payment(&other, &json!({"reference": "Transfer 7"})).unwrap();
    assert_eq!(recorded.status, 201, "{}", recorded.body);
    assert_eq!(in_storefront(&merchant), 1);
}

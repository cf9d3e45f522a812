//! The month ends: all its orders are on one purchase order, which is closed once, however often
//! the cron event runs.

use std::thread;

use play_it_green_tests::local_worker::{LocalWorker, fire_cron, repository};
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use crate::pay::close_month;
use crate::{merchant, merchant_of, merchant_without_campaigns, number, worker};

fn purchase_orders(merchant: &Merchant) -> Value {
    merchant.call("GET", "/api/purchase_orders/", &Value::Null).unwrap().json()
}

#[test]
fn a_month_is_closed_at_its_end_and_not_a_millisecond_before() {
    let merchant = merchant();
    merchant.post_sale(&two_mugs("1")).unwrap();
    let end = merchant.month_end().unwrap();
    fire_cron(&worker(), end - 1).unwrap();
    assert_eq!(purchase_orders(&merchant)[0]["state"], "open");
    fire_cron(&worker(), end).unwrap();
    let closed = purchase_orders(&merchant)[0].clone();
    assert_eq!(closed["state"], "payment due");
    assert_eq!(
        (&closed["trees"], &closed["total"], &closed["currency"]),
        (&json!(2), &json!(200), &json!("USD"))
    );
    assert_eq!(closed["digest"].as_str().unwrap().len(), 64);
}

#[test]
fn a_cron_that_fires_three_times_and_all_at_once_closes_once() {
    let merchant = merchant();
    merchant.post_sale(&two_mugs("1")).unwrap();
    merchant.post_sale(&two_mugs("2")).unwrap();
    let end = merchant.month_end().unwrap();
    let firings: Vec<_> =
        (0..3).map(|_| thread::spawn(move || fire_cron(&worker(), end).unwrap())).collect();
    for firing in firings {
        firing.join().unwrap();
    }
    let closed = purchase_orders(&merchant);
    fire_cron(&worker(), end).unwrap();
    assert_eq!(purchase_orders(&merchant), closed);
    assert!(closed[0]["next_dunning_at"].as_str() > closed[0]["closed_at"].as_str(), "{closed}");
    assert_eq!(closed.as_array().unwrap().len(), 1);
    assert_eq!(closed[0]["total"], 400);
    let id = closed[0]["id"].as_str().unwrap();
    let lines = "SELECT count(*) FROM purchase_order_lines WHERE purchase_order_id = ?1";
    assert_eq!(number(lines, &[id]), 1);
}

#[test]
fn what_arrives_after_the_close_is_on_the_next_purchase_order_with_its_own_date() {
    let merchant = merchant();
    merchant.post_sale(&two_mugs("1")).unwrap();
    merchant.end_month().unwrap();
    merchant.post_sale(&two_mugs("2")).unwrap();
    let late = merchant.call("GET", "/api/orders/?sale=2", &Value::Null).unwrap().json();
    assert_eq!(late[0]["sold_at"], "2026-11-22T08:51:49Z");
    let both = purchase_orders(&merchant);
    assert_eq!(both.as_array().unwrap().len(), 2);
    assert_eq!((&both[0]["state"], &both[0]["trees"]), (&json!("open"), &json!(2)));
    assert_eq!(late[0]["purchase_order"], both[0]["id"]);
    assert_eq!((&both[1]["state"], &both[1]["trees"]), (&json!("payment due"), &json!(2)));
}

#[test]
fn a_month_ends_in_the_merchants_own_time_zone() {
    let merchant = merchant_without_campaigns("Pacific/Auckland");
    let always = json!({"trees": [{"per_order": {"trees": 1}}]});
    merchant.add_campaign("Every order", &always).unwrap();
    merchant.post_sale(&two_mugs("1")).unwrap();
    let ends_at = purchase_orders(&merchant)[0]["ends_at"].as_str().unwrap().to_owned();
    // Auckland is 12 or 13 hours ahead of UTC, so its month ends on the day before in UTC.
    assert!(ends_at.contains("T11:00:00Z") || ends_at.contains("T12:00:00Z"), "{ends_at}");
}

#[test]
fn lines_name_campaign_and_shop_as_they_were_at_the_close() {
    let merchant = merchant();
    merchant.post_sale(&two_mugs("1")).unwrap();
    let id = purchase_orders(&merchant)[0]["id"].as_str().unwrap().to_owned();
    let lines = || {
        let path = format!("/api/purchase_orders/{id}/lines");
        merchant.call("GET", &path, &Value::Null).unwrap().json()
    };
    let so_far = lines();
    assert_eq!(so_far[0]["campaign_name"], "A tree for every mug");
    merchant.end_month().unwrap();
    let campaigns = merchant.call("GET", "/api/campaigns/", &Value::Null).unwrap().json();
    let path = format!("/api/campaigns/{}", campaigns[0]["id"].as_str().unwrap());
    let renamed = json!({"name": "Renamed", "conditions": campaigns[0]["conditions"]});
    assert_eq!(merchant.call("PUT", &path, &renamed).unwrap().status, 200);
    assert_eq!(lines(), so_far);
}

/// A deployment may have no queue. The cron event then does the work itself.
#[test]
fn without_a_queue_months_are_closed_cards_are_charged_and_mail_is_sent_all_the_same() {
    let state = repository().join("target/tests/no-queue-state");
    let worker = LocalWorker::start_without_queue(&state).unwrap();
    let merchant = merchant_of(&worker.url);
    merchant.with_email().unwrap();
    let first = close_month(&worker.url, merchant);
    assert_eq!(first.state(), "payment due");
    // One invocation has few statements; the mail is sent nevertheless.
    let told = ("purchase order ready".to_owned(), "sent".to_owned());
    assert_eq!(first.merchant.mails().unwrap(), [told]);
    first.post("", "card=4242424242424242&remember=yes");
    let next = close_month(&worker.url, first.merchant);
    assert_eq!((next.state(), next.payments("paid")), (json!("paid"), 1));
}

//! Thousands of hostile claims against one shop.

use std::thread;

use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use super::{billed_trees, get, mugs, order};
use crate::{merchant_without_campaigns, number, stored_sales, worker};

const THREADS: usize = 8;
const CLAIMS: usize = 2_000;

/// Returns a claim that tries to order too many trees, in one of four ways.
fn hostile(index: usize) -> Value {
    let mut sale = mugs(&format!("forged {index}"), 50);
    match index % 4 {
        0 => {}
        1 => sale["lines"][0]["quantity"] = json!(1_000_000),
        2 => sale["sold_at"] = json!("2027-01-01T00:00:00Z"),
        _ => sale["sold_at"] = json!("2026-11-01T00:00:00Z"),
    }
    sale["updated_at"] = json!("2099-01-01T00:00:00Z");
    sale
}

fn attack(merchant: &Merchant) {
    let attackers: Vec<_> = (0..THREADS)
        .map(|first| {
            let merchant = merchant.clone();
            thread::spawn(move || {
                for index in (first..CLAIMS).step_by(THREADS) {
                    let now = "2026-11-22T09:00:00Z";
                    let answer = super::claim_at(&merchant, now, &hostile(index));
                    assert!([200, 201].contains(&answer.status), "{}", answer.body);
                }
            })
        })
        .collect();
    for attacker in attackers {
        attacker.join().unwrap();
    }
}

#[test]
fn two_thousand_hostile_claims_stay_within_the_bill_the_counter_the_cap_and_the_rows() {
    let merchant = merchant_without_campaigns("UTC");
    let capped =
        json!({"trees": [{"per_item": {"items": "every", "trees": 1}}], "cap_per_month": 300});
    merchant.add_campaign("Up to 300", &capped).unwrap();
    attack(&merchant);
    assert_eq!(billed_trees(&merchant), 300, "the campaign's cap");
    let counted = "SELECT sum(trees) FROM claimed_trees WHERE shop_id = ?1";
    assert_eq!(number(counted, &[&merchant.shops[0].id]), 500, "the limit per day");
    assert_eq!(
        get(&merchant, "/api/orders/?state=held%20for%20review&limit=100")
            .as_array()
            .unwrap()
            .len(),
        100
    );
    assert!(stored_sales(&merchant) <= 510, "10 of the day's limit, and 500 for review");
    let url = format!("{}/api/totals/?api_key={}", worker(), merchant.shops[0].publishable_key);
    let total = play_it_green_tests::http::call("GET", &url, &[], b"").unwrap().json();
    assert_eq!(total["trees"], 300);
    // A real buyer, whose sale the shop confirms, gets trees from the cap.
    let real = merchant.call("POST", "/api/orders/", &json!({"sale": two_mugs("real")})).unwrap();
    assert_eq!((real.status, &real.json()["trees"]), (201, &json!(2)), "{}", real.body);
    assert_eq!(
        (order(&merchant, "real")["state"].clone(), billed_trees(&merchant)),
        (json!("open"), json!(300))
    );
}

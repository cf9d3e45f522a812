//! The overview: the month so far, its forecast and budget, and the entries that need attention.

use order_events::Timestamp;
use play_it_green_tests::local_worker::sql;
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::two_mugs;
use serde_json::json;

use super::sign_in;
use crate::{merchant, worker};

/// Reports a sale of two mugs as the shop's server does at its instant.
fn sell(merchant: &Merchant, id: &str, at: &str) {
    let mut sale = two_mugs(id);
    sale["sold_at"] = json!(at);
    sale["updated_at"] = json!(at);
    let told = merchant.call_at(at, "POST", "/api/orders/", &json!({ "sale": sale })).unwrap();
    assert_eq!(told.status, 201, "{}", told.body);
}

/// Opens the overview as if it were `now`, in a session that began then.
fn overview(merchant: &Merchant, now: &str) -> String {
    let browser = sign_in(merchant);
    let at = now.parse::<Timestamp>().unwrap().milliseconds().to_string();
    let begun = "UPDATE sessions SET created_at = ?2, last_seen_at = ?2, expires_at = ?2 + 60000
        WHERE merchant_id = ?1";
    sql(&worker(), begun, &[&merchant.id, &at]).unwrap();
    let page = browser.open_at(now, "/settings").unwrap();
    assert_eq!(page.status, 200, "{}", page.body);
    page.body
}

#[test]
fn the_month_so_far_goes_on_like_this_in_the_forecast_and_the_chart() {
    let merchant = merchant();
    for (number, day) in [(1, "01"), (2, "02"), (3, "02"), (4, "05")] {
        sell(&merchant, &number.to_string(), &format!("2026-11-{day}T10:00:00Z"));
    }
    sql(&worker(), "UPDATE merchants SET monthly_budget = 1000 WHERE id = ?1", &[&merchant.id])
        .unwrap();
    // Six of thirty days are over.
    let page = overview(&merchant, "2026-11-07T00:00:00Z");
    for text in [
        "November 2026 so far",
        "<span class=\"soft\">Trees this month</span><b>8</b>",
        "<span class=\"soft\">Cost so far</span><b>8.00 <span class=\"unit\">USD</span></b>",
        "About 40.00 USD by the end of the month",
        "<b>80&nbsp;<span class=\"unit\">%</span></b>",
        "<title>2 November 2026: 4 trees</title>",
        "class=\"guess\"",
        "<title>30 November 2026: about 1 tree</title>",
        "<tr><td>2 November 2026</td><td class=\"number\">4</td><td class=\"number\">4.00 USD</td></tr>",
        "2 × SKU MUG-BLUE: 2 trees",
        "Nothing. Your shops report, and everything is paid.",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert!(!page.contains("<script") && page.len() < 50_000, "{}", page.len());
}

#[test]
fn a_new_month_begins_at_nothing_and_names_what_is_unpaid() {
    let merchant = merchant();
    sell(&merchant, "1", "2026-11-20T10:00:00Z");
    merchant.end_month().unwrap();
    let page = overview(&merchant, "2026-12-01T01:00:00Z");
    for text in [
        "December 2026 so far",
        "<span class=\"soft\">Trees this month</span><b>0</b>",
        "<span class=\"soft\">Trees in all</span><b>2</b>",
        "2.00 USD for November 2026 to be paid",
        "No trees this month yet",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert!(!page.contains("by the end of the month"), "no forecast from one hour: {page}");
}

#[test]
fn what_needs_attention_is_named_with_its_remedy() {
    let merchant = merchant();
    sell(&merchant, "1", "2026-11-20T10:00:00Z");
    let shop = &merchant.shops[0].id;
    let held = "UPDATE sales SET held_because = 'it is too large' WHERE shop_id = ?1";
    sql(&worker(), held, &[shop]).unwrap();
    sql(&worker(), "UPDATE shops SET silent_since = 1795824000000 WHERE id = ?1", &[shop]).unwrap();
    merchant.post_sale(&json!({"id": "no sale"})).unwrap();
    let card =
        "INSERT INTO payers (merchant_id, provider, customer, card, card_brand, card_last_four,
            card_expires, created_at, card_saved_at)
        VALUES (?1, 'sandbox', ?1, ?1, 'visa', '4242', '2026-12', 0, 0)";
    sql(&worker(), card, &[&merchant.id]).unwrap();
    let page = overview(&merchant, "2026-11-28T00:00:00Z");
    let attention =
        page.split("id=\"attention\"").nth(1).unwrap().split("</section>").next().unwrap();
    let titles: Vec<&str> = attention
        .split("<strong>")
        .skip(1)
        .map(|title| title.split("</strong>").next().unwrap())
        .collect();
    assert_eq!(
        titles,
        [
            "Mugs online does not confirm its sales",
            "1 sale waits for your review",
            "1 report could not be read",
            "Visa ending in 4242 expires soon",
        ]
    );
    assert_eq!(
        page.matches("does not confirm its sales").count(),
        2,
        "once, and in a label: {page}"
    );
    for link in ["#connections", "#review", "#quarantine", "#card"] {
        assert!(attention.contains(link), "{link}: {attention}");
    }
    let later = overview(&merchant, "2027-01-02T00:00:00Z");
    assert!(later.contains("Visa ending in 4242 has expired"), "{later}");
}

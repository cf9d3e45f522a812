//! Settings > Campaigns: the list, pausing, continuing and deleting.

use std::time::{SystemTime, UNIX_EPOCH};

use order_events::Timestamp;
use play_it_green_tests::browser::Browser;
use play_it_green_tests::database::dump;
use play_it_green_tests::local_worker::sql;
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use super::sign_in;
use crate::{merchant, merchant_without_campaigns, number, worker};

const PAGE: &str = "/settings/campaigns";

/// Returns the id of the merchant's first campaign.
fn campaign_of(merchant: &Merchant) -> String {
    let find = "SELECT id FROM campaigns WHERE merchant_id = ?1 ORDER BY created_at LIMIT 1";
    sql(&worker(), find, &[&merchant.id]).unwrap()[0][0].as_str().unwrap().to_owned()
}

pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_millis()).unwrap()
}

/// Reports a sale that was sold at this instant, as the shop's server does. Returns its trees.
fn trees_of_sale(merchant: &Merchant, id: &str, sold_at: i64) -> Value {
    let mut sale = two_mugs(id);
    for field in ["sold_at", "updated_at"] {
        sale[field] = json!(Timestamp::from_milliseconds(sold_at).unwrap().to_rfc3339());
    }
    let told = merchant.call("POST", "/api/orders/", &json!({ "sale": sale })).unwrap();
    told.json()["trees"].clone()
}

/// Sends a form of the page that leads back to the list.
fn press(browser: &mut Browser, id: &str, action: &str) {
    let answer = browser.send(&format!("{PAGE}/{id}/{action}"), "").unwrap();
    assert_eq!((answer.status, answer.header("location")), (303, Some(PAGE)), "{}", answer.body);
}

#[test]
fn the_list_shows_each_campaign_as_a_sentence_with_its_state_and_trees() {
    let merchant = merchant();
    let browser = sign_in(&merchant);
    let shop = &merchant.shops[0].id;
    merchant
        .add_campaign(
            "Only <there>",
            &json!({"when": {"all": [{"shop": [shop]}, "opted_in"]},
                "trees": [{"per_order": {"trees": 2}}], "cap_per_month": 9}),
        )
        .unwrap();
    merchant.post_sale(&two_mugs("1")).unwrap();
    let page = browser.open(PAGE).unwrap().body;
    for text in [
        "A tree for every mug",
        "1 tree for each item with the SKU MUG-BLUE.",
        "2 trees so far",
        "running",
        "Only &#60;there&#62;",
        "2 trees for every order, for orders in the shop Mugs online and whose customer opted in; \
         at most 9 trees per month.",
        "0 trees so far",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let empty = sign_in(&merchant_without_campaigns("UTC")).open(PAGE).unwrap().body;
    assert!(empty.contains("No campaign yet") && !empty.contains("A tree for every mug"));
}

#[test]
fn a_sale_from_within_a_pause_orders_nothing_whenever_it_is_reported() {
    let merchant = merchant();
    let (mut browser, id) = (sign_in(&merchant), campaign_of(&merchant));
    let before = now();
    press(&mut browser, &id, "pause");
    let during = now();
    assert!(browser.open(PAGE).unwrap().body.contains("paused since"));
    assert_eq!(trees_of_sale(&merchant, "before", before - 1), 2, "reported later");
    assert_eq!(trees_of_sale(&merchant, "during", during), 0);
    press(&mut browser, &id, "resume");
    let after = now();
    assert_eq!(trees_of_sale(&merchant, "late", during), 0);
    assert_eq!(trees_of_sale(&merchant, "after", after), 2);
    let page = browser.open(PAGE).unwrap().body;
    assert!(!page.contains("paused since") && page.contains("4 trees so far"), "{page}");
    let campaign = merchant.call("GET", &format!("/api/campaigns/{id}"), &Value::Null).unwrap();
    assert_eq!(campaign.json()["version"], 3, "{}", campaign.body);
}

#[test]
fn pausing_twice_changes_a_campaign_once() {
    let merchant = merchant();
    let (mut browser, id) = (sign_in(&merchant), campaign_of(&merchant));
    for action in ["pause", "pause", "resume", "resume"] {
        press(&mut browser, &id, action);
    }
    assert_eq!(number("SELECT version FROM campaigns WHERE id = ?1", &[&id]), 3);
}

#[test]
fn a_deleted_campaign_orders_nothing_and_its_orders_stay() {
    let merchant = merchant();
    let (mut browser, id) = (sign_in(&merchant), campaign_of(&merchant));
    assert_eq!(trees_of_sale(&merchant, "1", now()), 2);
    press(&mut browser, &id, "delete");
    assert_eq!(trees_of_sale(&merchant, "2", now()), 0);
    assert!(browser.open(PAGE).unwrap().body.contains("No campaign yet"));
    let open = merchant.call("GET", "/api/purchase_orders/open", &Value::Null).unwrap();
    assert_eq!(open.json()["trees"], 2);
    assert_eq!(browser.send(&format!("{PAGE}/{id}/delete"), "").unwrap().status, 404);
}

#[test]
fn another_merchants_campaign_and_one_that_never_was_get_the_same_answer() {
    let mut browser = sign_in(&merchant());
    let foreign = campaign_of(&merchant());
    let before = dump(&worker()).unwrap();
    for action in ["pause", "resume", "delete"] {
        let mut send = |id: &str| browser.send(&format!("{PAGE}/{id}/{action}"), "").unwrap();
        let (foreign, unknown) = (send(&foreign), send("camp_none"));
        assert_eq!((foreign.status, unknown.status), (404, 404), "{action}");
        assert_eq!(foreign.body, unknown.body);
    }
    assert_eq!(dump(&worker()).unwrap(), before);
}

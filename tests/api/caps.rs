//! Caps per calendar month: sales use the cap in the order of their receipt. Trees that a cap cut
//! off are never added later, and freed trees go to later sales.

#![allow(clippy::arithmetic_side_effects, reason = "a test that overflows may panic")]

use play_it_green_tests::local_worker::fire_cron;
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use crate::{merchant_without_campaigns, worker};

/// Adds a merchant whose campaign orders four trees per sale and six per month at most.
fn capped() -> (Merchant, String) {
    let merchant = merchant_without_campaigns("UTC");
    let capped =
        json!({"trees": [{"per_item": {"items": "every", "trees": 2}}], "cap_per_month": 6});
    let id = merchant.add_campaign("Up to six", &capped).unwrap();
    (merchant, id)
}

/// Returns a sale of this number of mugs. Each mug orders two trees.
fn sale(id: &str, day: u32, minute: u32, mugs: u32) -> Value {
    let mut sale = two_mugs(id);
    sale["sold_at"] = json!(format!("2026-11-{day:02}T09:00:00Z"));
    sale["updated_at"] = json!(format!("2026-11-{day:02}T09:{minute:02}:00Z"));
    sale["lines"][0]["quantity"] = json!(mugs);
    sale
}

fn cancelled(mut sale: Value, minute: u32) -> Value {
    sale["status"] = json!("cancelled");
    sale["updated_at"] = json!(format!("2026-11-29T09:{minute:02}:00Z"));
    sale
}

fn tell(merchant: &Merchant, sale: &Value) -> Value {
    let told = merchant.call("POST", "/api/orders/", &json!({ "sale": sale })).unwrap();
    assert!([200, 201].contains(&told.status), "{}", told.body);
    told.json()
}

fn get(merchant: &Merchant, path: &str) -> Value {
    merchant.call("GET", path, &Value::Null).unwrap().json()
}

fn trees(merchant: &Merchant, sale: &str) -> Value {
    get(merchant, &format!("/api/orders/?sale={sale}"))[0]["trees"].clone()
}

#[test]
fn first_told_is_first_served_and_each_reason_adds_up() {
    let (merchant, _) = capped();
    let told: Vec<Value> =
        ["1", "2", "3"].map(|id| tell(&merchant, &sale(id, 20, 0, 2))["trees"].clone()).to_vec();
    assert_eq!(told, [json!(4), json!(2), json!(0)]);
    let reason =
        |sale: &str| get(&merchant, &format!("/api/orders/?sale={sale}"))[0]["reason"].clone();
    assert_eq!(reason("1"), "2 × any item: 4 trees");
    assert_eq!(
        reason("2"),
        "2 × any item: 4 trees; cut to 2 trees by the campaign's cap per month"
    );
    assert_eq!(
        reason("3"),
        "2 × any item: 4 trees; no trees: the campaign's cap per month was used up"
    );
}

#[test]
fn what_becomes_free_goes_to_later_sales_and_what_was_cut_off_stays_cut_off() {
    let (merchant, _) = capped();
    for id in ["1", "2", "3"] {
        tell(&merchant, &sale(id, 20, 0, 2));
    }
    tell(&merchant, &cancelled(sale("1", 20, 0, 2), 1));
    // A second report with a changed detail does not restore the trees that were cut off.
    for id in ["2", "3"] {
        let mut again = sale(id, 20, 5, 2);
        again["total"] = json!(9999);
        tell(&merchant, &again);
    }
    assert_eq!((trees(&merchant, "2"), trees(&merchant, "3")), (json!(2), json!(0)));
    assert_eq!(tell(&merchant, &sale("4", 21, 0, 2))["trees"], 4);
    assert_eq!(get(&merchant, "/api/purchase_orders/open")["trees"], 6);
}

#[test]
fn a_sale_that_grows_takes_what_is_left_for_what_it_has_grown_by() {
    let (merchant, _) = capped();
    for id in ["1", "2"] {
        tell(&merchant, &sale(id, 20, 0, 2));
    }
    tell(&merchant, &cancelled(sale("1", 20, 0, 2), 1));
    assert_eq!(tell(&merchant, &sale("2", 20, 9, 3))["trees"], 4, "2 of 4, and 2 that it grew by");
    assert_eq!(tell(&merchant, &sale("2", 20, 19, 9))["trees"], 6, "no more than the cap");
    assert_eq!(tell(&merchant, &sale("2", 20, 29, 1))["trees"], 2);
}

/// Returns the sale as the shop changed it at this minute of the next day.
fn changed(id: &str, minute: u32, changes: &[(&str, Value)]) -> Value {
    let mut sale = sale(id, 20, 0, 2);
    sale["updated_at"] = json!(format!("2026-11-21T09:{minute:02}:00Z"));
    for (field, value) in changes {
        *sale.pointer_mut(field).unwrap() = value.clone();
    }
    sale
}

/// The ways in which a sale can order nothing, or less, for a while.
fn setbacks() -> [(&'static str, Vec<(&'static str, Value)>); 4] {
    [
        ("unpaid", vec![("/status", json!("placed"))]),
        ("cancelled", vec![("/status", json!("cancelled"))]),
        ("refunded in part", vec![("/lines/0/refunded", json!(1)), ("/refunded", json!(1799))]),
        ("returned", vec![("/lines/0/refunded", json!(2))]),
    ]
}

#[test]
fn a_cut_stays_when_the_sale_comes_back_without_having_grown() {
    for (setback, changes) in setbacks() {
        let (merchant, _) = capped();
        for id in ["1", "2"] {
            tell(&merchant, &sale(id, 20, 0, 2));
        }
        tell(&merchant, &changed("1", 1, &[("/status", json!("cancelled"))]));
        tell(&merchant, &changed("2", 2, &changes));
        assert_eq!(tell(&merchant, &changed("2", 3, &[]))["trees"], 2, "{setback}");
        let grown = [("/lines/0/quantity", json!(3))];
        assert_eq!(tell(&merchant, &changed("2", 4, &grown))["trees"], 4, "{setback}, then grown");
        assert_eq!(tell(&merchant, &changed("2", 5, &[]))["trees"], 4, "4 of the 6 it was");
    }
}

#[test]
fn a_cut_stays_after_the_close_too() {
    for (setback, changes) in setbacks() {
        let (merchant, _) = capped();
        for id in ["1", "2"] {
            tell(&merchant, &sale(id, 20, 0, 2));
        }
        merchant.end_month().unwrap();
        tell(&merchant, &changed("1", 1, &[("/status", json!("cancelled"))]));
        tell(&merchant, &changed("2", 2, &changes));
        tell(&merchant, &changed("2", 3, &[]));
        let net = |id: &str| {
            let order = get(&merchant, &format!("/api/orders/?sale={id}"))[0].clone();
            order["trees"].as_i64().unwrap() + order["credited"].as_i64().unwrap()
        };
        assert_eq!((net("1"), net("2")), (0, 2), "{setback}");
        tell(&merchant, &changed("2", 4, &[("/lines/0/quantity", json!(3))]));
        assert_eq!(net("2"), 4, "{setback}, then grown");
    }
}

#[test]
fn a_sale_that_comes_back_takes_no_more_than_the_cap_has_left_by_then() {
    let (merchant, _) = capped();
    tell(&merchant, &sale("1", 20, 0, 2));
    tell(&merchant, &changed("1", 1, &[("/lines/0/refunded", json!(1))]));
    assert_eq!(tell(&merchant, &sale("2", 20, 0, 2))["trees"], 4, "what the refund set free");
    assert_eq!(tell(&merchant, &changed("1", 2, &[]))["trees"], 2);
    tell(&merchant, &changed("2", 3, &[("/status", json!("cancelled"))]));
    assert_eq!(tell(&merchant, &changed("1", 4, &[("/total", json!(1))]))["trees"], 2);
}

#[test]
fn a_closed_month_keeps_its_cap_and_takes_nothing_of_the_next_ones() {
    let (merchant, _) = capped();
    assert_eq!(tell(&merchant, &sale("1", 20, 0, 2))["trees"], 4);
    merchant.end_month().unwrap();
    // This sale of November is reported after the close: it is on the next bill, under November's
    // cap.
    assert_eq!(tell(&merchant, &sale("2", 20, 0, 2))["trees"], 2);
    let mut december = sale("3", 20, 0, 3);
    december["sold_at"] = json!("2026-12-02T09:00:00Z");
    december["updated_at"] = json!("2026-12-02T09:00:00Z");
    let told = merchant
        .call_at("2026-12-02T09:00:00Z", "POST", "/api/orders/", &json!({ "sale": december }))
        .unwrap();
    assert_eq!(told.json()["trees"], 6, "{}", told.body);
    // A refund of November frees trees of November's cap only, none of December's.
    tell(&merchant, &cancelled(sale("1", 20, 0, 2), 1));
    assert_eq!(tell(&merchant, &sale("4", 20, 0, 3))["trees"], 4);
    let mut more = december.clone();
    more["id"] = json!("5");
    let told = merchant
        .call_at("2026-12-02T10:00:00Z", "POST", "/api/orders/", &json!({ "sale": more }))
        .unwrap();
    assert_eq!(told.json()["trees"], 0, "{}", told.body);
}

/// Claims a sale as the storefront does, on December 2; returns its trees.
fn claim_in_december(merchant: &Merchant, sale: &Value) -> Value {
    let mut storefront = merchant.clone();
    storefront.secret_key.clone_from(&merchant.shops[0].publishable_key);
    let event = json!({ "sale": sale });
    let told = storefront.call_at("2026-12-02T10:00:00Z", "POST", "/api/orders/", &event).unwrap();
    assert_eq!(told.status, 201, "{}", told.body);
    told.json()["trees"].clone()
}

#[test]
fn claims_of_another_month_free_nothing_of_a_closed_months_cap() {
    let (merchant, _) = capped();
    assert_eq!(tell(&merchant, &sale("1", 20, 0, 1))["trees"], 2);
    assert_eq!(tell(&merchant, &sale("2", 20, 0, 2))["trees"], 4);
    merchant.end_month().unwrap();
    let mut december = sale("3", 20, 0, 1);
    december["sold_at"] = json!("2026-12-02T09:00:00Z");
    december["updated_at"] = json!("2026-12-02T09:00:00Z");
    assert_eq!(claim_in_december(&merchant, &december), 2);
    tell(&merchant, &sale("1", 20, 30, 3));
    assert_eq!(get(&merchant, "/api/purchase_orders/open")["trees"], 2, "the claim and no credit");
}

#[test]
fn a_late_claim_gives_way_to_all_trees_by_which_a_closed_sale_grows() {
    let (merchant, _) = capped();
    assert_eq!(tell(&merchant, &sale("1", 20, 0, 1))["trees"], 2);
    merchant.end_month().unwrap();
    assert_eq!(claim_in_december(&merchant, &sale("2", 29, 0, 2)), 4);
    tell(&merchant, &sale("1", 20, 30, 3));
    assert_eq!(get(&merchant, "/api/purchase_orders/open")["trees"], 4, "a credit and no claim");
}

#[test]
fn a_credit_says_what_was_billed_before_so_that_it_adds_up() {
    let (merchant, _) = capped();
    tell(&merchant, &sale("1", 20, 0, 2));
    merchant.end_month().unwrap();
    let mut returned = sale("1", 20, 30, 2);
    returned["lines"][0]["refunded"] = json!(1);
    tell(&merchant, &returned);
    let items = get(&merchant, "/api/purchase_orders/open/items");
    assert_eq!(
        (&items[0]["trees"], &items[0]["reason"]),
        (
            &json!(-2),
            &json!("1 × any item: 2 trees; 4 trees were billed before, so 2 trees are taken back")
        )
    );
    fire_cron(&worker(), merchant.month_end().unwrap()).unwrap();
}

#[test]
fn a_simulation_applies_the_caps_to_what_is_stored_and_to_the_sales_in_their_order() {
    let (merchant, id) = capped();
    let path = format!("/api/campaigns/{id}/simulate");
    let simulate = |sales: &[Value]| {
        let answer = merchant.call("POST", &path, &json!({ "sales": sales })).unwrap();
        assert_eq!(answer.status, 200, "{}", answer.body);
        let body = answer.json();
        let trees = body["sales"].as_array().unwrap().iter().map(|sale| sale["trees"].clone());
        (trees.collect::<Vec<_>>(), body["trees"].clone(), body["sales"].clone())
    };
    let mut october = sale("9", 20, 0, 2);
    october["sold_at"] = json!("2026-10-20T09:00:00Z");
    let sales = [sale("1", 20, 0, 2), sale("2", 20, 0, 2), october, sale("3", 20, 0, 2)];
    let (each, all, listed) = simulate(&sales);
    assert_eq!(each, [json!(4), json!(2), json!(4), json!(0)]);
    assert_eq!(all, 10);
    assert_eq!(
        listed[1]["reason"],
        "2 × any item: 4 trees; cut to 2 trees by the campaign's cap per month"
    );
    assert_eq!((&listed[3]["qualifies"], &listed[1]["qualifies"]), (&json!(false), &json!(true)));
    tell(&merchant, &sale("10", 20, 0, 2));
    assert_eq!(simulate(&sales).0, [json!(2), json!(0), json!(4), json!(0)]);
}

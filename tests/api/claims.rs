//! Anyone can post a claim with the key in a storefront, so claims are limited: a claim beyond a
//! limit waits for the owner's review, and the shop's own report outranks it.

mod flood;
mod public;
mod review;

use play_it_green_tests::http::{self, Answer};
use play_it_green_tests::local_worker::sql;
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use crate::webhooks::{Shop, sample_json};
use crate::{SHOP_ORIGIN, merchant, merchant_without_campaigns, stored_sales, worker};

fn get(merchant: &Merchant, path: &str) -> Value {
    merchant.call("GET", path, &Value::Null).unwrap().json()
}

fn mugs(id: &str, quantity: u32) -> Value {
    let mut sale = two_mugs(id);
    sale["lines"][0]["quantity"] = json!(quantity);
    let total = json!(quantity.saturating_mul(1799));
    (sale["total"], sale["items_total"]) = (total.clone(), total);
    sale
}

/// Returns the only order of a sale, as its owner sees it.
fn order(merchant: &Merchant, sale: &str) -> Value {
    let orders = get(merchant, &format!("/api/orders/?sale={sale}"));
    assert_eq!(orders.as_array().map(Vec::len), Some(1), "{orders}");
    orders[0].clone()
}

/// Returns the state and the reason of the only order of a sale.
fn state(merchant: &Merchant, sale: &str) -> (String, String) {
    let order = order(merchant, sale);
    let text = |field: &str| order[field].as_str().unwrap().to_owned();
    (text("state"), text("reason"))
}

/// Posts a claim that is received at `now`, in RFC 3339.
fn claim_at(merchant: &Merchant, now: &str, sale: &Value) -> Answer {
    let event = json!({"key": merchant.shops[0].publishable_key, "sale": sale}).to_string();
    let url = format!("{}/api/orders/", worker());
    http::call("POST", &url, &[("play-it-green-now", now)], event.as_bytes()).unwrap()
}

fn billed_trees(merchant: &Merchant) -> Value {
    get(merchant, "/api/purchase_orders/open")["trees"].clone()
}

/// Sets the limits of the first shop.
fn limit(merchant: &Merchant, per_sale: u32, per_day: u32, per_month: u32) {
    let path = format!("/api/shops/{}", merchant.shops[0].id);
    let shop = json!({
        "name": "Mugs online", "platform": "woocommerce", "origin": crate::SHOP_ORIGIN,
        "claim_trees_per_sale": per_sale, "claim_trees_per_day": per_day,
        "claim_trees_per_month": per_month,
    });
    assert_eq!(merchant.call("PUT", &path, &shop).unwrap().status, 200);
}

#[test]
fn a_claim_of_a_million_units_for_a_cent_is_held_and_bills_nothing() {
    let merchant = merchant();
    let mut sale = mugs("1", 1_000_000);
    (sale["total"], sale["items_total"]) = (json!(1), json!(1));
    let answer = merchant.post_sale(&sale).unwrap();
    assert_eq!(answer.json()["trees"], 0, "{}", answer.body);
    assert!(answer.json()["message"].as_str().unwrap().contains("reviewed"), "{}", answer.body);
    let (state, reason) = state(&merchant, "1");
    assert_eq!(state, "held for review");
    assert!(
        reason.ends_with(
            "held for review: it has 1000000 units, more than the 1000 that are plausible"
        )
    );
    assert_eq!(get(&merchant, "/api/purchase_orders/"), json!([]));
    let key = &merchant.shops[0].publishable_key;
    let url = format!("{}/api/totals/?api_key={key}", worker());
    assert_eq!(http::call("GET", &url, &[], b"").unwrap().json()["trees"], 0);
}

#[test]
fn a_claim_is_held_that_comes_a_week_after_its_sale_or_before_it() {
    let merchant = merchant();
    for (id, now, expected) in [
        ("late", "2026-11-29T08:51:50Z", "held for review"),
        ("early", "2026-11-22T08:41:48Z", "held for review"),
        ("in time", "2026-11-29T08:51:49Z", "open"),
        ("clocks differ", "2026-11-22T08:41:49Z", "open"),
    ] {
        assert_eq!(claim_at(&merchant, now, &two_mugs(id)).status / 100, 2, "{id}");
        assert_eq!(state(&merchant, &id.replace(' ', "%20")).0, expected, "{id}");
    }
    assert_eq!(billed_trees(&merchant), 4);
}

#[test]
fn the_claims_of_a_sale_a_day_and_a_month_order_no_more_than_their_limits() {
    let merchant = merchant();
    limit(&merchant, 3, 5, 8);
    let claim = |id: &str, day: u32, quantity: u32| {
        let mut sale = mugs(id, quantity);
        sale["sold_at"] = json!(format!("2026-11-{day}T09:00:00Z"));
        merchant.post_sale(&sale).unwrap();
        state(&merchant, id)
    };
    let open = ("open".to_owned(), "2 × SKU MUG-BLUE: 2 trees".to_owned());
    assert!(claim("1", 22, 4).1.ends_with("4 trees, and a claim of this shop orders at most 3"));
    assert_eq!(claim("2", 22, 2), open);
    assert_eq!(claim("3", 22, 2), open);
    let of_day = claim("4", 22, 2);
    assert_eq!(of_day.0, "held for review");
    assert!(
        of_day.1.ends_with("would order 6 trees, and this shop's limit per day is 5"),
        "{of_day:?}"
    );
    assert_eq!(claim("5", 23, 2), open, "a new day");
    assert_eq!(claim("6", 24, 2), open);
    let of_month = claim("7", 25, 2);
    assert!(of_month.1.ends_with("would order 10 trees, and this shop's limit per month is 8"));
    assert_eq!(billed_trees(&merchant), 8);
    // A confirmed sale no longer counts toward any limit.
    merchant.call("POST", "/api/orders/", &json!({"sale": two_mugs("2")})).unwrap();
    assert_eq!(claim("8", 25, 2), open);
}

#[test]
fn the_claims_of_all_shops_cost_no_more_than_the_monthly_budget() {
    let merchant = merchant().add_shop("Second", "custom", SHOP_ORIGIN).unwrap();
    let budget = "UPDATE merchants SET monthly_budget = 350 WHERE id = ?1";
    sql(&worker(), budget, &[&merchant.id]).unwrap();
    merchant.post_sale(&two_mugs("1")).unwrap();
    let mut second = merchant.clone();
    second.shops.remove(0);
    second.post_sale(&two_mugs("2")).unwrap();
    assert_eq!(state(&merchant, "1").0, "open");
    let held = state(&merchant, "2");
    assert_eq!(held.0, "held for review");
    assert!(held.1.ends_with("the claims of 2026-11 would cost more than your monthly budget"));
    assert_eq!(billed_trees(&merchant), 2);
}

#[test]
fn a_month_end_lets_no_second_months_worth_of_claims_onto_one_bill() {
    let merchant = merchant();
    limit(&merchant, 50, 500, 2);
    merchant.post_sale(&two_mugs("1")).unwrap();
    merchant.end_month().unwrap();
    // A sale of November that is billed in December counts with the claims on December's bill.
    assert_eq!(
        claim_at(&merchant, "2026-12-01T09:00:00Z", &sold("2", "2026-11-30T23:00:00Z")).status,
        201
    );
    claim_at(&merchant, "2026-12-01T09:00:00Z", &sold("3", "2026-12-01T08:59:00Z"));
    assert_eq!(state(&merchant, "2").0, "open");
    assert_eq!(state(&merchant, "3").0, "held for review");
}

fn sold(id: &str, at: &str) -> Value {
    let mut sale = two_mugs(id);
    (sale["sold_at"], sale["updated_at"]) = (json!(at), json!(at));
    sale
}

#[test]
fn the_webhook_replaces_a_forged_claim_with_its_own_units_and_date() {
    let shop = Shop::woocommerce();
    let mut fact = sample_json("woocommerce-order-created.http");
    let id = fact["id"].as_i64().unwrap().to_string();
    let honest = {
        let other = Shop::woocommerce();
        other.deliver_json(&fact);
        order(&other.merchant, &id)
    };
    let mut forged = mugs(&id, 49);
    forged["updated_at"] = json!("2099-01-01T00:00:00Z");
    forged["status"] = json!("paid");
    claim_at(&shop.merchant, "2026-11-22T08:52:00Z", &forged);
    assert_eq!(order(&shop.merchant, &id)["trees"], 49);
    fact["customer_note"] = json!("the same order");
    assert_eq!(shop.deliver_json(&fact).status, 200);
    let now = order(&shop.merchant, &id);
    for field in ["trees", "reason", "sold_at", "proof", "state"] {
        assert_eq!(now[field], honest[field], "{field}");
    }
    assert_eq!(shop.trees(), honest["trees"]);
}

/// Adds a merchant with one tree per item and at most six per month.
fn capped() -> Merchant {
    let merchant = merchant_without_campaigns("UTC");
    let capped =
        json!({"trees": [{"per_item": {"items": "every", "trees": 1}}], "cap_per_month": 6});
    merchant.add_campaign("Up to six", &capped).unwrap();
    merchant
}

#[test]
fn a_verified_sale_takes_the_cap_from_the_latest_claims() {
    let merchant = capped();
    for (id, quantity) in [("1", 2), ("2", 3), ("3", 1), ("4", 9)] {
        merchant.post_sale(&sold_mugs(id, quantity)).unwrap();
    }
    assert_eq!(billed_trees(&merchant), 6);
    let verified = merchant.call("POST", "/api/orders/", &json!({"sale": mugs("5", 3)})).unwrap();
    assert_eq!(verified.json()["trees"], 3, "{}", verified.body);
    assert_eq!(billed_trees(&merchant), 6);
    let trees = |id: &str| order(&merchant, id)["trees"].clone();
    assert_eq!(["1", "2", "3", "4"].map(trees), [json!(2), json!(1), json!(0), json!(0)]);
    let (state, reason) = state(&merchant, "3");
    assert_eq!(state, "void");
    let why = "1 tree of the campaign's cap per month went to a sale that the shop confirmed";
    assert!(reason.ends_with(why), "{reason}");
    // A verified sale takes trees from claims only, never from another verified sale.
    let late = merchant.call("POST", "/api/orders/", &json!({"sale": mugs("6", 9)})).unwrap();
    assert_eq!(late.json()["trees"], 3, "{}", late.body);
    assert_eq!(
        (order(&merchant, "1")["trees"].clone(), billed_trees(&merchant)),
        (json!(0), json!(6))
    );
}

#[test]
fn a_verified_sale_takes_no_more_of_a_cap_than_it_has_on_the_bill() {
    let merchant = capped();
    let report =
        |sale: &Value| merchant.call("POST", "/api/orders/", &json!({"sale": sale})).unwrap();
    assert_eq!(report(&mugs("1", 2)).json()["trees"], 2);
    let campaigns = get(&merchant, "/api/campaigns/");
    let path = format!("/api/campaigns/{}", campaigns[0]["id"].as_str().unwrap());
    let mut raised = campaigns[0].clone();
    raised["conditions"]["cap_per_month"] = json!(100);
    for field in ["id", "version"] {
        raised.as_object_mut().unwrap().remove(field);
    }
    assert_eq!(merchant.call("PUT", &path, &raised).unwrap().status, 200);
    merchant.post_sale(&sold_mugs("2", 40)).unwrap();
    assert_eq!(billed_trees(&merchant), 42);
    // The first sale was evaluated under the cap of six trees.
    let mut returned = mugs("1", 2);
    returned["lines"][0]["refunded"] = json!(1);
    returned["updated_at"] = json!("2026-11-23T00:00:00Z");
    assert_eq!(report(&returned).json()["trees"], 1);
    assert_eq!(billed_trees(&merchant), 41);
    // Under a cap of six again, a verified sale takes no trees from other verified sales, and from
    // claims no more than it orders itself.
    raised["conditions"]["cap_per_month"] = json!(6);
    assert_eq!(merchant.call("PUT", &path, &raised).unwrap().status, 200);
    assert_eq!(report(&mugs("3", 2)).json()["trees"], 2);
    assert_eq!(billed_trees(&merchant), 41);
}

#[test]
fn a_claim_that_is_confirmed_gets_the_cap_that_claims_have_used_up() {
    let merchant = capped();
    merchant.post_sale(&sold_mugs("1", 6)).unwrap();
    merchant.post_sale(&sold_mugs("2", 4)).unwrap();
    assert_eq!(order(&merchant, "2")["trees"], 0);
    let confirmed = merchant.call("POST", "/api/orders/", &json!({"sale": mugs("2", 4)})).unwrap();
    assert_eq!(confirmed.json()["trees"], 4, "{}", confirmed.body);
    assert_eq!(
        (order(&merchant, "1")["trees"].clone(), billed_trees(&merchant)),
        (json!(2), json!(6))
    );
}

/// Returns a sale with an instant of its own, so that the order of the claims is certain.
fn sold_mugs(id: &str, quantity: u32) -> Value {
    let mut sale = mugs(id, quantity);
    sale["sold_at"] = json!(format!("2026-11-22T09:0{id}:00Z"));
    sale
}

#[test]
fn a_claim_that_orders_nothing_keeps_no_later_claim_of_the_same_sale_out() {
    for (field, value) in [
        ("/test", json!(true)),
        ("/status", json!("placed")),
        ("/lines/0/quantity", json!(1_000_000)),
        ("/sold_at", json!("2026-11-22T09:30:00Z")),
    ] {
        let merchant = merchant();
        let mut forged = two_mugs("1");
        *forged.pointer_mut(field).unwrap() = value;
        claim_at(&merchant, "2026-11-22T08:52:30Z", &forged);
        assert_ne!(state(&merchant, "1").0, "open", "{field}");
        claim_at(&merchant, "2026-11-22T08:53:00Z", &two_mugs("1"));
        assert_eq!(state(&merchant, "1").0, "open", "{field}");
        assert_eq!((billed_trees(&merchant), stored_sales(&merchant)), (json!(2), 1), "{field}");
        // Neither the same claim again nor another plausible one changes the result.
        claim_at(&merchant, "2026-11-22T08:54:00Z", &forged);
        claim_at(&merchant, "2026-11-22T08:54:00Z", &mugs("1", 9));
        assert_eq!(billed_trees(&merchant), 2, "{field}");
    }
}

#[test]
fn a_claim_that_orders_nothing_gives_way_to_a_later_one_that_does_also_where_the_webhook_works() {
    let shop = Shop::woocommerce();
    shop.deliver_topic(
        "order.created",
        "2026-11-22T08:51:00Z",
        &sample_json("woocommerce-order-created.http"),
    );
    let claim = |minute: u32, id: &str, field: &str, value: Value| {
        let mut sale = mugs(id, 2);
        sale["sold_at"] = json!("2026-11-22T09:00:00Z");
        sale["updated_at"] = json!("2026-11-22T09:00:00Z");
        sale[field] = value;
        claim_at(&shop.merchant, &format!("2026-11-22T09:{minute:02}:00Z"), &sale);
        state(&shop.merchant, id).0
    };
    for (id, field, value, before) in
        [("1", "status", json!("placed"), "awaiting payment"), ("2", "test", json!(true), "test")]
    {
        assert_eq!(claim(1, id, field, value.clone()), before);
        assert_eq!(claim(2, id, field, value.clone()), before);
        assert_eq!(claim(3, id, "coupons", json!([])), "unconfirmed");
        assert_eq!(claim(4, id, field, value), "unconfirmed", "it gives way to no other");
    }
}

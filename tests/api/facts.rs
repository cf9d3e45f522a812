//! The facts of a sale change, and its orders follow, in whatever order the facts arrive: in place
//! while the month is open, and as credits after its close.

use std::thread;

use play_it_green_tests::http::{self, Answer};
use play_it_green_tests::local_worker::{fire_cron, sql};
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use crate::{merchant, merchant_without_campaigns, number, worker};

/// Returns the shop's report of the sale `id`, changed `minute` minutes after the sale.
fn fact(id: &str, minute: u32, changes: &[(&str, Value)]) -> Value {
    let mut sale = two_mugs(id);
    sale["updated_at"] = json!(format!("2026-11-22T09:{minute:02}:00Z"));
    for (field, value) in changes {
        *sale.pointer_mut(field).unwrap() = value.clone();
    }
    sale
}

fn one_returned(id: &str, minute: u32) -> Value {
    fact(id, minute, &[("/lines/0/refunded", json!(1)), ("/refunded", json!(1799))])
}

fn cancelled(id: &str, minute: u32) -> Value {
    fact(id, minute, &[("/status", json!("cancelled"))])
}

/// Reports a sale with the secret key, as the shop's server does.
fn tell(merchant: &Merchant, sale: &Value) -> Answer {
    merchant.call("POST", "/api/orders/", &json!({ "sale": sale })).unwrap()
}

fn get(merchant: &Merchant, path: &str) -> Value {
    merchant.call("GET", path, &Value::Null).unwrap().json()
}

fn order(merchant: &Merchant) -> Value {
    let orders = get(merchant, "/api/orders/");
    assert_eq!(orders.as_array().map(Vec::len), Some(1), "{orders}");
    orders[0].clone()
}

fn open(merchant: &Merchant) -> Value {
    get(merchant, "/api/purchase_orders/open")
}

/// Ends the month of the merchant's open purchase order and pays it, because a merchant with unpaid
/// months is paused. Returns the purchase order.
fn end_month(merchant: &Merchant) -> Value {
    let open = open(merchant);
    merchant.end_month().unwrap();
    let id = open["id"].as_str().unwrap();
    let path = format!("/api/purchase_orders/{id}");
    let closed = get(merchant, &path);
    if closed["state"] == "payment due" {
        let paid = merchant.record_payment(id, &json!({"reference": "Transfer 1"})).unwrap();
        assert_eq!(paid.status, 201, "{}", paid.body);
    }
    get(merchant, &path)
}

#[test]
fn a_refund_takes_trees_off_the_open_month_and_says_why() {
    let merchant = merchant();
    assert_eq!(merchant.post_sale(&two_mugs("1")).unwrap().json()["trees"], 2);
    let told = tell(&merchant, &one_returned("1", 1));
    assert_eq!((told.status, &told.json()["trees"]), (200, &json!(1)), "{}", told.body);
    let order = order(&merchant);
    assert_eq!(order["reason"], "1 × SKU MUG-BLUE: 1 tree");
    assert_eq!((&order["proof"], &order["credited"]), (&json!("verified"), &json!(0)));
    assert_eq!((&open(&merchant)["trees"], &open(&merchant)["total"]), (&json!(1), &json!(100)));
}

#[test]
fn an_older_fact_and_the_same_one_again_change_nothing() {
    let merchant = merchant();
    tell(&merchant, &one_returned("1", 5));
    let known = order(&merchant);
    for sale in [two_mugs("1"), fact("1", 4, &[]), one_returned("1", 5)] {
        assert_eq!(tell(&merchant, &sale).status, 200);
        assert_eq!(order(&merchant), known);
    }
}

#[test]
fn a_month_of_which_nothing_is_left_makes_no_purchase_order() {
    let merchant = merchant();
    tell(&merchant, &two_mugs("1"));
    let month_end = merchant.month_end().unwrap();
    tell(&merchant, &cancelled("1", 1));
    let void = order(&merchant);
    assert_eq!((&void["state"], &void["trees"]), (&json!("void"), &json!(0)));
    assert_eq!(void["reason"], "the sale was cancelled");
    fire_cron(&worker(), month_end).unwrap();
    assert_eq!(get(&merchant, "/api/purchase_orders/"), json!([]));
}

#[test]
fn a_sale_that_was_cancelled_by_mistake_is_billed_after_all() {
    let merchant = merchant();
    for sale in [two_mugs("1"), cancelled("1", 1), fact("1", 2, &[])] {
        tell(&merchant, &sale);
    }
    assert_eq!((&order(&merchant)["trees"], &open(&merchant)["trees"]), (&json!(2), &json!(2)));
}

#[test]
fn after_the_close_a_refund_is_a_credit_on_the_next_purchase_order() {
    let merchant = merchant();
    tell(&merchant, &two_mugs("1"));
    let closed = end_month(&merchant);
    assert_eq!((&closed["state"], &closed["total"]), (&json!("paid"), &json!(200)));
    let told = tell(&merchant, &one_returned("1", 1)).json();
    assert_eq!(told["trees"], 1, "{told}");
    tell(&merchant, &fact("2", 2, &[]));
    let path = format!("/api/purchase_orders/{}", closed["id"].as_str().unwrap());
    assert_eq!(get(&merchant, &path), closed, "a closed purchase order never changes");
    let first =
        get(&merchant, &format!("/api/orders/{}", told["orders"][0]["id"].as_str().unwrap()));
    assert_eq!((&first["trees"], &first["credited"]), (&json!(2), &json!(-1)));
    let next = end_month(&merchant);
    assert_eq!((&next["trees"], &next["total"]), (&json!(1), &json!(100)), "2 trees less 1");
    let lines =
        get(&merchant, &format!("/api/purchase_orders/{}/lines", next["id"].as_str().unwrap()));
    let facts = |line: &Value| (line["kind"].clone(), line["trees"].clone(), line["total"].clone());
    assert_eq!(facts(&lines[0]), (json!("orders"), json!(2), json!(200)));
    assert_eq!(facts(&lines[1]), (json!("credits"), json!(-1), json!(-100)));
    assert_eq!(lines.as_array().unwrap().len(), 2);
}

#[test]
fn credits_beyond_what_was_ordered_are_carried_over_until_they_are_used_up() {
    let merchant = merchant();
    tell(&merchant, &two_mugs("1"));
    end_month(&merchant);
    tell(&merchant, &cancelled("1", 1));
    let negative = end_month(&merchant);
    assert_eq!((&negative["state"], &negative["total"]), (&json!("carried over"), &json!(-200)));
    tell(&merchant, &fact("2", 2, &[("/lines/0/quantity", json!(5))]));
    assert_eq!((&open(&merchant)["total"], &open(&merchant)["trees"]), (&json!(300), &json!(5)));
    let paid_less = end_month(&merchant);
    assert_eq!((&paid_less["state"], &paid_less["total"]), (&json!("paid"), &json!(300)));
    tell(&merchant, &fact("3", 3, &[]));
    assert_eq!(end_month(&merchant)["total"], 200, "used up");
}

#[test]
fn the_same_facts_in_any_order_leave_the_same_orders() {
    let facts = [two_mugs("1"), one_returned("1", 1), cancelled("1", 2), fact("1", 3, &[])];
    let orders = [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2], [0, 3, 1, 2]];
    let seen = |wanted: &[usize]| {
        let merchant = merchant();
        for index in wanted {
            tell(&merchant, &facts[*index]);
        }
        let order = order(&merchant);
        (order["trees"].clone(), order["reason"].clone(), open(&merchant)["total"].clone())
    };
    for wanted in orders {
        assert_eq!(seen(&wanted), (json!(2), json!("2 × SKU MUG-BLUE: 2 trees"), json!(200)));
    }
}

#[test]
fn facts_told_all_at_once_are_all_known_in_the_end() {
    let merchant = merchant();
    let tellings: Vec<_> = (0..8)
        .map(|minute| {
            let merchant = merchant.clone();
            let sale = if minute == 7 { one_returned("1", 7) } else { fact("1", minute, &[]) };
            thread::spawn(move || tell(&merchant, &sale))
        })
        .collect();
    for telling in tellings {
        let answer = telling.join().unwrap();
        assert!([200, 201, 503].contains(&answer.status), "{}", answer.body);
    }
    // A client that received 503 sends the report again.
    assert_eq!(tell(&merchant, &one_returned("1", 7)).status, 200);
    assert_eq!((&order(&merchant)["trees"], &open(&merchant)["trees"]), (&json!(1), &json!(1)));
}

#[test]
fn a_browser_changes_nothing_that_is_known() {
    let merchant = merchant();
    tell(&merchant, &two_mugs("1"));
    let known = order(&merchant);
    for sale in [cancelled("1", 30), fact("1", 30, &[("/lines/0/quantity", json!(1000))])] {
        assert!([200, 201].contains(&merchant.post_sale(&sale).unwrap().status));
        assert_eq!(order(&merchant), known);
    }
}

#[test]
fn a_browser_cannot_hide_a_sale_by_calling_it_a_test() {
    let merchant = merchant();
    merchant.post_sale(&fact("1", 30, &[("/test", json!(true))])).unwrap();
    assert_eq!(order(&merchant)["state"], "test");
    tell(&merchant, &two_mugs("1"));
    assert_eq!(
        (&order(&merchant)["state"], &open(&merchant)["trees"]),
        (&json!("open"), &json!(2))
    );
}

#[test]
fn a_test_key_and_a_live_key_tell_of_different_sales() {
    let merchant = merchant();
    let mut test = merchant.clone();
    test.secret_key = merchant.add_key("secret", "test", None).unwrap();
    assert_eq!(tell(&test, &two_mugs("1")).status, 201);
    assert_eq!(tell(&merchant, &two_mugs("1")).status, 201);
    assert_eq!(open(&merchant)["trees"], 2);
}

#[test]
fn a_sale_stays_evaluated_under_the_campaigns_that_it_was_first_told_under() {
    let merchant = merchant_without_campaigns("UTC");
    let per_item =
        |trees: u32| json!({"trees": [{"per_item": {"items": "every", "trees": trees}}]});
    let id = merchant.add_campaign("Every item", &per_item(3)).unwrap();
    tell(&merchant, &two_mugs("1"));
    let change = json!({"name": "Every item", "conditions": per_item(100)});
    merchant.call("PUT", &format!("/api/campaigns/{id}"), &change).unwrap();
    merchant.add_campaign("Another", &per_item(50)).unwrap();
    assert_eq!(tell(&merchant, &one_returned("1", 1)).json()["trees"], 3);
}

#[test]
fn who_guesses_the_id_of_a_sale_does_not_decide_under_which_campaigns_it_is_judged() {
    let merchant = merchant_without_campaigns("UTC");
    let each = |trees: u32| json!({"trees": [{"per_order": {"trees": trees}}]});
    let generous = merchant.add_campaign("Generous", &each(10)).unwrap();
    let changing = merchant.add_campaign("Changing", &each(5)).unwrap();
    let key = format!("Bearer {}", merchant.shops[0].publishable_key);
    let claim = |id: &str, now: &str, state: &str| {
        let headers = [("authorization", key.as_str()), ("play-it-green-now", now)];
        let body = json!({"sale": two_mugs(id)}).to_string();
        let url = format!("{}/api/orders/", worker());
        let answer = http::call("POST", &url, &headers, body.as_bytes()).unwrap();
        assert!([200, 201].contains(&answer.status), "{}", answer.body);
        let orders = get(&merchant, &format!("/api/orders/?sale={id}"));
        assert_eq!(orders[0]["state"], state, "{orders}");
    };
    // The first claim is received before its sale is made, the second one shortly afterwards.
    claim("1", "2026-11-20T00:00:00Z", "held for review");
    claim("2", "2026-11-22T08:52:00Z", "open");
    let path = |id: &str| format!("/api/campaigns/{id}");
    assert_eq!(merchant.call("DELETE", &path(&generous), &Value::Null).unwrap().status, 200);
    let change = json!({"name": "Changing", "conditions": each(1)});
    assert_eq!(merchant.call("PUT", &path(&changing), &change).unwrap().status, 200);
    assert_eq!(tell(&merchant, &two_mugs("1")).json()["trees"], 1);
    assert_eq!(tell(&merchant, &two_mugs("2")).json()["trees"], 15);
    // Later reports of the sale are evaluated in the same way.
    assert_eq!(tell(&merchant, &one_returned("1", 1)).json()["trees"], 1);
    let orders = get(&merchant, "/api/orders/");
    let of_first = orders.as_array().unwrap().iter().filter(|order| order["sale"] == "1");
    let told: Vec<_> =
        of_first.map(|order| (order["campaign_version"].clone(), order["trees"].clone())).collect();
    assert!(
        told.contains(&(json!(2), json!(1))) && told.contains(&(json!(1), json!(0))),
        "{told:?}"
    );
}

#[test]
fn a_campaign_that_changes_while_a_sale_is_evaluated_under_it_is_read_anew() {
    let merchant = merchant_without_campaigns("UTC");
    let each = |trees: u32| json!({"trees": [{"per_order": {"trees": trees}}]});
    let first = merchant.add_campaign("First", &each(10)).unwrap();
    // The claim is received before its sale is made, so the later report is evaluated under the
    // campaigns of its own time.
    let key = format!("Bearer {}", merchant.shops[0].publishable_key);
    let headers = [("authorization", key.as_str()), ("play-it-green-now", "2026-11-20T00:00:00Z")];
    let claim = json!({"sale": two_mugs("raced")}).to_string();
    http::call("POST", &format!("{}/api/orders/", worker()), &headers, claim.as_bytes()).unwrap();
    let path = format!("/api/campaigns/{first}");
    assert_eq!(merchant.call("DELETE", &path, &Value::Null).unwrap().status, 200);
    let changing = merchant.add_campaign("Changing", &each(5)).unwrap();
    // The owner's change comes after the Worker has read the campaigns and before it writes the
    // sale.
    let race = format!(
        "CREATE TRIGGER race BEFORE INSERT ON sales WHEN NEW.shop_id = '{}' BEGIN
            UPDATE campaigns SET version = 2, conditions = '{}' WHERE id = '{changing}' AND version = 1;
        END",
        merchant.shops[0].id,
        each(1)
    );
    sql(&worker(), &race, &[]).unwrap();
    let told = tell(&merchant, &two_mugs("raced"));
    sql(&worker(), "DROP TRIGGER race", &[]).unwrap();
    assert_eq!(told.json()["trees"], 1, "{}", told.body);
    let lost = "SELECT count(*) FROM sales s, json_each(s.evaluated_under) j
        WHERE s.shop_id = ?1 AND NOT EXISTS (SELECT 1 FROM campaign_versions
            WHERE campaign_id = j.value ->> 0 AND version = j.value ->> 1)";
    assert_eq!(number(lost, &[&merchant.shops[0].id]), 0);
    assert_eq!(tell(&merchant, &one_returned("raced", 1)).json()["trees"], 1);
}

#[test]
fn a_sale_that_is_not_known_in_full_orders_when_it_is() {
    let merchant = merchant();
    assert_eq!(tell(&merchant, &cancelled("1", 5)).status, 200);
    assert_eq!(tell(&merchant, &two_mugs("1")).json()["trees"], 0, "an older fact");
    assert_eq!(tell(&merchant, &fact("1", 9, &[])).json()["trees"], 2);
}

#[test]
fn the_cap_of_a_month_is_over_all_its_sales_and_says_so() {
    let merchant = merchant_without_campaigns("UTC");
    let capped = json!({"trees": [{"per_order": {"trees": 4}}], "cap_per_month": 6});
    merchant.add_campaign("Up to six", &capped).unwrap();
    let trees: Vec<Value> =
        ["1", "2", "3"].map(|id| tell(&merchant, &two_mugs(id)).json()["trees"].clone()).to_vec();
    assert_eq!(trees, [json!(4), json!(2), json!(0)]);
    assert_eq!(open(&merchant)["trees"], 6);
    let orders = get(&merchant, "/api/orders/");
    let second = orders.as_array().unwrap().iter().find(|order| order["sale"] == "2").unwrap();
    assert_eq!(
        second["reason"],
        "each order: 4 trees; cut to 2 trees by the campaign's cap per month"
    );
    tell(&merchant, &cancelled("1", 1));
    assert_eq!(open(&merchant)["trees"], 2, "what a cap cut off is not made up for");
    end_month(&merchant);
    assert_eq!(tell(&merchant, &fact("2", 2, &[])).json()["trees"], 2, "nor after the close");
    assert_eq!(tell(&merchant, &fact("4", 2, &[])).json()["trees"], 4, "a new month");
}

#[test]
fn every_order_that_is_billable_is_on_a_purchase_order_and_no_other() {
    let wrong = "SELECT count(*) FROM orders
        WHERE (trees > 0 AND test = 0 AND waits_for IS NULL) <> (purchase_order_id IS NOT NULL)";
    assert_eq!(number(wrong, &[]), 0);
    // Purchase orders that a test inserted were never finalized, so they have no digest.
    let totals = "SELECT count(*) FROM purchase_orders p WHERE p.digest <> '' AND p.total <>
        (SELECT coalesce(sum(trees * unit_price), 0) FROM orders WHERE purchase_order_id = p.id)
        + (SELECT coalesce(sum(c.trees * o.unit_price), 0) FROM credits c
            JOIN orders o ON o.id = c.order_id WHERE c.purchase_order_id = p.id)
        + (SELECT coalesce(sum(amount), 0) FROM carried_over WHERE to_purchase_order_id = p.id)";
    assert_eq!(number(totals, &[]), 0);
}

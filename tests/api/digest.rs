//! The digest of a closed purchase order covers every order, and anybody can compute it again.

use std::fs;

use play_it_green_tests::digest::digest;
use play_it_green_tests::local_worker::{LocalWorker, repository, sql};
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::two_mugs;
use purchase_orders::Recount;
use serde_json::{Value, json};

use crate::samples::languages::commands;
use crate::{merchant, merchant_of, worker};

fn get(merchant: &Merchant, path: &str) -> Value {
    let answer = merchant.call("GET", &format!("/api/purchase_orders/{path}"), &Value::Null);
    answer.unwrap().json()
}

fn rows(value: &Value) -> Vec<Value> {
    value.as_array().unwrap().clone()
}

/// Returns the stored digest, and the digest of what the API returns now.
fn stored_and_computed(merchant: &Merchant, id: &str) -> (String, String) {
    let (order, lines) = (get(merchant, id), rows(&get(merchant, &format!("{id}/lines"))));
    let mut items = rows(&get(merchant, &format!("{id}/items")));
    loop {
        let after = items.last().unwrap()["id"].as_str().unwrap();
        let page = rows(&get(merchant, &format!("{id}/items?after={after}")));
        if page.is_empty() {
            break;
        }
        items.extend(page);
    }
    assert_eq!(order["digest_covers"], "orders");
    (order["digest"].as_str().unwrap().to_owned(), digest(&order, &lines, &items))
}

/// A merchant whose second month has orders of sales, bought trees, a credit and a carried-over
/// total; and the id of its purchase order.
fn two_months(worker: &str) -> (Merchant, String) {
    let merchant = merchant_of(worker);
    let tell = |sale: &Value| merchant.call("POST", "/api/orders/", &json!({ "sale": sale }));
    tell(&two_mugs("1")).unwrap();
    tell(&two_mugs("2")).unwrap();
    merchant.end_month().unwrap();
    // The first month is paid, and less than nothing is carried over from the second to the third.
    let mut cancelled = two_mugs("1");
    cancelled["status"] = json!("cancelled");
    cancelled["updated_at"] = json!("2026-12-01T00:00:00Z");
    tell(&cancelled).unwrap();
    merchant.end_month().unwrap();
    for reference in 0..105 {
        let trees = json!({"quantity": 1, "productCode": "PLAY1TREEAPI", "referenceNo": reference.to_string()});
        let bought = merchant.call_at("2027-01-05T00:00:00Z", "POST", "/api/buy_trees", &trees);
        assert_eq!(bought.unwrap().status, 200);
    }
    let mut returned = two_mugs("2");
    returned["lines"][0]["refunded"] = json!(1);
    returned["updated_at"] = json!("2027-01-02T00:00:00Z");
    tell(&returned).unwrap();
    let mut late = two_mugs("3");
    late["updated_at"] = json!("2027-01-03T00:00:00Z");
    tell(&late).unwrap();
    let id = get(&merchant, "open")["id"].as_str().unwrap().to_owned();
    merchant.end_month().unwrap();
    (merchant, id)
}

#[test]
fn an_order_that_is_exchanged_behind_a_closed_bill_changes_the_computed_digest() {
    let (merchant, id) = two_months(&worker());
    let (stored, computed) = stored_and_computed(&merchant, &id);
    assert_eq!(stored, computed);
    let kinds: Vec<Value> = rows(&get(&merchant, &format!("{id}/lines")))
        .iter()
        .map(|line| line["kind"].clone())
        .collect();
    assert_eq!(kinds, ["orders", "orders", "credits", "carried over"]);
    let order = "UPDATE orders SET {} WHERE purchase_order_id = ?1 AND sale IS NOT NULL";
    let sale =
        "UPDATE sales SET {} WHERE id = (SELECT sale FROM orders WHERE purchase_order_id = ?1
        AND sale IS NOT NULL)";
    let exchanges = [
        (order, "reason = reason || '!'", "reason = rtrim(reason, '!')"),
        (order, "trees = trees + 1", "trees = trees - 1"),
        (order, "unit_price = unit_price + 1", "unit_price = unit_price - 1"),
        (
            order,
            "campaign_version = campaign_version + 1",
            "campaign_version = campaign_version - 1",
        ),
        (sale, "sale_id = sale_id || '!'", "sale_id = rtrim(sale_id, '!')"),
        (
            "UPDATE credits SET {} WHERE purchase_order_id = ?1",
            "reason = reason || '!'",
            "reason = rtrim(reason, '!')",
        ),
        (
            "UPDATE carried_over SET {} WHERE to_purchase_order_id = ?1",
            "amount = amount - 1",
            "amount = amount + 1",
        ),
        (
            "UPDATE purchase_order_lines SET {} WHERE purchase_order_id = ?1",
            "campaign = campaign || '!'",
            "campaign = rtrim(campaign, '!')",
        ),
        ("UPDATE purchase_orders SET {} WHERE id = ?1", "currency = 'XXX'", "currency = 'USD'"),
        ("UPDATE purchase_orders SET {} WHERE id = ?1", "period = '2027-02'", "period = '2027-01'"),
        ("UPDATE purchase_orders SET {} WHERE id = ?1", "total = total + 1", "total = total - 1"),
    ];
    for (statement, exchange, undo) in exchanges {
        sql(&worker(), &statement.replace("{}", exchange), &[&id]).unwrap();
        assert_ne!(stored_and_computed(&merchant, &id).1, stored, "{exchange}");
        sql(&worker(), &statement.replace("{}", undo), &[&id]).unwrap();
        assert_eq!(stored_and_computed(&merchant, &id).1, stored, "{undo}");
    }
}

#[test]
fn the_recipe_computes_the_digest_in_each_documented_language() {
    let (merchant, id) = two_months(&worker());
    let (stored, _) = stored_and_computed(&merchant, &id);
    let recipe = fs::read_to_string(repository().join("docs/digest.md")).unwrap();
    for (fence, language) in [("js", "JavaScript"), ("python", "Python"), ("php", "PHP")] {
        let (_, code) = recipe.split_once(&format!("```{fence}\n")).unwrap();
        let (code, _) = code.split_once("```").unwrap();
        let code = code
            .replace("https://YOUR-WORKER", &worker())
            .replace("YOUR_API_KEY", &merchant.secret_key);
        let code = code.replace("purchase_orders/ID", &format!("purchase_orders/{id}"));
        for mut command in commands(language, &[code]) {
            let output = command.output().unwrap();
            let said = String::from_utf8_lossy(&output.stdout);
            let errors = String::from_utf8_lossy(&output.stderr);
            assert_eq!(said.trim(), format!("{stored} agrees"), "{language}: {errors}");
        }
    }
}

#[test]
fn the_code_of_the_page_finds_that_a_real_bill_agrees_and_which_sum_is_wrong() {
    let (merchant, id) = two_months(&worker());
    let (order, lines) = (get(&merchant, &id), rows(&get(&merchant, &format!("{id}/lines"))));
    let mut items = rows(&get(&merchant, &format!("{id}/items")));
    let after = items.last().unwrap()["id"].as_str().unwrap();
    items.extend(rows(&get(&merchant, &format!("{id}/items?after={after}"))));
    let stored = order["digest"].as_str().unwrap();
    let difference = |lines: &[Value]| {
        let lines = lines.iter().map(|line| serde_json::from_value(line.clone()).unwrap());
        let head = serde_json::from_value(order.clone()).unwrap();
        let mut recount = Recount::begin(head, lines.collect());
        for item in &items {
            recount.add(&serde_json::from_value(item.clone()).unwrap());
        }
        recount.difference(stored)
    };
    assert_eq!(difference(&lines), None);
    for (index, line) in lines.iter().enumerate() {
        let mut wrong = lines.clone();
        wrong[index]["total"] = json!(line["total"].as_i64().unwrap() + 1);
        let name = line["campaign_name"].as_str().unwrap();
        let found = difference(&wrong).unwrap();
        assert!(found.contains(&format!("the line {name}")), "{found}");
    }
}

/// Orders of the large purchase order: more than two pages of them.
const ORDERS: u32 = 25_000;

#[test]
fn the_digest_of_a_large_purchase_order_goes_on_where_an_event_ran_out_of_statements() {
    let state = repository().join("target/tests/large-digest");
    let few = [("ENVIRONMENT", "development"), ("D1_QUERIES_MAX", "24")];
    let worker = LocalWorker::start_with(&state, 0, &few).unwrap();
    let merchant = merchant_of(&worker.url);
    merchant.post_sale(&two_mugs("1")).unwrap();
    let id = get(&merchant, "open")["id"].as_str().unwrap().to_owned();
    let insert = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < CAST(?2 AS INTEGER))
        INSERT INTO orders (id, merchant_id, reference, product_code, quantity, test, trees,
            unit_price, reason, month, sold_at, received_at, purchase_order_id)
        SELECT printf('ord_%032d', i), merchant_id, i, 'PLAY1TREEAPI', 1, 0, 1, 100,
            'pack ' || i || ' of 1 tree', period, starts_at + i / 3, 0, id
        FROM n, purchase_orders WHERE id = ?1";
    sql(&worker.url, insert, &[&id, &ORDERS.to_string()]).unwrap();
    let end = merchant.month_end().unwrap();
    let mut events = 0;
    while get(&merchant, &id)["digest"].is_null() {
        assert!(events < 9, "no event finished it: {}", get(&merchant, &id));
        play_it_green_tests::local_worker::fire_cron(&worker.url, end + events * 900_000).unwrap();
        events += 1;
    }
    assert!(events > 1, "one event has too many statements for this test");
    let fields = "SELECT o.id, s.shop_id, s.sale_id, o.reference, o.campaign_id, o.campaign_version, o.trees,
            o.unit_price, o.trees * o.unit_price, o.reason
        FROM orders o LEFT JOIN sales s ON s.id = o.sale WHERE o.purchase_order_id = ?1
        ORDER BY o.sold_at, o.id";
    let names = "id shop sale reference campaign campaign_version trees unit_price total reason";
    let items: Vec<Value> = sql(&worker.url, fields, &[&id])
        .unwrap()
        .into_iter()
        .map(|row| {
            let mut item: serde_json::Map<String, Value> =
                names.split(' ').map(str::to_owned).zip(row).collect();
            item.insert("kind".to_owned(), json!("orders"));
            item.into()
        })
        .collect();
    assert_eq!(items.len(), 25_001);
    let (order, lines) = (get(&merchant, &id), rows(&get(&merchant, &format!("{id}/lines"))));
    assert_eq!(order["state"], "payment due");
    assert_eq!(order["digest"], digest(&order, &lines, &items));
    let left = "SELECT count(*) FROM purchase_orders WHERE digest_so_far IS NOT NULL";
    assert_eq!(sql(&worker.url, left, &[]).unwrap()[0][0], 0);
}

#[test]
fn a_digest_from_before_covers_the_lines_and_says_so() {
    let merchant = merchant();
    merchant.post_sale(&two_mugs("1")).unwrap();
    let id = get(&merchant, "open")["id"].as_str().unwrap().to_owned();
    assert_eq!(get(&merchant, &id)["digest_covers"], Value::Null);
    merchant.end_month().unwrap();
    sql(&worker(), "UPDATE purchase_orders SET digest_covers = 'lines' WHERE id = ?1", &[&id])
        .unwrap();
    let order = get(&merchant, &id);
    assert_eq!(order["digest_covers"], "lines");
    let document = format!("{}{}/document", worker(), order["pay_link"].as_str().unwrap());
    let page = play_it_green_tests::http::call("GET", &document, &[], b"").unwrap().body;
    assert!(page.contains("SHA-256 of the lines"), "{page}");
}

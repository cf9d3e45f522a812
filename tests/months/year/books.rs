//! A purchase order as text, and the sums that must hold for it.

use std::fmt::Write;

use play_it_green_tests::digest::digest;
use serde_json::Value;

use super::shop::Shop;

fn get(shop: &Shop, path: &str) -> Value {
    let answer = shop.merchant.call("GET", path, &Value::Null).unwrap();
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.json()
}

fn sum(rows: &Value, field: &str) -> i64 {
    rows.as_array().unwrap().iter().map(|row| row[field].as_i64().unwrap()).sum()
}

fn money(minor: &Value) -> String {
    let minor = minor.as_i64().unwrap();
    let sign = if minor < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", minor.abs() / 100, minor.abs() % 100)
}

fn whole(value: &Value) -> i64 {
    value.as_i64().unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("-")
}

/// Returns everything that a bookkeeper needs, from the API's response.
pub(super) fn purchase_order(shop: &Shop, id: &str) -> String {
    let order = get(shop, &format!("/api/purchase_orders/{id}"));
    let lines = get(shop, &format!("/api/purchase_orders/{id}/lines"));
    let items = get(shop, &format!("/api/purchase_orders/{id}/items"));
    for rows in [&lines, &items] {
        assert_eq!(sum(rows, "total"), order["total"].as_i64().unwrap(), "{id}");
        assert_eq!(sum(rows, "trees"), order["trees"].as_i64().unwrap(), "{id}");
    }
    let [rows, orders] = [&lines, &items].map(|rows| rows.as_array().unwrap());
    assert_eq!(order["digest"], digest(&order, rows, orders), "{id}");
    let mut page = String::new();
    let out = &mut page;
    writeln!(out, "{}  {}", text(&order["number"]), text(&order["period"])).unwrap();
    writeln!(out, "from     {}", text(&order["starts_at"])).unwrap();
    writeln!(out, "until    {}", text(&order["ends_at"])).unwrap();
    writeln!(out, "closed   {}", text(&order["closed_at"])).unwrap();
    writeln!(out, "state    {}", text(&order["state"])).unwrap();
    writeln!(out, "paid     {}", text(&order["paid_at"])).unwrap();
    writeln!(out, "\nLINES").unwrap();
    for line in lines.as_array().unwrap() {
        writeln!(
            out,
            "{:<12}  {:<28}  {:>2} x, {:>3} trees at {:>5}  {:>8}",
            text(&line["kind"]),
            text(&line["campaign_name"]),
            whole(&line["orders"]),
            whole(&line["trees"]),
            money(&line["unit_price"]),
            money(&line["total"])
        )
        .unwrap();
    }
    let (trees, total) = (whole(&order["trees"]), money(&order["total"]));
    writeln!(out, "{:<50}{trees:>3} trees {total:>17} {}", "total", text(&order["currency"]))
        .unwrap();
    writeln!(out, "\nORDER BY ORDER").unwrap();
    for item in items.as_array().unwrap() {
        writeln!(
            out,
            "{}  {:<6}  {:<8}  {:<48}  {:>3} trees  {:>7}",
            text(&item["at"]),
            text(&item["sale"]),
            text(&item["proof"]),
            text(&item["reason"]),
            whole(&item["trees"]),
            money(&item["total"])
        )
        .unwrap();
    }
    writeln!(out, "\nPAYMENTS").unwrap();
    for payment in payments(shop, id) {
        let text = |index: usize| text(&payment[index]).to_owned();
        writeln!(out, "{}. {}: {} {}", payment[0], text(1), text(2), text(3)).unwrap();
    }
    page
}

fn payments(shop: &Shop, id: &str) -> Vec<Vec<Value>> {
    let sql = "SELECT attempt, method, state, coalesce(message, CASE WHEN method = 'recorded'
            THEN '(' || reference || ')' ELSE '(card ending in ' || card_last_four || ')' END)
        FROM payments WHERE purchase_order_id = ?1 ORDER BY attempt";
    shop.world.rows(sql, &[id])
}

/// Checks the whole year: each mug that was not returned is a tree, and the money charged is the
/// sum of the purchase orders, less the rollover.
pub(super) fn check(shop: &Shop) {
    let orders = get(shop, "/api/purchase_orders/");
    assert_eq!(sum(&orders, "trees"), [4, 3, 5, 1, 4, 3, 2, 3, 3, -2, 4].iter().sum::<i64>());
    let paid = orders.as_array().unwrap().iter().filter(|order| order["state"] == "paid");
    let paid: i64 = paid.map(|order| order["total"].as_i64().unwrap()).sum();
    let payments = "SELECT sum(x.amount) FROM payments x
        JOIN purchase_orders p ON p.id = x.purchase_order_id
        WHERE p.merchant_id = ?1 AND x.state = 'paid'";
    assert_eq!(shop.world.value(payments, &shop.merchant.id), paid);
    for order in orders.as_array().unwrap() {
        let id = order["id"].as_str().unwrap();
        assert!(shop.world.stripe.payments_that_succeeded(id) <= 1, "{id}");
        let open = "SELECT count(*) FROM payments WHERE purchase_order_id = ?1
            AND state IN ('pending', 'authentication needed', 'duplicate')";
        assert_eq!(shop.world.value(open, id), 0, "{id}");
    }
}

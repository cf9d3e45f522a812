//! Lists: pages with a link to the next one, filters, and CSV.

use play_it_green_tests::http;
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use crate::{merchant, worker};

fn ids(merchant: &Merchant, path: &str) -> Vec<String> {
    let answer = merchant.call("GET", path, &Value::Null).unwrap();
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    let id = |entry: &Value| entry["id"].as_str().unwrap().to_owned();
    answer.json().as_array().unwrap().iter().map(id).collect()
}

#[test]
fn the_links_lead_through_a_whole_list_and_hold_no_key() {
    let merchant = merchant();
    for id in 1..=5 {
        merchant.post_sale(&two_mugs(&id.to_string())).unwrap();
    }
    for name in ["B", "C", "D", "E"] {
        merchant.add_campaign(name, &json!({"trees": [{"per_order": {"trees": 1}}]})).unwrap();
    }
    for list in ["orders", "campaigns"] {
        let all = ids(&merchant, &format!("/api/{list}/"));
        assert_eq!(all.len(), 5);
        let mut found = Vec::new();
        let mut path = format!("/api/{list}/?limit=2&api_key={}", merchant.secret_key);
        loop {
            let answer = merchant.call("GET", &path, &Value::Null).unwrap();
            found.extend(answer.json().as_array().unwrap().iter().map(|e| e["id"].clone()));
            let Some(link) = answer.header("link") else { break };
            assert!(!link.contains("api_key"), "{link}");
            path = link.strip_prefix('<').unwrap().split_once('>').unwrap().0.to_owned();
        }
        assert_eq!(json!(found), json!(all), "{list}");
    }
}

#[test]
fn orders_are_filtered_by_month_shop_state_and_proof() {
    let merchant = merchant().add_shop("Second", "custom", "https://second.example.com").unwrap();
    merchant.post_sale(&two_mugs("claimed")).unwrap();
    let path = format!("/api/orders/?shop={}", merchant.shops[1].id);
    let mut october = two_mugs("october");
    october["sold_at"] = json!("2026-10-31T23:59:59Z");
    assert_eq!(merchant.call("POST", &path, &json!({"sale": october})).unwrap().status, 201);
    let sales = |query: &str| {
        let answer = merchant.call("GET", &format!("/api/orders/?{query}"), &Value::Null).unwrap();
        let orders = answer.json();
        let sale = |order: &Value| order["sale"].as_str().unwrap().to_owned();
        orders.as_array().unwrap().iter().map(sale).collect::<Vec<_>>()
    };
    assert_eq!(sales("month=2026-11"), ["claimed"]);
    assert_eq!(sales("month=2026-10"), ["october"]);
    assert_eq!(sales(&format!("shop={}", merchant.shops[0].id)), ["claimed"]);
    assert_eq!(sales("proof=verified"), ["october"]);
    assert_eq!(sales("state=open").len(), 2);
    assert_eq!(sales("state=payment%20due&proof=claimed"), [""; 0]);
}

#[test]
fn a_filter_that_is_misspelled_is_refused_and_not_ignored() {
    let merchant = merchant();
    for (query, word) in [
        ("mouth=2026-11", "month"),
        ("month=November", "month"),
        ("month=2026-13", "month"),
        ("state=due", "payment due"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=ten", "limit"),
        ("limit=1&limit=2", "limit"),
        ("after=ord_none", "after"),
        ("format=xml", "csv"),
    ] {
        let answer = merchant.call("GET", &format!("/api/orders/?{query}"), &Value::Null).unwrap();
        assert_eq!(answer.status, 400, "{query}: {}", answer.body);
        assert!(answer.json()["message"].as_str().unwrap().contains(word), "{}", answer.body);
    }
}

#[test]
fn orders_and_lines_are_had_as_tables() {
    let merchant = merchant();
    let named = json!({"trees": [{"per_item": {"items": {"sku": ["=1+1"]}, "trees": 1}}]});
    merchant.add_campaign("=SUM(A1)", &named).unwrap();
    let mut sale = two_mugs("7");
    sale["lines"][0]["sku"] = json!("=1+1");
    merchant.post_sale(&sale).unwrap();
    let orders = merchant.call("GET", "/api/orders/?format=csv", &Value::Null).unwrap();
    assert_eq!(orders.header("content-type"), Some("text/csv; charset=utf-8"));
    let lines: Vec<&str> = orders.body.lines().collect();
    assert!(
        lines[0].starts_with("\"id\",\"sold_at\",\"received_at\",\"shop\",\"sale\""),
        "{}",
        lines[0]
    );
    assert_eq!(lines.len(), 2);
    assert!(lines[1].contains(",\"7\",") && lines[1].contains(",\"'=SUM(A1)\","), "{}", lines[1]);
    let authorization = format!("Bearer {}", merchant.secret_key);
    let headers = [("authorization", authorization.as_str()), ("accept", "text/csv")];
    let url = format!("{}/api/purchase_orders/open/lines", worker());
    let table = http::call("GET", &url, &headers, b"").unwrap();
    assert!(
        table.body.contains("'=SUM(A1)")
            && table.body.contains("\"1\",\"2\",\"100\",\"200\",\"USD\""),
        "{}",
        table.body
    );
}

#[test]
fn no_cell_of_a_table_begins_a_formula_whatever_separates_the_cells() {
    let merchant = merchant();
    merchant.add_campaign("T;=cmd|' /C calc'!A0", &every_order()).unwrap();
    merchant.add_campaign("\u{ff1d}1+1", &every_order()).unwrap();
    merchant.post_sale(&two_mugs("a;=cmd|' /C calc'!A0")).unwrap();
    let open = "/api/purchase_orders/open";
    for path in [
        "/api/orders/?format=csv".to_owned(),
        format!("{open}/lines?format=csv"),
        format!("{open}/items?format=csv"),
    ] {
        let table = merchant.call("GET", &path, &Value::Null).unwrap().body;
        assert!(table.contains("cmd") && table.contains('\u{ff1d}'), "{path}: {table}");
        for line in table.lines() {
            assert!(line.starts_with('"') && line.ends_with('"'), "{path}: {line}");
            for cell in line.split([';', ',', '|']).map(|cell| cell.trim_start_matches('"')) {
                let begins = cell.starts_with(['=', '+', '@', '\u{ff1d}']);
                assert!(!begins, "{path}: {cell} in {line}");
            }
        }
    }
}

fn every_order() -> Value {
    json!({"trees": [{"per_order": {"trees": 1}}]})
}

#[test]
fn the_open_purchase_order_is_read_by_its_name() {
    let merchant = merchant();
    let none = merchant.call("GET", "/api/purchase_orders/open", &Value::Null).unwrap();
    assert_eq!(none.status, 404, "{}", none.body);
    merchant.post_sale(&two_mugs("1")).unwrap();
    let open = merchant.call("GET", "/api/purchase_orders/open", &Value::Null).unwrap().json();
    assert_eq!(
        (&open["state"], &open["trees"], &open["total"]),
        (&json!("open"), &json!(2), &json!(200))
    );
    assert_eq!(ids(&merchant, "/api/purchase_orders/?state=open"), [open["id"].as_str().unwrap()]);
    assert!(ids(&merchant, "/api/purchase_orders/?state=paid").is_empty());
}

#[test]
fn a_table_has_all_rows_and_json_has_a_page_of_them() {
    let merchant = merchant();
    let rows = 4_500;
    let fill = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < CAST(?2 AS INTEGER))
        INSERT INTO orders (id, merchant_id, reference, product_code, quantity, test, trees, unit_price,
            reason, month, sold_at, received_at, purchase_order_id)
        SELECT 'ord_' || ?1 || n, ?1, n, 'PLAY1TREEAPI', 1, 0, 1, 100, '1 tree', '1970-01', n, n, ?3
        FROM n";
    let due = merchant.add_due_purchase_order().unwrap();
    let count = rows.to_string();
    play_it_green_tests::local_worker::sql(&worker(), fill, &[&merchant.id, &count, &due]).unwrap();
    let references = |path: &str| {
        let table = merchant.call("GET", path, &Value::Null).unwrap();
        assert_eq!(table.header("content-type"), Some("text/csv; charset=utf-8"));
        let names = table.body.lines().next().unwrap().trim_start_matches('\u{feff}');
        let column = names.split(',').position(|name| name == "\"reference\"").unwrap();
        let cells = table.body.lines().skip(1).map(|line| line.split(',').nth(column).unwrap());
        cells.map(str::to_owned).collect::<std::collections::BTreeSet<_>>()
    };
    // The result has the order of `add_due_purchase_order` and the inserted ones.
    assert_eq!(references("/api/orders/?format=csv&limit=5").len(), rows + 1);
    let items = format!("/api/purchase_orders/{due}/items?format=csv");
    assert_eq!(references(&items).len(), rows + 1);
    let page = merchant.call("GET", "/api/orders/?limit=5", &Value::Null).unwrap();
    assert_eq!((page.json().as_array().unwrap().len(), page.header("link").is_some()), (5, true));
}

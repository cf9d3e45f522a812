//! The purchase order as a document for the merchant's accounts: its number, its items with reason
//! and proof, and a printable page.

use play_it_green_tests::http;
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use crate::{merchant, worker};

fn get(merchant: &Merchant, path: &str) -> Value {
    let answer = merchant.call("GET", path, &Value::Null).unwrap();
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.json()
}

fn sum(rows: &Value, field: &str) -> i64 {
    rows.as_array().unwrap().iter().map(|row| row[field].as_i64().unwrap()).sum()
}

/// Reports a sale with the secret key, with this number of returned mugs.
fn tell(merchant: &Merchant, id: &str, returned: u32) {
    let mut sale = two_mugs(id);
    sale["lines"][0]["refunded"] = json!(returned);
    sale["updated_at"] = json!(format!("2026-11-22T09:{returned:02}:00Z"));
    let answer = merchant.call("POST", "/api/orders/", &json!({ "sale": sale })).unwrap();
    assert!(answer.status < 300, "{}", answer.body);
}

/// Closes a month with three sales, and then a month with a fourth sale, an explicit order of trees
/// and a credit. Returns the paths of both purchase orders.
fn two_months(merchant: &Merchant) -> [String; 2] {
    merchant.post_sale(&two_mugs("1")).unwrap();
    tell(merchant, "2", 0);
    tell(merchant, "3", 0);
    let path = |order: &Value| format!("/api/purchase_orders/{}", order["id"].as_str().unwrap());
    let first = path(&get(merchant, "/api/purchase_orders/open"));
    merchant.end_month().unwrap();
    tell(merchant, "3", 1);
    tell(merchant, "4", 0);
    let trees = json!({"quantity": 1, "productCode": "PLAY5TREEAPI", "referenceNo": "A-1"});
    merchant.call("POST", "/api/buy_trees", &trees).unwrap();
    let second = path(&get(merchant, "/api/purchase_orders/open"));
    merchant.end_month().unwrap();
    [first, second]
}

#[test]
fn a_purchase_order_is_numbered_when_it_is_closed_and_not_before() {
    let merchants = [merchant(), merchant()];
    for merchant in &merchants {
        merchant.post_sale(&two_mugs("1")).unwrap();
        assert_eq!(get(merchant, "/api/purchase_orders/open")["number"], Value::Null);
    }
    merchants[0].end_month().unwrap();
    let numbers = merchants.map(|merchant| {
        let closed = get(&merchant, "/api/purchase_orders/")[0].clone();
        let number = closed["number"].as_str().unwrap().to_owned();
        let period = closed["period"].as_str().unwrap().to_owned();
        let sequence: u32 = number.strip_prefix(&format!("PO-{period}-")).unwrap().parse().unwrap();
        let gaps = "SELECT max(sequence) - count(*) FROM purchase_orders
            WHERE period = ?1 AND sequence IS NOT NULL";
        assert_eq!(crate::number(gaps, &[&period]), 0, "numbers of {period} without a gap");
        sequence
    });
    // Other tests may close months meanwhile, so only a difference is certain.
    assert_ne!(numbers[0], numbers[1]);
}

#[test]
fn items_say_why_and_how_we_know_and_add_up_to_the_lines() {
    let merchant = merchant();
    let [first, second] = two_months(&merchant);
    for path in [&first, &second] {
        let (order, lines) = (get(&merchant, path), get(&merchant, &format!("{path}/lines")));
        let items = get(&merchant, &format!("{path}/items"));
        for field in ["trees", "total"] {
            assert_eq!(sum(&items, field), order[field].as_i64().unwrap(), "{field} of {path}");
            assert_eq!(sum(&items, field), sum(&lines, field), "{field} of {path}");
        }
    }
    let items = get(&merchant, &format!("{first}/items"));
    let of = |sale: &str| items.as_array().unwrap().iter().find(|i| i["sale"] == sale).unwrap();
    assert_eq!((&of("1")["proof"], &of("2")["proof"]), (&json!("claimed"), &json!("verified")));
    assert_eq!(of("1")["reason"], "2 × SKU MUG-BLUE: 2 trees");
    assert_eq!(of("1")["at"], "2026-11-22T08:51:49Z");

    let items = get(&merchant, &format!("{second}/items"));
    let kinds: Vec<&str> =
        items.as_array().unwrap().iter().map(|item| item["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["orders", "orders", "credits"]);
    let credit = &items[2];
    assert_eq!(
        (&credit["trees"], &credit["total"], &credit["sale"]),
        (&json!(-1), &json!(-100), &json!("3"))
    );
    let credited = get(&merchant, &format!("/api/orders/{}", credit["order"].as_str().unwrap()));
    assert_eq!((&credited["sale"], &credited["credited"]), (&json!("3"), &json!(-1)));
}

#[test]
fn items_come_page_by_page_and_as_a_table_that_adds_up() {
    let merchant = merchant();
    let [first, second] = two_months(&merchant);
    let all = get(&merchant, &format!("{first}/items"));
    let mut paged = Vec::new();
    let mut next = Some(format!("{first}/items?limit=2"));
    while let Some(path) = next {
        let page = merchant.call("GET", &path, &Value::Null).unwrap();
        paged.extend(page.json().as_array().unwrap().clone());
        let link = page.header("link").map(str::to_owned);
        next = link.map(|link| link.trim_start_matches('<').split('>').next().unwrap().to_owned());
    }
    assert_eq!(Value::Array(paged), all);

    let foreign = format!("{second}/items?after={}", all[0]["id"].as_str().unwrap());
    let refused = merchant.call("GET", &foreign, &Value::Null).unwrap();
    assert_eq!(refused.status, 400, "{}", refused.body);

    let table = merchant.call("GET", &format!("{second}/items?format=csv"), &Value::Null).unwrap();
    assert_eq!(table.header("content-type"), Some("text/csv; charset=utf-8"));
    let credit = table.body.lines().find(|line| line.contains(",\"credits\",")).unwrap();
    assert!(
        credit.ends_with(",\"-1\",\"100\",\"-100\",\"USD\""),
        "a spreadsheet can add it up: {credit}"
    );
}

#[test]
fn whoever_has_the_link_prints_the_document_and_takes_the_table_along() {
    let merchant = merchant();
    let [_, second] = two_months(&merchant);
    let order = get(&merchant, &second);
    let link = format!("{}{}", worker(), order["pay_link"].as_str().unwrap());
    let page = http::call("GET", &format!("{link}/document"), &[], b"").unwrap();
    assert_eq!(page.status, 200);
    for text in ["number", "digest"].map(|field| order[field].as_str().unwrap()) {
        assert!(page.body.contains(text), "{text}");
    }
    for text in ["Payment due", "2 × SKU MUG-BLUE: 2 trees", "Taken back: ", "A-1", "6.00 USD"] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    let table = http::call("GET", &format!("{link}/items.csv"), &[], b"").unwrap();
    let same = merchant.call("GET", &format!("{second}/items?format=csv"), &Value::Null).unwrap();
    assert_eq!(table.body, same.body);
    assert_eq!(table.header("cache-control"), Some("no-store"));
    for path in ["document", "items.csv"] {
        let unknown = http::call("GET", &format!("{}/pay/x/{path}", worker()), &[], b"").unwrap();
        assert_eq!(unknown.status, 404, "{path}");
    }
}

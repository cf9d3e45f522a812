//! Text and fields that attempt an injection.

use play_it_green_tests::http;
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::{sold_now, two_mugs};
use serde_json::{Value, json};

use crate::pay::close_month;
use crate::{merchant, worker};

const MARKUP: &str = r#""'><img src=x onerror=alert(1)></title></style><script>alert(1)</script>"#;

const SQL: &str = "'); DROP TABLE sales; -- \u{2019} ?1 $1 %s {{7*7}} ${7*7}";

#[test]
fn markup_in_any_name_is_text_on_every_page() {
    let merchant = merchant();
    let shop = json!({"name": MARKUP, "platform": "wix", "origin": "https://a.example.com"});
    let added = merchant.call("POST", "/api/shops/", &shop).unwrap();
    assert_eq!(added.status, 201, "{}", added.body);
    let key = json!({"kind": "secret", "name": MARKUP, "mode": "live", "scopes": ["orders:read"]});
    let made = merchant.call("POST", "/api/keys/", &key).unwrap();
    assert_eq!(made.status, 201, "{}", made.body);
    let every_sale = json!({"trees": [{"per_order": {"trees": 1}}]});
    merchant.add_campaign(MARKUP, &every_sale).unwrap();
    let settings = merchant.signed_in().unwrap();
    let mut sale = two_mugs(MARKUP);
    sale["lines"][0]["title"] = json!(MARKUP);
    assert_eq!(merchant.post_sale(&sale).unwrap().status, 201);
    let due = close_month(&worker(), merchant);
    let page = |url: &str| http::call("GET", url, &[], b"").unwrap();
    let document = format!("{}/document", due.link);
    for page in [
        settings.open("/settings/api-payments").unwrap(),
        settings.open("/settings/payments").unwrap(),
        page(&due.link),
        page(&document),
    ] {
        assert_eq!(page.status, 200);
        assert!(!page.body.contains("<img") && !page.body.contains("<script"), "{}", page.body);
    }
    assert!(page(&document).body.contains("alert(1)"), "the text itself is shown");
}

#[test]
fn statements_and_templates_in_any_text_come_back_as_they_were() {
    let merchant = merchant();
    let every_sale = json!({"trees": [{"per_order": {"trees": 1}}]});
    let campaign = merchant.add_campaign(SQL, &every_sale).unwrap();
    let read = merchant.call("GET", &format!("/api/campaigns/{campaign}"), &Value::Null).unwrap();
    assert_eq!(read.json()["name"], SQL);
    let stored = merchant.post_sale(&two_mugs(SQL)).unwrap();
    assert_eq!(stored.status, 201, "{}", stored.body);
    let sales = merchant.call("GET", "/api/sales/", &Value::Null).unwrap().json();
    assert_eq!(sales.as_array().unwrap().len(), 1);
    assert!(sales.to_string().contains("DROP TABLE sales"), "{sales}");
}

/// Texts that spreadsheets in some countries interpret as a formula.
const FORMULAS: [&str; 16] = [
    "=1+1",
    "+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\u{ff1d}1",
    "\u{ff0b}1",
    "\u{ff0d}1+1",
    "\u{ff20}A1",
    "  =1",
    "\u{a0}=1",
    "a;=cmd|' /C calc'!A0",
    "a\";=1",
    "a\r\n=1;\"=2",
];

/// Returns the cells of a table with quoted cells; panics for any other table.
fn cells(table: &str) -> Vec<String> {
    let mut cells = Vec::new();
    let mut rest = table;
    while !rest.is_empty() {
        let mut cell = String::new();
        rest = rest.strip_prefix('"').expect(rest);
        loop {
            let (text, behind) = rest.split_once('"').expect(rest);
            cell.push_str(text);
            rest = behind;
            let Some(behind) = rest.strip_prefix('"') else { break };
            cell.push('"');
            rest = behind;
        }
        cells.push(cell);
        rest = rest.strip_prefix(',').or_else(|| rest.strip_prefix("\r\n")).expect(rest);
    }
    cells
}

#[test]
fn no_cell_of_any_table_is_or_holds_a_formula_whatever_the_separator() {
    let merchant = merchant();
    let mut stored = Vec::new();
    for (number, text) in FORMULAS.into_iter().enumerate() {
        let names = [format!("{text} {number}"), format!("{text}{number}")];
        let conditions = json!({
            "when": {"all": [{"coupon": names.clone()}]},
            "trees": [{"per_item": {"items": {"sku": names.clone()}, "trees": 1}}]
        });
        let body = json!({"name": names[0], "starts_at": "2020-01-01T00:00:00Z",
            "conditions": conditions});
        let made = merchant.call("POST", "/api/campaigns/", &body).unwrap();
        let shop = json!({"name": names[0], "platform": "wix", "origin": "https://a.example.com"});
        let shop = merchant.call("POST", "/api/shops/", &shop).unwrap();
        // The sale must be newer than the shop's connection, otherwise it orders nothing.
        let mut sale = sold_now(two_mugs(&names[0]));
        sale["lines"][0]["sku"] = json!(names[0]);
        sale["lines"][0]["title"] = json!(names[0]);
        sale["coupons"] = json!([names[0]]);
        let shop = shop.json()["id"].as_str().unwrap_or(&merchant.shops[0].id).to_owned();
        let path = format!("/api/orders/?shop={shop}");
        let told = merchant.call("POST", &path, &json!({"sale": sale})).unwrap();
        let bought = json!({"quantity": 1, "productCode": "PLAY1TREEAPI", "referenceNo": names[0]});
        let bought = merchant.call("POST", "/api/buy_trees", &bought).unwrap();
        stored.push([made.status, told.status, bought.status]);
    }
    // Names with control characters are rejected, so not all of them are stored.
    for kind in 0..3 {
        let taken = stored.iter().filter(|statuses| [200, 201].contains(&statuses[kind])).count();
        assert!(taken >= 10, "{kind}: {stored:?}");
    }
    let orders = merchant.call("GET", "/api/orders/?format=csv&limit=100", &Value::Null).unwrap();
    let due = close_month(&worker(), merchant);
    let of_order = |what: &str| {
        let path = format!("/api/purchase_orders/{}/{what}/?format=csv", due.id);
        due.merchant.call("GET", &path, &Value::Null).unwrap()
    };
    let linked = http::call("GET", &format!("{}/items.csv", due.link), &[], b"").unwrap();
    for (name, table) in [
        ("orders", orders),
        ("items", of_order("items")),
        ("lines", of_order("lines")),
        ("link", linked),
    ] {
        assert_eq!(table.status, 200, "{name}: {}", table.body);
        let cells = cells(&table.body);
        let is_hostile = |cell: &&String| cell.contains("SUM(A1)") || cell.contains("calc");
        assert!(cells.iter().filter(is_hostile).count() >= 2, "{name}: {cells:?}");
        for cell in &cells {
            let is_number = cell.parse::<i64>().is_ok() && !cell.starts_with('+');
            for part in cell.split([';', ',', '\t', '|', ':', '\r', '\n', '"']) {
                let read = part.trim_start();
                let begins = read.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
                assert!(is_number || !begins, "{name}: {cell:?}");
            }
        }
    }
}

#[test]
fn a_field_that_an_operation_does_not_have_sets_nothing() {
    let [own, other] = [merchant(), merchant()];
    let conditions = json!({"trees": [{"per_order": {"trees": 1}}]});
    for (path, mut body) in [
        ("/api/campaigns/", json!({"name": "Ours", "conditions": conditions})),
        (
            "/api/shops/",
            json!({"name": "Ours", "platform": "wix", "origin": "https://a.example.com"}),
        ),
        (
            "/api/keys/",
            json!({"kind": "secret", "name": "Ours", "mode": "live", "scopes": ["orders:read"]}),
        ),
        (
            "/api/buy_trees",
            json!({"quantity": 1, "productCode": "PLAY1TREEAPI", "referenceNo": "a"}),
        ),
    ] {
        body["merchant_id"] = json!(other.id);
        body["merchant"] = json!(other.id);
        body["id"] = json!("chosen");
        let response = own.call("POST", path, &body).unwrap();
        // The published call ignores fields that it does not have.
        let expected = if path == "/api/buy_trees" { 200 } else { 422 };
        assert_eq!(response.status, expected, "{path}: {}", response.body);
        if path == "/api/buy_trees" {
            let orders = other.call("GET", "/api/orders/", &Value::Null).unwrap().json();
            assert_eq!(orders, json!([]));
        } else {
            let listed = other.call("GET", path, &Value::Null).unwrap().json();
            assert!(!listed.to_string().contains("Ours"), "{path}: {listed}");
        }
    }
}

#[test]
fn a_parameter_given_twice_is_refused_and_the_first_key_decides() {
    let [own, other] = [merchant(), merchant()];
    let twice = own.call("GET", "/api/orders/?limit=1&limit=2", &Value::Null).unwrap();
    assert_eq!(twice.status, 400, "{}", twice.body);
    own.post_sale(&two_mugs("1")).unwrap();
    let orders = |first: &Merchant, second: &Merchant| {
        let (first, second) = (&first.secret_key, &second.secret_key);
        let url = format!("{}/api/orders/?api_key={first}&api_key={second}", worker());
        let headers = [("authorization", format!("Bearer {second}"))];
        let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
        http::call("GET", &url, &headers, b"").unwrap().json().as_array().unwrap().len()
    };
    assert_eq!((orders(&own, &other), orders(&other, &own)), (1, 0));
}

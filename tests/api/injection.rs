//! Text and fields that try to be more than text and fields.

use play_it_green_tests::http;
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::two_mugs;
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
        assert_eq!(response.status, 422, "{path}: {}", response.body);
        if path != "/api/buy_trees" {
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

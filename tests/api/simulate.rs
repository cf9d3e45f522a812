//! Simulations: the result of a campaign for given sales, without storing data.

use play_it_green_tests::http;
use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use crate::{merchant, stored_sales, worker};

#[test]
fn a_campaign_is_tried_on_sales_and_nothing_is_stored() {
    let merchant = merchant();
    let campaigns = merchant.call("GET", "/api/campaigns/", &Value::Null).unwrap().json();
    let path = format!("/api/campaigns/{}/simulate", campaigns[0]["id"].as_str().unwrap());
    let mut other = two_mugs("2");
    other["lines"][0]["sku"] = json!("MUG-RED");
    let tried = merchant.call("POST", &path, &json!({"sales": [two_mugs("1"), other]})).unwrap();
    assert_eq!(tried.status, 200, "{}", tried.body);
    let tried = tried.json();
    assert_eq!(
        (&tried["trees"], &tried["total"], &tried["currency"]),
        (&json!(2), &json!(200), &json!("USD"))
    );
    assert_eq!(tried["sales"][0]["reason"], "2 × SKU MUG-BLUE: 2 trees");
    assert_eq!(tried["sales"][1]["qualifies"], json!(false));
    assert!(!tried["sales"][1]["reason"].as_str().unwrap().is_empty());
    assert_eq!(stored_sales(&merchant), 0);
}

#[test]
fn a_simulation_needs_sales_that_can_be_and_a_secret_key() {
    let merchant = merchant();
    let campaigns = merchant.call("GET", "/api/campaigns/", &Value::Null).unwrap().json();
    let path = format!("/api/campaigns/{}/simulate", campaigns[0]["id"].as_str().unwrap());
    let none = merchant.call("POST", &path, &json!({"sales": []})).unwrap();
    let mut wrong = two_mugs("1");
    wrong["lines"][0]["refunded"] = json!(3);
    let wrong = merchant.call("POST", &path, &json!({"sales": [two_mugs("1"), wrong]})).unwrap();
    assert_eq!((none.status, wrong.status), (422, 422));
    assert!(wrong.body.contains("sales[1].lines[0].refunded"), "{}", wrong.body);
    let url = format!("{}{path}?api_key={}", worker(), merchant.shops[0].publishable_key);
    let body = json!({"sales": [two_mugs("1")]}).to_string();
    assert_eq!(http::call("POST", &url, &[], body.as_bytes()).unwrap().status, 403);
}

//! Simulations: the result of a campaign for given sales, without storing data.

use play_it_green_tests::http;
use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use crate::{merchant, merchant_without_campaigns, stored_sales, worker};

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

/// Returns a sale with a line for each of these titles, each in this number of collections.
fn sale(titles: &[&str], collections: usize) -> Value {
    let mut sale = two_mugs("1");
    let line = sale["lines"][0].clone();
    let lines = titles.iter().map(|title| {
        let mut line = line.clone();
        line["title"] = json!(title);
        line["collections"] = json!(vec!["mugs"; collections]);
        line
    });
    sale["lines"] = lines.collect();
    sale
}

#[test]
fn the_sales_of_a_simulation_hold_no_more_together_than_one_may_and_one_alone_always_fits() {
    let merchant = merchant();
    let campaigns = merchant.call("GET", "/api/campaigns/", &Value::Null).unwrap().json();
    let path = format!("/api/campaigns/{}/simulate", campaigns[0]["id"].as_str().unwrap());
    let simulate = |sales: &[Value]| {
        let answer = merchant.call("POST", &path, &json!({"sales": sales})).unwrap();
        (answer.status, answer.body)
    };
    let (long, longer) = ("m".repeat(655), "m".repeat(728));
    for (within, beyond, bound) in [
        (sale(&["Mug"], 50), sale(&["Mug"], 51), "5001 collections of lines together"),
        (sale(&[&long, &long], 0), sale(&[&long, &longer], 0), "131073 bytes of titles together"),
    ] {
        let mut sales = vec![within; 100];
        assert_eq!(simulate(&sales).0, 200, "{bound}");
        sales[99] = beyond;
        let (status, body) = simulate(&sales);
        assert_eq!(status, 422, "{body}");
        assert!(body.contains(bound) && body.contains("Send fewer sales at once."), "{body}");
        assert_eq!(simulate(&sales[50..]).0, 200, "half of them");
    }
    let title = "m".repeat(1_000);
    for alone in [sale(&[title.as_str(); 200], 0), sale(&["Mug"; 20], 300)] {
        assert_eq!(simulate(&[alone]).0, 200);
    }
    assert_eq!(stored_sales(&merchant), 0);
}

#[test]
fn a_simulation_under_long_conditions_takes_as_many_sales_as_its_refusal_names() {
    let merchant = merchant_without_campaigns("UTC");
    let skus: Vec<String> = (0..1_900).map(|sku| format!("MUG-{sku}")).collect();
    let conditions = json!({"trees": [{"per_item": {"items": {"sku": skus}, "trees": 1}}]});
    let bytes = conditions.to_string().len();
    let id = merchant.add_campaign("Many mugs", &conditions).unwrap();
    let path = format!("/api/campaigns/{id}/simulate");
    let simulate = |count: usize| {
        let sales = vec![two_mugs("1"); count];
        merchant.call("POST", &path, &json!({"sales": sales})).unwrap()
    };
    let refused = simulate(100);
    assert_eq!(refused.status, 422, "{}", refused.body);
    let most = refused.body.split("one simulation takes ").nth(1).unwrap();
    let most: usize = most.split('.').next().unwrap().parse().unwrap();
    assert!(most >= 2 && most * bytes <= 262_144, "{most} times {bytes}");
    assert_eq!((simulate(most).status, simulate(most + 1).status), (200, 422));
}

//! Campaigns are made, read, changed and deleted; conditions that cannot work are refused.

use serde_json::{Value, json};

use crate::merchant_without_campaigns;

fn campaign() -> Value {
    json!({
        "name": "A tree for every mug",
        "starts_at": "2026-11-01T00:00:00Z",
        "conditions": {"trees": [{"per_item": {"items": {"sku": ["MUG-BLUE"]}, "trees": 1}}]}
    })
}

#[test]
fn a_campaign_is_made_read_changed_and_deleted() {
    let merchant = merchant_without_campaigns("UTC");
    let made = merchant.call("POST", "/api/campaigns/", &campaign()).unwrap();
    assert_eq!((made.status, &made.json()["version"]), (201, &json!(1)));
    let path = format!("/api/campaigns/{}", made.json()["id"].as_str().unwrap());
    assert_eq!(merchant.call("GET", &path, &Value::Null).unwrap().json(), made.json());

    let mut changed = campaign();
    changed["name"] = json!("Two trees for every mug");
    let changed = merchant.call("PUT", &format!("{path}/"), &changed).unwrap().json();
    assert_eq!(
        (&changed["version"], &changed["name"]),
        (&json!(2), &json!("Two trees for every mug"))
    );

    let deleted = merchant.call("DELETE", &path, &Value::Null).unwrap();
    assert_eq!((deleted.status, &deleted.json()["success"]), (200, &json!(true)));
    assert_eq!(merchant.call("GET", &path, &Value::Null).unwrap().status, 404);
    assert_eq!(merchant.call("GET", "/api/campaigns/", &Value::Null).unwrap().json(), json!([]));
}

#[test]
fn conditions_that_can_never_match_are_refused_by_name() {
    let merchant = merchant_without_campaigns("UTC");
    let mut never = campaign();
    never["conditions"]["trees"][0]["per_item"]["items"]["sku"] = json!([]);
    let answer = merchant.call("POST", "/api/campaigns/", &never).unwrap();
    assert_eq!(answer.status, 422, "{}", answer.body);
    let message = answer.json()["message"].as_str().unwrap().to_owned();
    assert!(message.starts_with("conditions.trees[0].per_item.items.sku"), "{message}");
    assert_eq!(merchant.call("GET", "/api/campaigns/", &Value::Null).unwrap().json(), json!([]));
}

#[test]
fn a_name_of_a_campaign_is_no_longer_than_the_description_says() {
    let merchant = merchant_without_campaigns("UTC");
    let named = |length: usize| {
        let mut campaign = campaign();
        campaign["name"] = json!("é".repeat(length));
        merchant.call("POST", "/api/campaigns/", &campaign).unwrap()
    };
    assert_eq!(named(255).status, 201);
    let refused = named(256);
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(refused.body.contains("name: must be at most 255 characters long"), "{}", refused.body);
}

//! Campaigns are created, read, changed and deleted; conditions that can never hold are rejected.

use serde_json::{Value, json};

use play_it_green_tests::local_worker::sql;
use play_it_green_tests::sales::two_mugs;

use crate::{merchant_without_campaigns, worker};

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

/// Returns a campaign that lists this number of SKUs of 240 characters each.
fn long_list(count: usize) -> Value {
    let skus: Vec<String> = (0..count).map(|number| format!("{number:0>240}")).collect();
    json!({"name": "Long", "conditions":
        {"trees": [{"per_item": {"items": {"sku": skus}, "trees": 1}}]}})
}

#[test]
fn whatever_a_merchant_may_store_every_keyed_call_still_works_and_the_next_campaign_is_refused() {
    let merchant = merchant_without_campaigns("UTC");
    let create = |campaign: &Value| merchant.call("POST", "/api/campaigns/", campaign).unwrap();
    let small = create(&campaign()).json();
    assert_eq!(create(&long_list(500)).status, 201);
    assert_eq!(create(&long_list(500)).status, 201);
    let refused = create(&long_list(500));
    assert_eq!(refused.status, 409, "{}", refused.body);
    for word in ["262144 bytes", "Delete a campaign"] {
        assert!(refused.body.contains(word), "{word}: {}", refused.body);
    }
    let path = format!("/api/campaigns/{}", small["id"].as_str().unwrap());
    let grown = merchant.call("PUT", &path, &long_list(500)).unwrap();
    assert_eq!(grown.status, 409, "{}", grown.body);

    for read in [
        "/api/campaigns/",
        "/api/keys/",
        "/api/shops/",
        "/api/orders/",
        "/api/sales/",
        "/api/purchase_orders/",
        "/api/totals/",
        path.as_str(),
    ] {
        assert_eq!(merchant.call("GET", read, &Value::Null).unwrap().status, 200, "{read}");
    }
    let posted = merchant.post_sale(&two_mugs("1")).unwrap();
    assert_eq!((posted.status, &posted.json()["trees"]), (201, &json!(2)));
    assert_eq!(merchant.call("DELETE", &path, &Value::Null).unwrap().status, 200);
    assert_eq!(create(&campaign()).status, 201);
}

#[test]
fn a_key_works_whatever_its_merchants_campaigns_have_become() {
    let merchant = merchant_without_campaigns("UTC");
    let made = merchant.call("POST", "/api/campaigns/", &campaign()).unwrap().json();
    // These conditions exceed the size that D1 returns in one value. Earlier versions could store
    // them.
    let grow = "UPDATE campaigns SET conditions = json_object('trees', json_array(),
        'too_much', printf('%.*c', 1500000, 'x')) WHERE merchant_id = ?1";
    sql(&worker(), grow, &[&merchant.id]).unwrap();
    for _ in 0..2 {
        let copy = "INSERT INTO campaigns (id, merchant_id, version, name, starts_at, conditions,
                created_at)
            SELECT id || 'x', merchant_id, 1, name, 0, conditions, 0 FROM campaigns
            WHERE merchant_id = ?1 ORDER BY length(id) DESC LIMIT 1";
        sql(&worker(), copy, &[&merchant.id]).unwrap();
    }
    assert_eq!(merchant.call("GET", "/api/keys/", &Value::Null).unwrap().status, 200);
    let path = format!("/api/campaigns/{}", made["id"].as_str().unwrap());
    assert_eq!(merchant.call("DELETE", &path, &Value::Null).unwrap().status, 200);
    // Repairs the rows, so that the cron events of other tests do not fail on them.
    let mend = "UPDATE campaigns SET conditions = '{}', deleted_at = 0 WHERE merchant_id = ?1";
    sql(&worker(), mend, &[&merchant.id]).unwrap();
}

#[test]
fn parts_of_titles_are_bounded_over_all_campaigns() {
    let merchant = merchant_without_campaigns("UTC");
    let create = |count: usize| {
        let parts: Vec<String> = (0..count).map(|number| format!("mug {number}")).collect();
        let campaign = json!({"name": "Titles", "conditions":
            {"trees": [{"per_item": {"items": {"title_contains": parts}, "trees": 1}}]}});
        merchant.call("POST", "/api/campaigns/", &campaign).unwrap()
    };
    assert_eq!((create(30).status, create(20).status), (201, 201));
    let refused = create(1);
    assert_eq!(refused.status, 409, "{}", refused.body);
    assert!(refused.body.contains("50 parts of titles"), "{}", refused.body);
}

#[test]
fn a_version_that_no_sale_was_evaluated_under_is_forgotten_at_the_next_change() {
    let merchant = merchant_without_campaigns("UTC");
    let made = merchant.call("POST", "/api/campaigns/", &campaign()).unwrap().json();
    let id = made["id"].as_str().unwrap();
    let rename = |name: &str| {
        let mut renamed = campaign();
        renamed["name"] = json!(name);
        let path = format!("/api/campaigns/{id}");
        merchant.call("PUT", &path, &renamed).unwrap().json()["version"].clone()
    };
    let versions = || {
        let stored =
            "SELECT version FROM campaign_versions WHERE campaign_id = ?1 ORDER BY version";
        let rows = sql(&worker(), stored, &[id]).unwrap();
        rows.iter().map(|row| row[0].as_i64().unwrap()).collect::<Vec<_>>()
    };
    for version in 2..=5 {
        assert_eq!(rename(&format!("Mugs {version}")), version);
    }
    assert_eq!(versions(), [5]);
    let report =
        |sale: &Value| merchant.call("POST", "/api/orders/", &json!({"sale": sale})).unwrap();
    assert_eq!(report(&two_mugs("1")).json()["trees"], 2);
    for version in 6..=8 {
        assert_eq!(rename(&format!("Mugs {version}")), version);
    }
    assert_eq!(versions(), [5, 8]);
    // A later change of the sale is evaluated under the sale's own version of the campaign.
    let mut returned = two_mugs("1");
    returned["lines"][0]["refunded"] = json!(1);
    returned["updated_at"] = json!("2026-11-23T00:00:00Z");
    let order = &report(&returned).json()["orders"][0];
    assert_eq!((&order["trees"], &order["campaign_version"]), (&json!(1), &json!(5)), "{order}");
}

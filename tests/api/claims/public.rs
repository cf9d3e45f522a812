//! A publishable key reads no data that others stored: no sale, no coupon, no other shop's
//! conditions.

use play_it_green_tests::http::{self, Answer};
use play_it_green_tests::local_worker::sql;
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::{sold_now, two_mugs};
use serde_json::{Value, json};

use super::{get, mugs, order};
use crate::webhooks::signature;
use crate::{SHOP_ORIGIN, merchant, merchant_without_campaigns, worker};

fn tell(merchant: &Merchant, sale: &Value) {
    let told = merchant.call("POST", "/api/orders/", &json!({ "sale": sale })).unwrap();
    assert!([200, 201].contains(&told.status), "{}", told.body);
}

fn changed(mut sale: Value, field: &str, value: &Value) -> Value {
    sale[field] = value.clone();
    sale["updated_at"] = json!("2026-11-22T10:00:00Z");
    sale
}

/// Histories of a sale before the tested claim arrives.
const PASTS: &[fn(&Merchant)] = &[
    |_| {},
    |merchant| drop(merchant.post_sale(&two_mugs("1")).unwrap()),
    |merchant| drop(merchant.post_sale(&mugs("1", 40)).unwrap()),
    |merchant| drop(merchant.post_sale(&mugs("1", 1_000)).unwrap()),
    |merchant| drop(merchant.post_sale(&changed(two_mugs("1"), "test", &json!(true))).unwrap()),
    |merchant| {
        drop(merchant.post_sale(&changed(two_mugs("1"), "status", &json!("placed"))).unwrap());
    },
    |merchant| tell(merchant, &mugs("1", 7)),
    |merchant| tell(merchant, &changed(two_mugs("1"), "status", &json!("cancelled"))),
    |merchant| tell(merchant, &changed(two_mugs("1"), "refunded", &json!(3598))),
    |merchant| {
        merchant.post_sale(&two_mugs("1")).unwrap();
        let id = get(merchant, "/api/sales/")[0]["id"].as_str().unwrap().to_owned();
        merchant.call("POST", &format!("/api/sales/{id}/reject"), &Value::Null).unwrap();
    },
    |merchant| {
        tell(merchant, &two_mugs("1"));
        merchant.end_month().unwrap();
    },
];

#[test]
fn the_response_to_a_claim_is_the_same_whatever_is_known_of_the_sale() {
    for claim in [
        two_mugs("1"),
        mugs("1", 3),
        mugs("1", 1_000_000),
        changed(two_mugs("1"), "status", &json!("placed")),
        changed(two_mugs("1"), "status", &json!("cancelled")),
        changed(two_mugs("1"), "sold_at", &json!("2026-11-22T00:00:00Z")),
    ] {
        let after = |past: &fn(&Merchant)| {
            let merchant = merchant();
            past(&merchant);
            merchant.post_sale(&claim).unwrap()
        };
        let unknown = after(&PASTS[0]);
        for (index, past) in PASTS.iter().enumerate() {
            assert_eq!(after(past), unknown, "past {index} of {claim}");
        }
    }
}

#[test]
fn the_response_to_a_claim_holds_what_follows_from_it_and_nothing_else() {
    let merchant = merchant();
    let answer = merchant.post_sale(&two_mugs("1")).unwrap();
    assert_eq!(answer.status, 201);
    let expected = json!({
        "sale": "1", "proof": "claimed", "trees": 2, "awaiting_payment": false, "message": null
    });
    assert_eq!(answer.json(), expected);
    assert_eq!(order(&merchant, "1")["trees"], 2);
}

#[test]
fn a_signed_island_gets_no_facts_that_came_later() {
    let merchant = merchant();
    let secret = "0123456789abcdef0123456789abcdef";
    let path = format!("/api/shops/{}/webhook", merchant.shops[0].id);
    assert_eq!(merchant.call("PUT", &path, &json!({"secret": secret})).unwrap().status, 200);
    let island = sold_now(json!({
        "id": 1, "sold_at": "", "updated_at": "", "status": "processing", "paid": true,
        "currency": "USD", "total": "43.95", "refunded": null, "coupons": [], "opted_in": null,
        "lines": [{"product": 11, "variant": null, "sku": "MUG-BLUE", "title": "Blue mug",
            "quantity": 2, "refunded": 0, "total": "35.98", "collections": []}]
    }));
    let text = island.to_string();
    let body = json!({
        "key": merchant.shops[0].publishable_key, "island": text,
        "signature": signature(secret, text.as_bytes()),
    });
    let post = || {
        let url = format!("{}/storefront/sales", worker());
        let body = body.to_string();
        http::call("POST", &url, &[("origin", SHOP_ORIGIN)], body.as_bytes()).unwrap()
    };
    let first = post();
    assert_eq!((first.status, &first.json()["proof"]), (201, &json!("verified")), "{}", first.body);
    let mut cancelled = sold_now(two_mugs("1"));
    cancelled["status"] = json!("cancelled");
    cancelled["updated_at"] = json!("2098-01-01T00:00:00Z");
    tell(&merchant, &cancelled);
    assert_eq!(order(&merchant, "1")["trees"], 0);
    assert_eq!(post(), first);
}

/// Sends a GET request with the publishable key of a shop.
fn read(merchant: &Merchant, shop: usize, path: &str) -> Answer {
    let url = format!("{}{path}?api_key={}", worker(), merchant.shops[shop].publishable_key);
    http::call("GET", &url, &[], b"").unwrap()
}

#[test]
fn a_storefront_reads_the_running_campaigns_of_its_shop_without_coupons_or_names() {
    let merchant = merchant_without_campaigns("UTC")
        .add_shop("Second", "custom", "https://second.example.com")
        .unwrap();
    let one = [json!({"per_order": {"trees": 1}})];
    let add = |name: &str, when: Value| {
        merchant
            .add_campaign(name, &json!({"when": when, "trees": one, "cap_per_month": 5}))
            .unwrap()
    };
    let sku = json!({"item": {"sku": ["MUG-BLUE"]}});
    let coupon = json!({"all": [{"coupon": ["SECRET-CODE"]}, sku.clone()]});
    let with_coupon = add("Internal name", coupon);
    let of_second = add("Second", json!({"shop": [merchant.shops[1].id]}));
    let of_each = json!({"any": [{"shop": [merchant.shops[0].id]}, {"all": [
        {"shop": [merchant.shops[1].id]}, {"item": {"sku": ["ONLY-IN-SECOND"]}}]}]});
    let everywhere = add("Everywhere", of_each);
    let (ended, coming) = (add("Ended", sku.clone()), add("Coming", sku.clone()));
    let dates = "UPDATE campaigns SET starts_at = ?2, ends_at = ?3 WHERE id = ?1";
    sql(&worker(), dates, &[&ended, "0", "1000"]).unwrap();
    sql(&worker(), dates, &[&coming, "9000000000000", "9000000001000"]).unwrap();

    let list = read(&merchant, 0, "/api/campaigns/");
    let ids: Vec<Value> =
        list.json().as_array().unwrap().iter().map(|campaign| campaign["id"].clone()).collect();
    assert_eq!(ids, [json!(with_coupon), json!(everywhere)], "{}", list.body);
    assert_eq!(list.json()[0]["conditions"]["when"], sku);
    assert_eq!(list.json()[1]["conditions"]["when"], Value::Null);
    let other_shop = merchant.shops[1].id.as_str();
    for secret in ["SECRET-CODE", "ONLY-IN-SECOND", "Internal", "version", other_shop] {
        assert!(!list.body.contains(secret), "{secret}: {}", list.body);
    }
    let fields: Vec<&String> = list.json()[0]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect::<Vec<_>>()
        .leak()
        .iter()
        .collect();
    assert_eq!(fields, ["conditions", "ends_at", "id", "starts_at"]);

    let by_id = |id: &str| read(&merchant, 0, &format!("/api/campaigns/{id}"));
    assert_eq!(by_id(&with_coupon).json(), list.json()[0]);
    for hidden in [&of_second, &ended, &coming] {
        assert_eq!((by_id(hidden).status, by_id(hidden).body), (404, by_id("camp_none").body));
    }
    // A coupon may decide, so no tree is promised before the Worker has evaluated the sale.
    let caps = read(&merchant, 0, "/storefront/caps").json();
    assert_eq!(caps, json!({with_coupon: 0, everywhere: 5}));
    let whole = get(&merchant, "/api/campaigns/");
    assert_eq!(whole.as_array().unwrap().len(), 5, "the secret key reads all");
    assert!(whole.to_string().contains("SECRET-CODE"));
}

#[test]
fn a_page_behind_a_campaign_that_a_storefront_does_not_see_is_one_behind_none() {
    let merchant = merchant();
    let ended =
        merchant.add_campaign("Ended", &json!({"trees": [{"per_order": {"trees": 1}}]})).unwrap();
    sql(&worker(), "UPDATE campaigns SET ends_at = 1577836800001 WHERE id = ?1", &[&ended])
        .unwrap();
    let behind = |id: &str| {
        let key = &merchant.shops[0].publishable_key;
        let url = format!("{}/api/campaigns/?api_key={key}&after={id}", worker());
        http::call("GET", &url, &[], b"").unwrap()
    };
    assert_eq!(behind(&ended), behind("camp_none"));
    assert_eq!(behind(&ended).status, 400);
}

#[test]
fn the_worker_decides_about_the_coupon_that_a_storefront_does_not_know() {
    let merchant = merchant_without_campaigns("UTC");
    let conditions =
        json!({"when": {"coupon": ["SECRET-CODE"]}, "trees": [{"per_order": {"trees": 3}}]});
    merchant.add_campaign("With a coupon", &conditions).unwrap();
    assert!(!read(&merchant, 0, "/api/campaigns/").body.contains("SECRET"));
    for (id, coupon, trees) in [("1", "secret-code", 3), ("2", "another", 0)] {
        let claim = changed(two_mugs(id), "coupons", &json!([coupon]));
        assert_eq!(merchant.post_sale(&claim).unwrap().json()["trees"], trees, "{coupon}");
    }
    assert_eq!(get(&merchant, "/api/orders/").as_array().unwrap().len(), 1);
}

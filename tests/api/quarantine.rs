//! Payloads that cannot be read as a sale are quarantined with the field and the reason, and listed
//! until the owner resolves them.

use play_it_green_tests::http;
use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use crate::webhooks::{Shop, paid_shopify_order, sample_json};
use crate::{SHOP_ORIGIN, merchant, stored_sales, worker};

fn listed(shop: &play_it_green_tests::merchant::Merchant) -> Vec<Value> {
    let list = shop.call("GET", "/api/quarantine/", &Value::Null).unwrap();
    assert_eq!(list.status, 200, "{}", list.body);
    list.json().as_array().unwrap().clone()
}

fn broken(id: u32) -> Value {
    let mut order = sample_json("woocommerce-order-created.http");
    order["id"] = json!(id);
    order["status"] = json!({"of": "buyer@example.com"});
    order
}

#[test]
fn a_delivery_that_is_no_sale_is_listed_with_its_field_until_the_owner_deals_with_it() {
    let shop = Shop::woocommerce();
    shop.deliver_json(&broken(71));
    shop.deliver_json(&broken(71));
    // A valid delivery of another sale does not remove the entry.
    shop.deliver_json(&sample_json("woocommerce-order-created.http"));
    let entries = listed(&shop.merchant);
    assert_eq!(entries.len(), 1, "{entries:?}");
    let entry = &entries[0];
    assert_eq!((&entry["source"], &entry["times"]), (&json!("webhook"), &json!(2)));
    assert_eq!((&entry["sale"], &entry["field"]), (&json!("71"), &json!("status")));
    assert!(!entry["problem"].as_str().unwrap().contains("buyer@"), "{entry}");
    let path = format!("/api/quarantine/{}", entry["id"].as_str().unwrap());
    assert_eq!(&shop.merchant.call("GET", &path, &Value::Null).unwrap().json(), entry);
    let settings = shop.merchant.signed_in().unwrap().open("/settings/api-payments").unwrap();
    assert!(settings.body.contains("status"), "{}", settings.body);
    let deleted = shop.merchant.call("DELETE", &path, &Value::Null).unwrap();
    assert_eq!(deleted.status, 200, "{}", deleted.body);
    assert_eq!(listed(&shop.merchant), Vec::<Value>::new());
    assert_eq!(shop.merchant.call("DELETE", &path, &Value::Null).unwrap().status, 404);
}

#[test]
fn a_delivery_of_more_values_than_the_bound_is_listed_and_one_with_as_many_that_no_rule_needs_counts()
 {
    let shop = Shop::woocommerce();
    let values = vec![0; 150_000];
    let mut order = sample_json("woocommerce-order-created.http");
    order["line_items"][0]["meta_data"] = json!(values);
    assert_eq!(shop.deliver_json(&order).status, 200);
    let entries = listed(&shop.merchant);
    let problem = entries[0]["problem"].as_str().unwrap();
    assert!(problem.contains("more than 100000 values"), "{problem}");
    let mut order = sample_json("woocommerce-order-created.http");
    order["tax_lines"] = json!([{"rates": values}]);
    order["history_of_another_plugin"] = json!({"entries": values});
    let delivered = shop.deliver_json(&order);
    assert!(delivered.body.contains("The sale is known"), "{}", delivered.body);
}

#[test]
fn an_island_that_another_secret_signed_is_told_to_the_owner_once_whatever_the_webhook_delivers() {
    let shop = Shop::woocommerce();
    let island = |id: u32| {
        let text = json!({
            "id": id, "sold_at": "2026-11-22T08:51:49Z", "status": "processing", "currency": "USD",
            "total": "43.95", "lines": [{"sku": "MUG-BLUE", "quantity": 2, "total": "35.98"}]
        });
        play_it_green_tests::sales::sold_now(text).to_string()
    };
    let post = |island: &str, secret: &str, origin: &str| {
        let signature = crate::webhooks::signature(secret, island.as_bytes());
        let key = &shop.merchant.shops[0].publishable_key;
        let body = json!({"key": key, "island": island, "signature": signature}).to_string();
        let url = format!("{}/storefront/sales", worker());
        http::call("POST", &url, &[("origin", origin)], body.as_bytes()).unwrap().status
    };
    let other = "fedcba9876543210fedcba9876543210";
    assert_eq!(post(&island(81), shop.secret(), SHOP_ORIGIN), 201);
    assert_eq!(post(&island(81), other, "https://elsewhere.example"), 403);
    assert_eq!(listed(&shop.merchant), Vec::<Value>::new(), "neither reports a wrong secret");
    assert_eq!(post(&island(82), other, SHOP_ORIGIN), 201, "the sale is kept as a claim");
    assert_eq!(post(&island(83), other, SHOP_ORIGIN), 201);
    shop.deliver_json(&sample_json("woocommerce-order-created.http"));
    let entries = listed(&shop.merchant);
    assert_eq!(entries.len(), 1, "{entries:?}");
    let entry = &entries[0];
    assert_eq!((&entry["source"], &entry["times"]), (&json!("storefront"), &json!(2)));
    assert_eq!((&entry["sale"], &entry["field"]), (&Value::Null, &json!("signature")));
    let problem = entry["problem"].as_str().unwrap();
    assert!(problem.contains("set the same secret"), "{problem}");
    let settings = shop.merchant.signed_in().unwrap().open("/settings/api-payments").unwrap();
    assert!(settings.body.contains("set the same secret"), "{}", settings.body);
}

#[test]
fn a_sale_that_its_shop_reports_readably_leaves_the_quarantine() {
    let shop = Shop::woocommerce();
    shop.deliver_json(&broken(72));
    shop.deliver_json(&broken(73));
    let mut mended = sample_json("woocommerce-order-created.http");
    mended["id"] = json!(72);
    shop.deliver_json(&mended);
    let left = listed(&shop.merchant);
    assert_eq!((left.len(), &left[0]["sale"]), (1, &json!("73")), "{left:?}");
    assert_eq!(shop.trees(), 2);
}

#[test]
fn a_delivery_that_says_nothing_new_leaves_what_could_not_be_read_in_the_quarantine() {
    let shop = Shop::shopify();
    let order = paid_shopify_order();
    shop.deliver_json(&order);
    let mut refund = sample_json("shopify-refund.json");
    refund["order_id"] = order["id"].clone();
    (refund["created_at"], refund["processed_at"]) = (json!("soon"), Value::Null);
    shop.deliver_json(&refund);
    let sale = order["id"].to_string();
    let of_sale = || {
        let entries = listed(&shop.merchant);
        entries.iter().filter(|entry| entry["sale"] == sale.as_str()).count()
    };
    assert_eq!(of_sale(), 1);
    shop.deliver_json(&order);
    assert_eq!(of_sale(), 1, "the order as it was known before");
    let mut cancelled = order.clone();
    cancelled["cancelled_at"] = json!("2026-11-23T09:00:00Z");
    cancelled["updated_at"] = json!("2026-11-23T09:00:00Z");
    shop.deliver_json(&cancelled);
    assert_eq!(of_sale(), 0);
}

#[test]
fn a_claim_that_is_refused_is_told_to_the_owner_and_not_only_to_the_buyers_browser() {
    let merchant = merchant();
    let mut sale = two_mugs("44");
    sale["total"] = json!(-1);
    assert_eq!(merchant.post_sale(&sale).unwrap().status, 422);
    sale["total"] = json!("buyer@example.com");
    assert_eq!(merchant.post_sale(&sale).unwrap().status, 422);
    let body = json!({
        "key": merchant.shops[0].publishable_key,
        "found": {"woocommerce": {"id": 45, "status": "processing"}}
    });
    let url = format!("{}/storefront/sales", worker());
    let headers = [("origin", SHOP_ORIGIN)];
    let refused = http::call("POST", &url, &headers, body.to_string().as_bytes()).unwrap();
    assert_eq!(refused.status, 422, "{}", refused.body);
    let entries = listed(&merchant);
    let facts: Vec<_> = entries
        .iter()
        .map(|entry| (entry["source"].clone(), entry["sale"].clone(), entry["field"].clone()))
        .collect();
    let claim = |sale: &str, field: &str| (json!("storefront"), json!(sale), json!(field));
    assert_eq!(facts.len(), 3, "{entries:?}");
    assert_eq!(facts[0], claim("44", "sale.total"));
    assert_eq!(facts[1], claim("44", "sale.total"));
    assert_eq!(facts[2].1, "45");
    let text = json!(entries).to_string();
    assert!(!text.contains("buyer@"), "{text}");
    assert_eq!(stored_sales(&merchant), 0);
}

#[test]
fn a_flood_of_refused_claims_is_bounded_and_crowds_out_no_delivery() {
    let shop = Shop::woocommerce();
    let fill = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 500)
        INSERT INTO quarantined_sales (id, merchant_id, shop_id, mode, source, sale_id, field, problem,
            first_received_at, last_received_at)
        SELECT 'quar_' || ?2 || n, ?1, ?2, 'live', 'storefront', n, '', 'filled', 0, 0 FROM n";
    let id = &shop.merchant.shops[0].id;
    play_it_green_tests::local_worker::sql(&worker(), fill, &[&shop.merchant.id, id]).unwrap();
    let mut sale = two_mugs("one more");
    sale["total"] = json!(-1);
    assert_eq!(shop.merchant.post_sale(&sale).unwrap().status, 422);
    shop.deliver_json(&broken(74));
    let count = "SELECT count(*) FROM quarantined_sales WHERE shop_id = ?1 AND source = ";
    assert_eq!(crate::number(&format!("{count}'storefront'"), &[id]), 500);
    assert_eq!(crate::number(&format!("{count}'webhook'"), &[id]), 1);
}

#[test]
fn a_storefronts_key_neither_reads_nor_changes_the_quarantine() {
    let shop = Shop::woocommerce();
    shop.deliver_json(&broken(75));
    let id = listed(&shop.merchant)[0]["id"].as_str().unwrap().to_owned();
    let key = &shop.merchant.shops[0].publishable_key;
    let status = |method: &str, path: &str| {
        shop.merchant.call_with(key, method, path, &Value::Null).unwrap().status
    };
    assert_eq!(status("GET", "/api/quarantine/"), 403);
    assert_eq!(status("DELETE", &format!("/api/quarantine/{id}")), 403);
    assert_eq!(listed(&shop.merchant).len(), 1);
}

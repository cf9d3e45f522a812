//! Endpoints for the storefront plugin beside the API: sales that the Worker reads itself, the
//! trees that caps leave, and the files of replaced builds.

use play_it_green_tests::http;
use play_it_green_tests::sales::{sold_now, two_mugs};
use serde_json::{Value, json};

use crate::webhooks::signature;
use crate::{SHOP_ORIGIN, merchant, merchant_without_campaigns, stored_sales, worker};

fn island() -> Value {
    sold_now(json!({
        "id": 19, "sold_at": "2026-11-22T08:51:49Z", "updated_at": "2026-11-22T08:52:53Z",
        "status": "processing", "paid": false, "currency": "USD", "total": "43.95", "refunded": null,
        "coupons": [], "opted_in": null,
        "lines": [{
            "product": 11, "variant": null, "sku": "MUG-BLUE", "title": "Blue mug", "quantity": 2,
            "refunded": 0, "total": "35.98", "collections": []
        }]
    }))
}

fn post(key: &str, found: &Value, origin: &str) -> http::Answer {
    let body = json!({"key": key, "found": found}).to_string();
    let url = format!("{}/storefront/sales", worker());
    let headers = [("origin", origin), ("content-type", "text/plain;charset=UTF-8")];
    http::call("POST", &url, &headers, body.as_bytes()).unwrap()
}

#[test]
fn what_a_page_found_orders_what_the_plugin_would_have_ordered_and_once() {
    let merchant = merchant();
    let key = &merchant.shops[0].publishable_key;
    let found = json!({"woocommerce": island()});
    let first = post(key, &found, SHOP_ORIGIN);
    assert_eq!(first.status, 201, "{}", first.body);
    assert_eq!(first.header("access-control-allow-origin"), Some("*"));
    let (proof, trees) = (&first.json()["proof"], &first.json()["trees"]);
    assert_eq!((proof, trees), (&json!("claimed"), &json!(2)));
    assert_eq!(post(key, &found, SHOP_ORIGIN).status, 201);
    // The plugin on another page, which can run Wasm, reports the same sale.
    assert_eq!(merchant.post_sale(&two_mugs("19")).unwrap().status, 201);
    assert_eq!(stored_sales(&merchant), 1);
    let orders = merchant.call("GET", "/api/orders/", &Value::Null).unwrap().json();
    assert_eq!((orders.as_array().map(Vec::len), &orders[0]["trees"]), (Some(1), &json!(2)));
}

/// Posts a data island in the plugin's format.
fn post_island(key: &str, island: &str, signature: &str) -> http::Answer {
    let body = json!({"key": key, "island": island, "signature": signature}).to_string();
    let url = format!("{}/storefront/sales", worker());
    http::call("POST", &url, &[("origin", SHOP_ORIGIN)], body.as_bytes()).unwrap()
}

#[test]
fn an_island_that_the_shop_signed_is_verified_and_counts_once() {
    let merchant = merchant();
    let key = &merchant.shops[0].publishable_key;
    let text = island().to_string();
    let secret = "0123456789abcdef0123456789abcdef";
    let signed = signature(secret, text.as_bytes());

    // Without a webhook the shop has no secret, so a signed island is a claim.
    let mut unknown = island();
    unknown["id"] = json!(18);
    let unknown = unknown.to_string();
    let claim = post_island(key, &unknown, &signature(secret, unknown.as_bytes()));
    assert_eq!((claim.status, &claim.json()["proof"]), (201, &json!("claimed")), "{}", claim.body);

    let path = format!("/api/shops/{}/webhook", merchant.shops[0].id);
    let set = merchant.call("PUT", &path, &json!({"secret": secret})).unwrap();
    assert_eq!(set.status, 200, "{}", set.body);
    let first = post_island(key, &text, &signed);
    assert_eq!(first.status, 201, "{}", first.body);
    assert_eq!(first.json()["proof"], json!("verified"));
    assert_eq!(first.json()["trees"], json!(2));
    let again = post_island(key, &text, &signed);
    assert_eq!((again.status, &again.json()["trees"]), (201, &json!(2)), "{}", again.body);
    assert_eq!(stored_sales(&merchant), 2);
}

#[test]
fn a_wrong_signature_costs_the_proof_and_not_the_sale() {
    let merchant = merchant();
    let key = &merchant.shops[0].publishable_key;
    let path = format!("/api/shops/{}/webhook", merchant.shops[0].id);
    let secret = "0123456789abcdef0123456789abcdef";
    assert_eq!(merchant.call("PUT", &path, &json!({"secret": secret})).unwrap().status, 200);
    let text = island().to_string();
    let signed = signature(secret, text.as_bytes());
    // A page cache may change the text, and a forger would change the quantity.
    let forged = text.replace("\"quantity\":2", "\"quantity\":9");
    assert_ne!(forged, text);
    let claim = post_island(key, &forged, &signed);
    assert_eq!((claim.status, &claim.json()["proof"]), (201, &json!("claimed")), "{}", claim.body);
    // The signed island then replaces the claim.
    let verified = post_island(key, &text, &signed);
    assert_eq!(verified.json()["proof"], json!("verified"), "{}", verified.body);
    assert_eq!(verified.json()["trees"], json!(2));
    assert_eq!(stored_sales(&merchant), 1);
}

#[test]
fn an_island_that_the_shop_signed_makes_the_sale_verified_and_another_signature_a_claim() {
    let shop = crate::webhooks::Shop::woocommerce();
    let post = |id: u32, secret: &str| {
        let mut island = island();
        island["id"] = json!(id);
        let text = island.to_string();
        let signature = crate::webhooks::signature(secret, text.as_bytes());
        let key = &shop.merchant.shops[0].publishable_key;
        let body = json!({"key": key, "island": text, "signature": signature}).to_string();
        let url = format!("{}/storefront/sales", worker());
        let headers = [("origin", SHOP_ORIGIN)];
        http::call("POST", &url, &headers, body.as_bytes()).unwrap()
    };
    let secret = shop.secret().to_owned();
    let claimed = post(61, "another secret");
    assert_eq!(
        (claimed.status, &claimed.json()["proof"]),
        (201, &json!("claimed")),
        "{}",
        claimed.body
    );
    let verified = post(62, &secret);
    assert_eq!(
        (verified.status, &verified.json()["proof"]),
        (201, &json!("verified")),
        "{}",
        verified.body
    );
    assert_eq!(post(61, &secret).json()["proof"], "verified", "what was a claim is proven now");
    // After the first webhook delivery, claims wait for confirmation, and a signed island is billed
    // immediately.
    shop.deliver_json(&crate::webhooks::sample_json("woocommerce-order-created.http"));
    post(63, "another secret");
    post(64, &secret);
    let state = |sale: &str| {
        let path = format!("/api/orders/?sale={sale}");
        shop.merchant.call("GET", &path, &Value::Null).unwrap().json()[0]["state"].clone()
    };
    assert_eq!((state("63"), state("64")), (json!("unconfirmed"), json!("open")));
    let malformed = json!({
        "key": shop.merchant.shops[0].publishable_key, "island": "{}", "signature": "none"
    });
    let url = format!("{}/storefront/sales", worker());
    let headers = [("origin", SHOP_ORIGIN)];
    let refused = http::call("POST", &url, &headers, malformed.to_string().as_bytes()).unwrap();
    assert_eq!(refused.status, 422, "{}", refused.body);
}

#[test]
fn every_platform_that_a_page_can_find_is_read() {
    let merchant = merchant_without_campaigns("UTC");
    let every_order = json!({"trees": [{"per_order": {"trees": 1}}]});
    merchant.add_campaign("A tree for every order", &every_order).unwrap();
    let key = &merchant.shops[0].publishable_key;
    let read = |json: &str| serde_json::from_str::<Value>(json).unwrap();
    let event =
        read(include_str!("../../shop-adapters/tests/samples/shopify-checkout-completed.json"));
    let entry = read(include_str!("../../shop-adapters/tests/samples/ga4-purchase.json"));
    let order = read(include_str!("../../shop-adapters/tests/payloads/bigcommerce-order.json"));
    let at = "2026-11-22T08:51:49.123Z";
    for found in [
        json!({"sale": two_mugs("1")}),
        json!({"shopify": event}),
        json!({"ga4": {"id": "T_12345", "at": at, "entry": entry}}),
        json!({"bigcommerce": {"id": 1, "at": at, "order": order}}),
    ] {
        let answer = post(key, &found, SHOP_ORIGIN);
        assert!([200, 201].contains(&answer.status), "{found}: {}", answer.body);
    }
    let orders = merchant.call("GET", "/api/orders/", &Value::Null).unwrap().json();
    let trees: Vec<&Value> = orders.as_array().unwrap().iter().map(|each| &each["trees"]).collect();
    assert_eq!(trees, [&json!(1); 4]);
}

#[test]
fn what_cannot_be_read_is_refused_by_its_field() {
    let merchant = merchant();
    let key = &merchant.shops[0].publishable_key;
    let mut malformed = island();
    malformed["sold_at"] = json!("yesterday");
    let answer = post(key, &json!({"woocommerce": malformed}), SHOP_ORIGIN);
    assert_eq!(answer.status, 422, "{}", answer.body);
    let message = answer.json()["message"].as_str().unwrap().to_owned();
    assert!(message.contains("sold_at"), "{message}");
    assert_eq!(post(key, &json!({"unheard_of": {}}), SHOP_ORIGIN).status, 422);
    let mut negative = two_mugs("1");
    negative["total"] = json!(-1);
    assert_eq!(post(key, &json!({"sale": negative}), SHOP_ORIGIN).status, 422);
    assert_eq!(stored_sales(&merchant), 0);
}

#[test]
fn a_wrong_key_and_a_foreign_origin_are_refused() {
    let merchant = merchant();
    let found = json!({"woocommerce": island()});
    assert_eq!(post("pig_pk_live_none", &found, SHOP_ORIGIN).status, 401);
    let key = &merchant.shops[0].publishable_key;
    assert_eq!(post(key, &found, "https://cups.example.com").status, 403);
    assert_eq!(stored_sales(&merchant), 0);
}

#[test]
fn what_the_cap_of_the_month_leaves_is_told_and_never_less_than_nothing() {
    let merchant = merchant_without_campaigns("UTC");
    let capped = json!({"trees": [{"per_order": {"trees": 4}}], "cap_per_month": 6});
    let id = merchant.add_campaign("Six a month", &capped).unwrap();
    let free = json!({"trees": [{"per_order": {"trees": 1}}]});
    merchant.add_campaign("Without a cap", &free).unwrap();
    let left = |now: &str| {
        let key = &merchant.shops[0].publishable_key;
        let url = format!("{}/storefront/caps?api_key={key}", worker());
        let headers = [("origin", SHOP_ORIGIN), ("play-it-green-now", now)];
        http::call("GET", &url, &headers, b"").unwrap().json()
    };
    let november = "2026-11-22T12:00:00Z";
    let mut counts = vec![left(november)];
    for sale in ["1", "2", "3"] {
        merchant.post_sale(&two_mugs(sale)).unwrap();
        counts.push(left(november));
    }
    let expected: Vec<Value> = [6, 2, 0, 0].map(|trees| json!({&id: trees})).into();
    assert_eq!(counts, expected);
    merchant.end_month().unwrap();
    assert_eq!(left(november), json!({&id: 0}), "the close gives nothing free");
    assert_eq!(left("2026-12-01T00:00:00Z"), json!({&id: 6}));
}

#[test]
fn a_loader_from_before_a_deployment_is_led_to_the_files_of_now() {
    let file = |path: &str| http::call("GET", &format!("{}{path}", worker()), &[], b"").unwrap();
    let loader = file("/plugin/loader.js");
    assert_eq!(loader.status, 200);
    assert!(loader.header("cache-control").unwrap().starts_with("public, max-age=300"));
    let is_build = |text: &&str| text.parse::<u64>().is_ok();
    let texts = loader.body.split(['"', '`']);
    let texts = texts.filter_map(|text| text.strip_suffix('/')?.rsplit('/').next());
    let build = texts.map(str::to_owned).find(|text| is_build(&text.as_str())).unwrap();
    let now = file(&format!("/plugin/{build}/woocommerce.js"));
    assert_eq!(now.status, 200);
    assert_eq!(now.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(now.header("access-control-allow-origin"), Some("*"));
    let gone = file("/plugin/1/woocommerce.js");
    assert_eq!((gone.status, gone.header("cache-control")), (307, Some("no-store")));
    assert_eq!(gone.header("access-control-allow-origin"), Some("*"));
    let latest = file(gone.header("location").unwrap());
    assert_eq!(latest.header("cache-control"), Some("no-store"));
    assert_eq!(latest.header("access-control-allow-origin"), Some("*"));
    assert_eq!((latest.status, latest.body), (200, now.body));
    assert_eq!(file("/plugin/latest/none.js").status, 404);
}

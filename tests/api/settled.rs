//! Rules for claims without a webhook, for months with a total of zero, and for missing prices.

use play_it_green_tests::local_worker::{fire_cron, sql};
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use crate::webhooks::{Shop, sample_json};
use crate::{merchant, number, worker};

fn get(merchant: &Merchant, path: &str) -> Value {
    merchant.call("GET", path, &Value::Null).unwrap().json()
}

fn tell(merchant: &Merchant, sale: &Value) -> play_it_green_tests::http::Answer {
    merchant.call("POST", "/api/orders/", &json!({ "sale": sale })).unwrap()
}

#[test]
fn the_first_claim_of_a_sale_stands_until_a_trusted_fact_comes() {
    let merchant = merchant();
    assert_eq!(merchant.post_sale(&two_mugs("1")).unwrap().json()["trees"], 2);
    let mut more = two_mugs("1");
    more["lines"][0]["quantity"] = json!(9);
    more["updated_at"] = json!("2026-11-26T00:00:00Z");
    merchant.post_sale(&more).unwrap();
    assert_eq!(get(&merchant, "/api/orders/")[0]["trees"], 2);
    more["updated_at"] = json!("2026-11-22T00:00:00Z");
    assert_eq!(tell(&merchant, &more).json()["trees"], 9, "also where the claim is dated later");
}

#[test]
fn claims_from_before_a_webhooks_first_delivery_stay_on_the_bill_and_are_listed() {
    let shop = Shop::woocommerce();
    assert_eq!(shop.claim("15")["orders"][0]["state"], "open");
    shop.deliver_json(&sample_json("woocommerce-order-created.http"));
    assert_eq!(shop.trees(), 4);
    let claims = get(&shop.merchant, "/api/orders/?proof=claimed&state=open");
    assert_eq!((claims.as_array().unwrap().len(), &claims[0]["sale"]), (1, &json!("15")));
}

#[test]
fn claims_that_wait_when_a_webhook_is_removed_are_void_unless_the_owner_accepts_them() {
    let shop = Shop::woocommerce();
    shop.deliver_json(&sample_json("woocommerce-order-created.http"));
    for id in ["31", "32"] {
        assert_eq!(shop.claim(id)["orders"][0]["state"], "unconfirmed");
    }
    let removed = shop.merchant.call("DELETE", &shop.path(), &Value::Null).unwrap().json();
    assert!(removed["message"].as_str().unwrap().contains("2 orders"), "{removed}");
    let waiting = get(&shop.merchant, "/api/orders/?needs_acceptance=true");
    assert_eq!(waiting.as_array().unwrap().len(), 2, "{waiting}");
    assert!(waiting.as_array().unwrap().iter().all(|order| order["state"] == "void"), "{waiting}");
    assert_eq!(shop.trees(), 2);
    let sale = get(&shop.merchant, "/api/sales/?sale=31")[0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/sales/{sale}/accept");
    let accepted = shop.merchant.call("POST", &path, &Value::Null).unwrap();
    assert_eq!(accepted.status, 200, "{}", accepted.body);
    let accepted = accepted.json();
    assert_eq!(
        (&accepted["proof"], &accepted["campaigns"][0]["state"]),
        (&json!("verified"), &json!("open"))
    );
    assert_eq!(shop.trees(), 4);
    assert_eq!(
        get(&shop.merchant, "/api/orders/?needs_acceptance=true").as_array().unwrap().len(),
        1
    );
    // Without a webhook, new claims are billed immediately.
    assert_eq!(shop.claim("33")["orders"][0]["state"], "open");
    assert_eq!(shop.claim("32")["orders"][0]["state"], "void", "and what is void stays so");
}

#[test]
fn a_month_that_comes_to_nothing_is_settled_with_its_lines() {
    let merchant = merchant();
    tell(&merchant, &two_mugs("1"));
    merchant.end_month().unwrap();
    let mut cancelled = two_mugs("1");
    cancelled["status"] = json!("cancelled");
    cancelled["updated_at"] = json!("2026-11-29T00:00:00Z");
    tell(&merchant, &cancelled);
    let id = get(&merchant, "/api/purchase_orders/open")["id"].as_str().unwrap().to_owned();
    let trees = json!({"quantity": 2, "productCode": "PLAY1TREEAPI", "referenceNo": "a"});
    assert_eq!(
        merchant.call_at("2026-12-05T00:00:00Z", "POST", "/api/buy_trees", &trees).unwrap().status,
        200
    );
    fire_cron(&worker(), merchant.month_end().unwrap()).unwrap();
    let settled = get(&merchant, &format!("/api/purchase_orders/{id}"));
    assert_eq!(
        (&settled["state"], &settled["total"], &settled["trees"]),
        (&json!("settled"), &json!(0), &json!(0)),
        "{settled}"
    );
    assert_eq!(settled["digest"].as_str().unwrap().len(), 64);
    let lines = get(&merchant, &format!("/api/purchase_orders/{id}/lines"));
    assert_eq!(lines.as_array().unwrap().len(), 2, "{lines}");
    assert_eq!(get(&merchant, "/api/purchase_orders/?state=settled")[0]["id"], json!(id));
    assert_eq!(get(&merchant, "/api/orders/?state=settled").as_array().unwrap().len(), 1);
    let page = settled["pay_link"].as_str().unwrap();
    let page =
        play_it_green_tests::http::call("GET", &format!("{}{page}", worker()), &[], b"").unwrap();
    assert!(
        page.body.contains("Nothing to pay: orders and credits add up to zero"),
        "{}",
        page.body
    );
}

#[test]
fn a_request_that_makes_new_orders_is_201_also_where_the_sale_was_known() {
    let merchant = merchant();
    let mut cancelled = two_mugs("1");
    cancelled["status"] = json!("cancelled");
    assert_eq!(tell(&merchant, &cancelled).status, 200);
    let mut paid = two_mugs("1");
    paid["updated_at"] = json!("2026-11-23T00:00:00Z");
    assert_eq!(tell(&merchant, &paid).status, 201);
    assert_eq!(tell(&merchant, &paid).status, 200);
}

#[test]
fn without_a_tree_price_the_sale_is_kept_and_billed_when_there_is_one() {
    // No other test uses this currency.
    let price = "DELETE FROM tree_prices WHERE currency = 'XPF'";
    let merchant = Merchant::add(&worker(), "Example Mugs", "UTC", "XPF").unwrap();
    let merchant = merchant.add_shop("Mugs", "custom", "https://mugs.example.com").unwrap();
    merchant.add_campaign("Every order", &json!({"trees": [{"per_order": {"trees": 1}}]})).unwrap();
    sql(&worker(), price, &[]).unwrap();
    let told = tell(&merchant, &two_mugs("1"));
    assert_eq!(told.status, 201, "{}", told.body);
    let told = told.json();
    assert_eq!(told["orders"][0]["state"], "awaiting price");
    assert!(told["message"].as_str().unwrap().contains("operator"), "{told}");
    let trees = json!({"quantity": 1, "productCode": "PLAY1TREEAPI", "referenceNo": "a"});
    let refused = merchant.call("POST", "/api/buy_trees", &trees).unwrap();
    assert_eq!(refused.status, 409, "{}", refused.body);
    assert!(refused.body.contains("XPF"), "{}", refused.body);
    // The settings show it to the owner.
    let browser = merchant.signed_in().unwrap();
    for page in ["/settings/api-payments", "/settings/payments"] {
        let page = browser.open(page).unwrap().body;
        assert!(page.contains("No tree price is set for XPF"), "{page}");
    }
    // 2026-11-28T00:00:00Z: the cron event reports it to the operator.
    fire_cron(&worker(), 1_795_824_000_000).unwrap();
    let reported = "SELECT count(*) FROM month_end_runs WHERE message LIKE '%XPF%'";
    assert!(number(reported, &[]) > 0);
    let set = "INSERT INTO tree_prices (currency, valid_from, amount) VALUES ('XPF', ?1, 120)";
    sql(&worker(), set, &["1795824000001"]).unwrap();
    fire_cron(&worker(), 1_795_824_900_000).unwrap();
    let open = get(&merchant, "/api/purchase_orders/open");
    assert_eq!((&open["trees"], &open["total"]), (&json!(1), &json!(120)), "{open}");
    assert_eq!(open["period"], "2026-11");
}

#[test]
fn a_merchant_whose_trees_have_a_price_reads_of_none_that_is_missing() {
    let page = merchant().signed_in().unwrap().open("/settings/payments").unwrap().body;
    assert!(!page.contains("No tree price"), "{page}");
}

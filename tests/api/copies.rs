//! A copy of a shop, such as a staging site, has the shop's secret: its deliveries are quarantined
//! until the owner says that it is the shop's new address.

use play_it_green_tests::local_worker::sql;
use serde_json::{Value, json};

use crate::webhooks::{SITE, Shop, paid_shopify_order, sample_json};
use crate::worker;

const COPY: &str = "staging.example.com";

/// An order of two mugs with this id, as the WooCommerce site at this address delivers it.
fn order(site: &str, id: u64) -> Value {
    let text = sample_json("woocommerce-order-created.http").to_string();
    let mut order: Value = serde_json::from_str(&text.replace(SITE, site)).unwrap();
    order["id"] = json!(id);
    order["status"] = json!("processing");
    order
}

/// Delivers an order, and returns the message of the response.
fn deliver(shop: &Shop, site: &str, id: u64) -> String {
    let answer = shop.deliver_json(&order(site, id));
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["message"].as_str().unwrap().to_owned()
}

fn sales(shop: &Shop) -> Vec<Vec<Value>> {
    let query = "SELECT sale_id, facts FROM sales WHERE shop_id = ?1 ORDER BY sale_id";
    sql(&worker(), query, &[&shop.merchant.shops[0].id]).unwrap()
}

fn accept(shop: &Shop, site: &str) -> Value {
    let path = format!("{}/site", shop.path());
    let answer = shop.merchant.call("PUT", &path, &json!({"site": site})).unwrap();
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(answer.json()["data"].as_str().unwrap()).unwrap()
}

#[test]
fn a_clones_order_900_is_not_billed_and_the_shops_own_900_is() {
    let shop = Shop::woocommerce();
    assert_eq!(deliver(&shop, SITE, 1), "The sale is known.");
    assert_eq!(shop.webhook()["site"], SITE);
    assert!(deliver(&shop, COPY, 900).contains("copy of the shop"));
    assert_eq!((sales(&shop).len(), shop.trees()), (1, json!(2)));

    let mut own = order(&format!("www.{SITE}"), 900);
    own["line_items"][0]["quantity"] = json!(3);
    assert_eq!(shop.deliver_json(&own).json()["message"], "The sale is known.");
    assert_eq!((sales(&shop).len(), shop.trees()), (2, json!(5)));

    // Neither a later change nor a deletion on the clone changes the shop's sale.
    let mut refunded = order(COPY, 900);
    refunded["status"] = json!("refunded");
    refunded["date_modified_gmt"] = json!("2026-11-23T08:50:41");
    shop.deliver_json(&refunded);
    let copy = format!("https://{COPY}/");
    let headers = [("x-wc-webhook-topic", "order.deleted"), ("x-wc-webhook-source", copy.as_str())];
    shop.deliver_with(&json!({"id": 900}), &headers);
    assert_eq!(shop.trees(), 5);
    let copies = &shop.webhook()["copies"];
    assert_eq!((&copies[0]["site"], &copies[0]["sales"]), (&json!(COPY), &json!(1)), "{copies}");
}

#[test]
fn before_the_first_delivery_the_storefronts_host_tells_the_shop_from_its_copy() {
    let shop = Shop::woocommerce();
    deliver(&shop, COPY, 900);
    assert_eq!((sales(&shop).len(), &shop.webhook()["site"]), (0, &Value::Null));
    assert_eq!(shop.webhook()["first_delivery_at"], Value::Null, "claims are billed as before");
    let directory = format!("{SITE}/shop");
    deliver(&shop, &directory, 1);
    assert_eq!((sales(&shop).len(), &shop.webhook()["site"]), (1, &json!(directory)));
    for copy in [SITE.to_owned(), format!("{SITE}/staging"), format!("{SITE}:8443/shop")] {
        assert!(deliver(&shop, &copy, 2).contains("copy of the shop"), "{copy}");
    }
    assert_eq!(sales(&shop).len(), 1);
}

#[test]
fn a_copy_is_a_connection_problem_in_the_settings_and_the_api() {
    let shop = Shop::woocommerce();
    deliver(&shop, SITE, 1);
    deliver(&shop, COPY, 900);
    let webhook = shop.webhook();
    assert_eq!(webhook["problem"], Value::Null, "the shop's own last delivery was good");
    let problem = webhook["problems"][0]["problem"].as_str().unwrap();
    assert!(problem.contains(&format!("the site {COPY}, and this shop is {SITE}")), "{problem}");
    let browser = shop.merchant.signed_in().unwrap();
    let own = format!("/settings/shops/{}/webhook", shop.merchant.shops[0].id);
    for path in ["/settings/api-payments", &own] {
        let page = browser.open(path).unwrap().body;
        assert_eq!(page.matches(&format!("1 sale from {COPY}")).count(), 1, "{page}");
        assert!(!page.contains("Sales that could not be read"), "{page}");
    }
    let quarantine = shop.merchant.call("GET", "/api/quarantine/", &Value::Null).unwrap().json();
    assert_eq!((&quarantine[0]["source"], &quarantine[0]["sale"]), (&json!("copy"), &json!("900")));
}

#[test]
fn one_click_makes_the_copy_the_shop_and_records_what_was_quarantined() {
    let shop = Shop::woocommerce();
    deliver(&shop, SITE, 1);
    deliver(&shop, COPY, 2);
    let mut paid = order(COPY, 3);
    paid["status"] = json!("on-hold");
    shop.deliver_json(&paid);
    paid["status"] = json!("processing");
    paid["date_modified_gmt"] = json!("2026-11-23T08:50:41");
    shop.deliver_json(&paid);
    assert_eq!(shop.trees(), 2);

    let mut browser = shop.merchant.signed_in().unwrap();
    let path = format!("/settings/shops/{}/webhook/site", shop.merchant.shops[0].id);
    assert_eq!(browser.send(&path, &format!("site={COPY}")).unwrap().status, 303);
    let webhook = shop.webhook();
    assert_eq!((&webhook["site"], &webhook["copies"]), (&json!(COPY), &json!([])));
    assert_eq!((sales(&shop).len(), shop.trees()), (3, json!(6)));
    let path = format!("/api/shops/{}", shop.merchant.shops[0].id);
    let moved = shop.merchant.call("GET", &path, &Value::Null).unwrap().json();
    assert_eq!(moved["origin"], format!("https://{COPY}"), "the storefront moved with its site");

    assert_eq!(deliver(&shop, COPY, 4), "The sale is known.");
    assert!(deliver(&shop, SITE, 5).contains("copy of the shop"), "the old site is a copy now");
    assert_eq!(shop.trees(), 8);
}

#[test]
fn a_site_that_was_never_the_storefronts_leaves_its_origin_alone() {
    let shop = Shop::woocommerce();
    deliver(&shop, "admin.example.com", 1);
    let accepted = accept(&shop, "https://www.admin.example.com/");
    let counts = ["recorded", "waiting", "missing"].map(|count| accepted[count].clone());
    assert_eq!(counts, [json!(1), json!(0), json!(0)]);
    let path = format!("/api/shops/{}", shop.merchant.shops[0].id);
    let shop_row = shop.merchant.call("GET", &path, &Value::Null).unwrap().json();
    assert_eq!((&shop_row["origin"], shop.trees()), (&json!(format!("https://{SITE}")), json!(2)));
    assert_eq!(deliver(&shop, "admin.example.com", 2), "The sale is known.");
    let path = format!("{}/site", shop.path());
    let refused = shop.merchant.call("PUT", &path, &json!({"site": "file:///etc"})).unwrap();
    assert_eq!(refused.status, 422, "{}", refused.body);
}

#[test]
fn another_origin_lets_the_next_delivery_name_the_site() {
    let shop = Shop::woocommerce();
    deliver(&shop, SITE, 1);
    let path = format!("/api/shops/{}", shop.merchant.shops[0].id);
    let moved = json!({"name": "Mugs online", "platform": "woocommerce",
        "origin": "https://moved.example.com"});
    assert_eq!(shop.merchant.call("PUT", &path, &moved).unwrap().status, 200);
    assert!(deliver(&shop, SITE, 2).contains("copy of the shop"));
    assert_eq!(deliver(&shop, "moved.example.com", 3), "The sale is known.");
    assert_eq!(shop.webhook()["site"], "moved.example.com");
}

#[test]
fn shopifys_first_good_delivery_names_the_shop_and_another_shop_is_a_copy() {
    let shop = Shop::shopify();
    let from = |id: u64, domain: &str| {
        let mut order = paid_shopify_order();
        order["id"] = json!(id);
        let answer = shop.deliver_with(&order, &[("x-shopify-shop-domain", domain)]);
        answer.json()["message"].as_str().unwrap().to_owned()
    };
    assert_eq!(from(1, "example-mugs.myshopify.com"), "The sale is known.");
    assert_eq!(shop.webhook()["site"], "example-mugs.myshopify.com");
    assert!(from(2, "copied-mugs.myshopify.com").contains("copy of the shop"));
    assert_eq!(from(3, "example-mugs.myshopify.com"), "The sale is known.");
    assert_eq!(shop.deliver_json(&paid_shopify_order()).status, 200, "without the header");
    let ids: Vec<Value> = sales(&shop).into_iter().map(|sale| sale[0].clone()).collect();
    assert_eq!(ids.len(), 3, "{ids:?}");
    assert!(!ids.contains(&json!("2")));
}

#[test]
fn the_reports_of_a_copied_sale_are_bounded_and_hold_no_personal_data() {
    let shop = Shop::woocommerce();
    deliver(&shop, SITE, 1);
    let mut large = order(COPY, 900);
    large["line_items"] = json!(vec![large["line_items"][0].clone(); 900]);
    shop.deliver_json(&large);
    for _ in 0..80 {
        deliver(&shop, COPY, 901);
    }
    let stored = "SELECT sale_id, length(reports), times, reports FROM quarantined_sales
        WHERE shop_id = ?1 AND source = 'copy' ORDER BY sale_id";
    let stored = sql(&worker(), stored, &[&shop.merchant.shops[0].id]).unwrap();
    assert_eq!((&stored[0][0], &stored[0][1]), (&json!("900"), &Value::Null));
    assert!(stored[1][1].as_i64().unwrap() <= 66_000, "{}", stored[1][1]);
    assert_eq!(stored[1][2], 80);
    let text = stored[1][3].as_str().unwrap();
    assert!(!text.contains("Ada") && !text.contains("buyer@"), "{text}");
    let accepted = accept(&shop, COPY);
    let counts = ["recorded", "waiting", "missing"].map(|count| accepted[count].clone());
    assert_eq!(counts, [json!(1), json!(0), json!(1)]);
    assert_eq!(shop.trees(), 4);
}

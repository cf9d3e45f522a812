//! A shop's signed webhook confirms, creates and cancels sales.

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use play_it_green_tests::database::dump;
use play_it_green_tests::http::{self, Answer};
use play_it_green_tests::local_worker::repository;
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::worker;

/// The site of [`Shop`].
pub(crate) const SITE: &str = "mugs.example.com";

/// A shop that sends webhooks.
pub(crate) struct Shop {
    pub(crate) merchant: Merchant,
    platform: &'static str,
    header: &'static str,
    address: String,
    secret: String,
}

impl Shop {
    pub(crate) fn woocommerce() -> Self {
        Self::woocommerce_at(&worker())
    }

    pub(crate) fn woocommerce_at(worker: &str) -> Self {
        let mut shop = Self::new(worker, "woocommerce", "x-wc-webhook-signature");
        let set = shop.merchant.call("PUT", &shop.path(), &json!({})).unwrap().json();
        set["secret"].as_str().unwrap().clone_into(&mut shop.secret);
        set["address"].as_str().unwrap().clone_into(&mut shop.address);
        shop
    }

    pub(crate) fn shopify() -> Self {
        let mut shop = Self::new(&worker(), "shopify", "x-shopify-hmac-sha256");
        shop.secret = "0123456789abcdef".repeat(4);
        let secret = json!({"secret": shop.secret});
        let set = shop.merchant.call("PUT", &shop.path(), &secret).unwrap().json();
        assert_eq!((&set["is_set"], &set["secret"]), (&json!(true), &Value::Null), "{set}");
        set["address"].as_str().unwrap().clone_into(&mut shop.address);
        shop
    }

    /// Adds the shop with a campaign of one tree per item.
    fn new(worker: &str, platform: &'static str, header: &'static str) -> Self {
        let merchant = Merchant::add(worker, "Example Mugs", "UTC", "USD").unwrap();
        let origin = format!("https://{SITE}");
        let merchant = merchant.add_shop("Mugs online", platform, &origin).unwrap();
        let every_item = json!({"trees": [{"per_item": {"items": "every", "trees": 1}}]});
        merchant.add_campaign("A tree for every item", &every_item).unwrap();
        Self { merchant, platform, header, address: String::new(), secret: String::new() }
    }

    /// The same shop at a Worker that was started anew on the same database.
    pub(crate) fn at(mut self, worker: &str) -> Self {
        let path = self.address.strip_prefix(self.merchant.worker.as_str()).unwrap().to_owned();
        self.address = format!("{worker}{path}");
        Self { merchant: self.merchant.at(worker), ..self }
    }

    pub(crate) fn secret(&self) -> &str {
        &self.secret
    }

    pub(crate) fn path(&self) -> String {
        format!("/api/shops/{}/webhook", self.merchant.shops[0].id)
    }

    pub(crate) fn deliver(&self, body: &[u8]) -> Answer {
        self.deliver_signed(body, &signature(&self.secret, body))
    }

    /// Delivers with further headers.
    pub(crate) fn deliver_with(&self, body: &Value, headers: &[(&str, &str)]) -> Answer {
        let body = body.to_string();
        let signature = signature(&self.secret, body.as_bytes());
        let headers = [&[(self.header, signature.as_str())], headers].concat();
        http::call("POST", &self.address, &headers, body.as_bytes()).unwrap()
    }

    /// Delivers to a Worker that may not be there; returns the status.
    pub(crate) fn try_deliver(&self, body: &Value) -> Option<u16> {
        let body = body.to_string();
        let signature = signature(&self.secret, body.as_bytes());
        let headers = [(self.header, signature.as_str())];
        let answer = http::call("POST", &self.address, &headers, body.as_bytes());
        answer.ok().map(|answer| answer.status)
    }

    fn deliver_signed(&self, body: &[u8], signature: &str) -> Answer {
        let (from, json) = (self.network(), "application/json");
        let headers =
            [(self.header, signature), ("content-type", json), ("cf-connecting-ip", &from)];
        http::call("POST", &self.address, &headers, body).unwrap()
    }

    /// The network of this shop alone: one network sends one large body at a time.
    fn network(&self) -> String {
        let digits = self.merchant.shops[0].id.strip_prefix("shop_").unwrap();
        let (first, rest) = digits.split_at(4);
        format!("2001:db8:{first}:{}::1", rest.split_at(4).0)
    }

    /// Sends a WooCommerce delivery of a topic that is received at `now`, in RFC 3339.
    pub(crate) fn deliver_topic(&self, topic: &str, now: &str, body: &Value) -> Answer {
        let body = body.to_string();
        let signature = signature(&self.secret, body.as_bytes());
        let headers = [
            (self.header, signature.as_str()),
            ("x-wc-webhook-topic", topic),
            ("play-it-green-now", now),
        ];
        http::call("POST", &self.address, &headers, body.as_bytes()).unwrap()
    }

    pub(crate) fn deliver_json(&self, body: &Value) -> Answer {
        self.deliver(body.to_string().as_bytes())
    }

    pub(crate) fn webhook(&self) -> Value {
        self.merchant.call("GET", &self.path(), &Value::Null).unwrap().json()
    }

    pub(crate) fn orders(&self) -> Value {
        self.merchant.call("GET", "/api/orders/", &Value::Null).unwrap().json()
    }

    /// Returns the trees of the open purchase order; `null` if there is none.
    pub(crate) fn trees(&self) -> Value {
        let path = "/api/purchase_orders/open";
        self.merchant.call("GET", path, &Value::Null).unwrap().json()["trees"].clone()
    }

    /// Claims the sale of the sample order as a browser does, and returns its orders as the owner
    /// sees them.
    pub(crate) fn claim(&self, id: &str) -> Value {
        let mut sale = play_it_green_tests::sales::sold_now(two_mugs(id));
        sale["platform"] = json!(self.platform);
        let mut claimed = self.merchant.post_sale(&sale).unwrap().json();
        let path = format!("/api/orders/?sale={id}");
        claimed["orders"] = self.merchant.call("GET", &path, &Value::Null).unwrap().json();
        claimed
    }
}

pub(crate) fn signature(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body);
    STANDARD.encode(mac.finalize().into_bytes())
}

/// Returns the body of a payload that a shop sent, or that its documentation shows, as the site of
/// [`Shop`] sends it.
pub(crate) fn sample(name: &str) -> Vec<u8> {
    let file = repository().join("shop-adapters/tests/samples").join(name);
    let text = fs::read_to_string(file).unwrap();
    let text = text.replace("127.0.0.1:8085", SITE).replace("shop.example.com", SITE);
    let body = text.split_once("\r\n\r\n").filter(|_| text.starts_with("POST "));
    body.map_or(text.as_str(), |(_, body)| body).as_bytes().to_vec()
}

pub(crate) fn sample_json(name: &str) -> Value {
    serde_json::from_slice(&sample(name)).unwrap()
}

/// Returns Shopify's sample, a cancelled test, as a paid order.
pub(crate) fn paid_shopify_order() -> Value {
    let mut order = sample_json("shopify-order.json");
    order["test"] = json!(false);
    order["cancelled_at"] = Value::Null;
    order["financial_status"] = json!("paid");
    order
}

#[test]
fn a_webhook_creates_the_sale_that_the_browser_missed() {
    let shop = Shop::woocommerce();
    let answer = shop.deliver(&sample("woocommerce-order-created.http"));
    assert_eq!(answer.status, 200, "{}", answer.body);
    let orders = shop.orders();
    assert_eq!((&orders[0]["proof"], &orders[0]["trees"]), (&json!("verified"), &json!(2)));
    assert_eq!((&orders[0]["sale"], shop.trees()), (&json!("16"), json!(2)));
}

#[test]
fn a_delivery_that_comes_again_changes_nothing() {
    let shop = Shop::woocommerce();
    shop.deliver(&sample("woocommerce-order-created.http"));
    let before = dump(&worker()).unwrap();
    for _ in 0..3 {
        assert_eq!(shop.deliver(&sample("woocommerce-order-created.http")).status, 200);
    }
    assert_eq!(dump(&worker()).unwrap(), before);
}

#[test]
fn once_a_webhook_works_a_claim_is_billed_when_it_is_confirmed() {
    let shop = Shop::woocommerce();
    assert_eq!(shop.claim("15")["orders"][0]["state"], "open", "no webhook has come so far");
    shop.deliver(&sample("woocommerce-order-updated-partial-refund.http"));
    assert_eq!(shop.trees(), 4);
    let claimed = shop.claim("16");
    assert_eq!((&claimed["trees"], &claimed["proof"]), (&json!(2), &json!("claimed")));
    assert_eq!(claimed["orders"][0]["state"], "unconfirmed");
    assert_eq!((&claimed["orders"][0]["purchase_order"], shop.trees()), (&Value::Null, json!(4)));
    let path = "/api/orders/?state=unconfirmed";
    let waiting = shop.merchant.call("GET", path, &Value::Null).unwrap().json();
    assert_eq!(waiting.as_array().unwrap().len(), 1);
    shop.deliver(&sample("woocommerce-order-created.http"));
    assert_eq!(shop.trees(), 6);
    assert_eq!(shop.merchant.call("GET", path, &Value::Null).unwrap().json(), json!([]));
}

#[test]
fn the_browser_may_come_after_the_webhook() {
    let shop = Shop::woocommerce();
    shop.deliver(&sample("woocommerce-order-created.http"));
    let claimed = shop.claim("16");
    assert_eq!(claimed["orders"][0]["proof"], "verified");
    assert_eq!(shop.trees(), 2);
}

#[test]
fn only_what_the_shop_signed_is_believed() {
    let shop = Shop::woocommerce();
    let body = sample("woocommerce-order-created.http");
    let good = signature(&shop.secret, &body);
    let mut changed = body.clone();
    changed[6] = b'9';
    for (body, signature) in [
        (&changed, good.as_str()),
        (&body, &signature("another secret", &body)),
        (&body, ""),
        (&body, "not base64!"),
    ] {
        assert_eq!(shop.deliver_signed(body, signature).status, 401, "{signature}");
    }
    assert_eq!(http::call("POST", &shop.address, &[], &body).unwrap().status, 401);
    assert_eq!((shop.orders(), &shop.webhook()["first_delivery_at"]), (json!([]), &Value::Null));
}

#[test]
fn a_ping_is_answered_and_a_wrong_address_is_told() {
    let shop = Shop::woocommerce();
    let ping = sample("woocommerce-ping.http");
    assert_eq!(http::call("POST", &shop.address, &[], &ping).unwrap().status, 200);
    let elsewhere = shop.address.replace("/shop_", "/shop_0");
    assert_eq!(http::call("POST", &elsewhere, &[], &ping).unwrap().status, 404);
    let other_platform = shop.address.replace("woocommerce", "shopify");
    assert_eq!(http::call("POST", &other_platform, &[], &ping).unwrap().status, 404);
    shop.merchant.call("DELETE", &shop.path(), &Value::Null).unwrap();
    assert_eq!(http::call("POST", &shop.address, &[], &ping).unwrap().status, 404);
}

#[test]
fn a_refund_takes_trees_back_whichever_message_comes_first() {
    let refund = sample_json("shopify-refund.json");
    let mut order = paid_shopify_order();
    order["refunds"] = json!([]);
    let later = json!("2022-02-01T00:00:00Z");
    let mut later_refund = refund.clone();
    later_refund["created_at"] = later;
    for messages in [[&order, &later_refund], [&later_refund, &order]] {
        let shop = Shop::shopify();
        for message in messages {
            assert_eq!(shop.deliver_json(message).status, 200);
        }
        let orders = shop.orders();
        let units = order["line_items"].as_array().unwrap().len();
        let returned = refund["refund_line_items"].as_array().unwrap().len();
        assert!(units >= returned && returned > 0);
        let left = json!(units - returned);
        let trees = orders.as_array().unwrap().first().map_or(json!(0), |one| one["trees"].clone());
        assert_eq!(trees, left, "{orders}");
    }
}

#[test]
fn shopifys_test_notification_is_never_billed() {
    let shop = Shop::shopify();
    assert_eq!(shop.deliver(&sample("shopify-order.json")).status, 200);
    assert_eq!(shop.trees(), Value::Null);
    assert_ne!(shop.webhook()["first_delivery_at"], Value::Null, "it shows that the webhook works");
}

#[test]
fn what_cannot_be_used_is_answered_200_and_noted_for_the_owner() {
    let shop = Shop::woocommerce();
    for (body, names) in [
        (json!({"id": 7, "status": "processing", "currency": "USD"}), "date_created_gmt"),
        (json!(["no order"]), "id is missing"),
    ] {
        let answer = shop.deliver_json(&body);
        assert_eq!(answer.status, 200, "{}", answer.body);
        let problem = shop.webhook()["problem"].as_str().unwrap().to_owned();
        assert!(problem.contains(names), "{problem}");
    }
    shop.deliver(&sample("woocommerce-order-created.http"));
    assert_eq!(shop.webhook()["problem"], Value::Null);
}

#[test]
fn nothing_of_the_buyer_is_kept() {
    let shop = Shop::woocommerce();
    let mut order = sample_json("woocommerce-order-created.http");
    for field in ["email", "phone", "first_name", "address_1"] {
        order["billing"][field] = json!("personal@example.com");
    }
    order["customer_note"] = json!("personal@example.com");
    order["status"] = json!("processing");
    assert_eq!(shop.deliver_json(&order).status, 200);
    assert_eq!(shop.trees(), 2);
    assert!(!dump(&worker()).unwrap().contains("personal@"));
}

/// A row of deployed D1 holds 2,000,000 bytes; the local one holds more.
#[test]
fn a_sale_that_fits_no_row_of_the_database_is_listed_for_the_owner_and_the_next_one_is_kept() {
    let shop = Shop::woocommerce();
    let mut order = sample_json("woocommerce-order-created.http");
    let mut line = order["line_items"][0].clone();
    line["name"] = json!("x".repeat(1_000));
    line["sku"] = json!("y".repeat(1_000));
    order["line_items"] = json!(vec![line; 1_000]);
    let answer = shop.deliver_json(&order);
    assert_eq!(answer.status, 200, "{}", answer.body);
    let problem = shop.webhook()["problem"].as_str().unwrap().to_owned();
    assert!(problem.contains("at most 1800000 can be stored"), "{problem}");
    let listed = shop.merchant.call("GET", "/api/quarantine/", &Value::Null).unwrap();
    assert!(listed.body.contains("1800000"), "{}", listed.body);
    assert_eq!(shop.trees(), Value::Null);
    order["line_items"] = json!(&order["line_items"].as_array().unwrap()[..100]);
    assert_eq!(shop.deliver_json(&order).status, 200);
    assert_eq!(shop.webhook()["problem"], Value::Null);
}

#[test]
fn an_order_of_five_hundred_lines_is_read() {
    let shop = Shop::shopify();
    let mut order = paid_shopify_order();
    let line = order["line_items"][0].clone();
    let lines: Vec<Value> = (0..500)
        .map(|number| {
            let mut line = line.clone();
            line["id"] = json!(number);
            line["note"] = json!("x".repeat(2_000));
            line
        })
        .collect();
    order["line_items"] = json!(lines);
    assert!(order.to_string().len() > 1_000_000);
    let answer = shop.deliver_json(&order);
    assert_eq!((answer.status, shop.webhook()["problem"].clone()), (200, Value::Null));
    assert_eq!(shop.trees(), 500, "{}", answer.body);
}

#[test]
fn a_delivery_of_nearly_eight_megabytes_is_read() {
    let shop = Shop::shopify();
    let mut order = paid_shopify_order();
    order["note"] = json!("x".repeat(8_300_000));
    let answer = shop.deliver_json(&order);
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(shop.webhook()["problem"], Value::Null);
    assert_eq!(shop.trees(), 5);
    order["note"] = json!("x".repeat(8_400_000));
    let too_long = shop.deliver_json(&order);
    assert_eq!((too_long.status, &too_long.json()["success"]), (413, &json!(false)));
}

#[test]
fn a_platform_without_webhooks_is_told_what_to_do_instead() {
    let merchant = Merchant::add(&worker(), "Example Mugs", "UTC", "USD").unwrap();
    let merchant = merchant.add_shop("Mugs", "custom", "https://mugs.example.com").unwrap();
    let path = format!("/api/shops/{}/webhook", merchant.shops[0].id);
    let answer = merchant.call("PUT", &path, &json!({"secret": "a"})).unwrap();
    assert_eq!(answer.status, 409);
    assert!(answer.json()["message"].as_str().unwrap().contains("secret key"), "{}", answer.body);
    let shopify = Shop::shopify();
    assert_eq!(shopify.merchant.call("PUT", &shopify.path(), &json!({})).unwrap().status, 422);
}

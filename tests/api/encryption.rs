//! Encryption keys: the first encrypts, all decrypt, and no data is lost during a rotation.

use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use play_it_green_tests::browser::Browser;
use play_it_green_tests::http::{self, Answer};
use play_it_green_tests::local_worker::{
    ENCRYPTION_KEY, LocalWorker, operators_key, repository, sql,
};
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::{sold_now, two_mugs};
use serde_json::{Value, json};

use crate::webhooks::{sample, signature};
use crate::{merchant, merchant_of, operators_health, worker};

const NEW_KEY: &str = "c2a97e5d10f4863bb86d3f91e07a52c41f08d6b3a95e7c42806bdf5e93a1724c";

/// Creates a folder for the database of a separate Worker.
fn folder(name: &str) -> PathBuf {
    repository().join("target/tests").join(name)
}

fn get(worker: &str, path: &str) -> Answer {
    http::call("GET", &format!("{worker}{path}"), &[], b"").unwrap()
}

fn pay_link(merchant: &Merchant) -> Value {
    let open = merchant.call("GET", "/api/purchase_orders/open", &Value::Null).unwrap();
    open.json()["pay_link"].clone()
}

/// A merchant with every kind of encrypted data: an address, a webhook secret, a pay link and the
/// stored response that created a key.
struct Secrets {
    merchant: Merchant,
    address: String,
    webhook_secret: String,
    pay_link: String,
    key_response: String,
}

impl Secrets {
    fn create(worker: &str) -> Self {
        let merchant = merchant_of(worker);
        merchant.post_sale(&two_mugs("19")).unwrap();
        let address = merchant.with_verified_email().unwrap();
        let path = format!("/api/shops/{}/webhook", merchant.shops[0].id);
        let webhook = merchant.call("PUT", &path, &json!({})).unwrap().json();
        let pay_link = pay_link(&merchant).as_str().unwrap().to_owned();
        let mut secrets = Self {
            address,
            webhook_secret: webhook["secret"].as_str().unwrap().to_owned(),
            pay_link,
            key_response: String::new(),
            merchant,
        };
        secrets.key_response = secrets.create_key(worker).body;
        secrets
    }

    fn create_key(&self, worker: &str) -> Answer {
        let authorization = format!("Bearer {}", self.merchant.secret_key);
        let headers = [("authorization", authorization.as_str()), ("idempotency-key", "one")];
        let body = br#"{"name": "Stock", "kind": "secret"}"#;
        http::call("POST", &format!("{worker}/api/keys/"), &headers, body).unwrap()
    }

    fn deliver(&self, worker: &str, id: u64) -> Answer {
        let mut order: Value =
            serde_json::from_slice(&sample("woocommerce-order-created.http")).unwrap();
        order["id"] = json!(id);
        let body = order.to_string();
        let signature = signature(&self.webhook_secret, body.as_bytes());
        let url = format!("{worker}/webhooks/woocommerce/{}", self.merchant.shops[0].id);
        let headers = [("x-wc-webhook-signature", signature.as_str())];
        http::call("POST", &url, &headers, body.as_bytes()).unwrap()
    }

    /// Sends the next requests to a restarted Worker.
    fn at(&mut self, worker: &str) {
        self.merchant = self.merchant.clone().at(worker);
    }

    fn check_all_is_readable(&self, worker: &str, delivery: u64) {
        assert_eq!(pay_link(&self.merchant), self.pay_link.as_str());
        assert_eq!(get(worker, &self.pay_link).status, 200);
        let settings = self.merchant.signed_in().unwrap().open("/settings/payments").unwrap();
        assert!(settings.body.contains(&self.address), "{}", settings.body);
        assert_eq!(self.create_key(worker).body, self.key_response);
        let delivered = self.deliver(worker, delivery);
        assert_eq!(delivered.status, 200, "{}", delivered.body);
        assert_eq!(delivered.json()["message"], "The sale is known.", "{}", delivered.body);
    }

    fn proof(&self, worker: &str, sale: u64) -> Vec<Vec<Value>> {
        let proof = "SELECT proof FROM sales WHERE shop_id = ?1 AND sale_id = ?2";
        sql(worker, proof, &[&self.merchant.shops[0].id, &sale.to_string()]).unwrap()
    }
}

#[test]
fn a_new_key_replaces_the_old_one_without_losing_a_secret_or_a_delivery() {
    let folder = folder("rotation-state");
    let first = LocalWorker::start(&folder, 0).unwrap();
    let mut secrets = Secrets::create(&first.url);
    secrets.check_all_is_readable(&first.url, 1001);
    drop(first);

    // The new key is first; the old one still decrypts.
    let both = format!("{NEW_KEY},{ENCRYPTION_KEY}");
    let second = LocalWorker::restart_with_keys(&folder, 0, &both).unwrap();
    secrets.at(&second.url);
    secrets.check_all_is_readable(&second.url, 1002);
    let url = format!("{}/operator/encryption", second.url);
    assert_eq!(http::call("POST", &url, &[], b"").unwrap().status, 401);
    let merchants_key = format!("Bearer {}", secrets.merchant.secret_key);
    let headers = [("authorization", merchants_key.as_str())];
    assert_eq!(http::call("POST", &url, &headers, b"").unwrap().status, 401);
    let operators = format!("Bearer {}", operators_key(&second.url).unwrap());
    let headers = [("authorization", operators.as_str())];
    let reencrypted = http::call("POST", &url, &headers, b"").unwrap();
    assert_eq!(reencrypted.status, 200, "{}", reencrypted.body);
    let reencrypted = reencrypted.json();
    assert!(reencrypted["reencrypted"].as_i64().unwrap() >= 4, "{reencrypted}");
    assert_eq!((&reencrypted["remaining"], &reencrypted["unreadable"]), (&json!(0), &json!({})));
    let again = http::call("POST", &url, &headers, b"").unwrap().json();
    assert_eq!((&again["reencrypted"], &again["remaining"]), (&json!(0), &json!(0)));
    drop(second);

    // The old key is removed, and everything is still readable.
    let third = LocalWorker::restart_with_keys(&folder, 0, NEW_KEY).unwrap();
    secrets.at(&third.url);
    secrets.check_all_is_readable(&third.url, 1003);

    // The address is found by a hash of the new key.
    let mut browser = Browser::new(&third.url).unwrap();
    let form = format!("email={}", secrets.address.replace('@', "%40"));
    assert_eq!(browser.send("/sign-in", &form).unwrap().status, 303);
    let started = Instant::now();
    while secrets.merchant.mailed_links().unwrap().len() < 2 {
        assert!(started.elapsed() < Duration::from_secs(10), "no link was mailed");
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_delivery_is_kept_as_unconfirmed_while_no_key_decrypts_its_secret() {
    let folder = folder("lost-key-state");
    let first = LocalWorker::start(&folder, 0).unwrap();
    let mut secrets = Secrets::create(&first.url);
    assert_eq!(secrets.deliver(&first.url, 2001).status, 200);
    drop(first);

    for (keys, id) in [(NEW_KEY, 2002), ("too-short", 2003)] {
        let worker = LocalWorker::restart_with_keys(&folder, 0, keys).unwrap();
        secrets.at(&worker.url);
        let delivered = secrets.deliver(&worker.url, id);
        assert_eq!(delivered.status, 200, "{keys}: {}", delivered.body);
        assert_eq!(secrets.proof(&worker.url, id), [[json!("claimed")]], "{keys}");
        // A delivery that cannot be verified does not change a verified sale.
        assert_eq!(secrets.deliver(&worker.url, 2001).status, 200);
        assert_eq!(secrets.proof(&worker.url, 2001), [[json!("verified")]]);
        let noted = "SELECT webhook_problem FROM shops WHERE id = ?1";
        let noted = sql(&worker.url, noted, &[&secrets.merchant.shops[0].id]).unwrap();
        assert!(noted[0][0].as_str().unwrap().contains("Set the secret again"), "{noted:?}");
    }

    let back = LocalWorker::restart_with_keys(&folder, 0, ENCRYPTION_KEY).unwrap();
    secrets.at(&back.url);
    assert_eq!(secrets.deliver(&back.url, 2002).status, 200);
    assert_eq!(secrets.proof(&back.url, 2002), [[json!("verified")]]);
}

/// Anybody could have sent what cannot be checked.
#[test]
fn while_no_key_works_a_delivery_is_as_small_as_a_claim_and_orders_nothing() {
    let folder = folder("lost-key-bounds-state");
    let first = LocalWorker::start(&folder, 0).unwrap();
    let mut secrets = Secrets::create(&first.url);
    let campaign = json!({"trees": [{"per_order": {"trees": 1}}]});
    secrets.merchant.add_campaign("Every order", &campaign).unwrap();
    drop(first);

    let worker = LocalWorker::restart_with_keys(&folder, 0, NEW_KEY).unwrap();
    secrets.at(&worker.url);
    // The webhook never delivered, so claims of this shop are billed.
    let shop = secrets.merchant.shops[0].id.as_str();
    let deliver = |order: &Value| {
        let url = format!("{}/webhooks/woocommerce/{shop}", worker.url);
        let headers = [("x-wc-webhook-signature", "Zm9yZ2Vk")];
        let delivered = http::call("POST", &url, &headers, order.to_string().as_bytes()).unwrap();
        assert_eq!(delivered.status, 200, "{}", delivered.body);
    };
    let mut order: Value =
        serde_json::from_slice(&sample("woocommerce-order-created.http")).unwrap();
    order["id"] = json!(2001);
    let now = sold_now(json!({"sold_at": ""}));
    let now = now["sold_at"].as_str().unwrap().trim_end_matches('Z');
    for date in ["date_created_gmt", "date_modified_gmt", "date_paid_gmt"] {
        order[date] = json!(now);
    }
    deliver(&order);
    let held = "SELECT proof, held_because, claimed_trees FROM sales
        WHERE shop_id = ?1 AND sale_id = '2001'";
    let held = sql(&worker.url, held, &[shop]).unwrap();
    assert_eq!((&held[0][0], &held[0][2]), (&json!("claimed"), &json!(0)));
    assert!(held[0][1].as_str().unwrap().contains("signature could not be checked"), "{held:?}");
    let billed = "SELECT count(*) FROM orders o JOIN sales s ON s.id = o.sale
        WHERE s.shop_id = ?1 AND s.sale_id = '2001' AND o.purchase_order_id IS NOT NULL";
    assert_eq!(sql(&worker.url, billed, &[shop]).unwrap()[0][0], json!(0));

    // A large one is listed for the owner instead.
    order["id"] = json!(2002);
    let mut line = order["line_items"][0].clone();
    line["name"] = json!("x".repeat(1000));
    order["line_items"] = json!(vec![line; 100]);
    deliver(&order);
    let stored = "SELECT count(*) FROM sales WHERE shop_id = ?1 AND sale_id = '2002'";
    assert_eq!(sql(&worker.url, stored, &[shop]).unwrap()[0][0], json!(0));
    let listed = "SELECT sale_id, problem FROM quarantined_sales WHERE shop_id = ?1";
    let listed = sql(&worker.url, listed, &[shop]).unwrap();
    assert_eq!(listed[0][0], json!("2002"));
    assert!(listed[0][1].as_str().unwrap().contains("takes more than 32768 bytes"), "{listed:?}");
}

#[test]
fn while_no_key_works_a_delivery_without_room_is_refused_so_that_its_shop_sends_it_again() {
    let folder = folder("lost-key-full-state");
    let first = LocalWorker::start(&folder, 0).unwrap();
    let mut secrets = Secrets::create(&first.url);
    assert_eq!(secrets.deliver(&first.url, 2001).status, 200);
    drop(first);

    let worker = LocalWorker::restart_with_keys(&folder, 0, NEW_KEY).unwrap();
    secrets.at(&worker.url);
    assert_eq!(secrets.deliver(&worker.url, 2002).status, 200);
    let shop = secrets.merchant.shops[0].id.as_str();
    let fill = "UPDATE unbilled_claims SET bytes = 16777216 WHERE shop_id = ?1";
    sql(&worker.url, fill, &[shop]).unwrap();
    let refused = secrets.deliver(&worker.url, 2003);
    assert_eq!(refused.status, 503, "{}", refused.body);
    assert_eq!(refused.header("retry-after"), Some("60"));
    assert!(refused.body.contains("send it again later"), "{}", refused.body);
    let none: [Vec<Value>; 0] = [];
    assert_eq!(secrets.proof(&worker.url, 2003), none);
    for known in [2001, 2002] {
        let again = secrets.deliver(&worker.url, known);
        assert_eq!(again.status, 200, "{known} is stored: {}", again.body);
    }
    sql(&worker.url, "DELETE FROM unbilled_claims WHERE shop_id = ?1", &[shop]).unwrap();
    assert_eq!(secrets.deliver(&worker.url, 2003).status, 200);
    assert_eq!(secrets.proof(&worker.url, 2003), [[json!("claimed")]]);
}

#[test]
fn unusable_keys_stop_the_worker_and_only_the_operator_reads_why() {
    for (keys, reason) in [
        ("", "not set"),
        ("too-short", "Key 1 of ENCRYPTION_KEYS is not 64 hexadecimal digits"),
        (&"0123456789abcdef".repeat(4), "Key 1 of ENCRYPTION_KEYS is not random"),
        (&format!("{NEW_KEY},{NEW_KEY}"), "Key 2 of ENCRYPTION_KEYS is in the list twice"),
    ] {
        let folder = folder("unusable-keys-state");
        std::fs::create_dir_all(&folder).unwrap();
        let worker = LocalWorker::restart_with_keys(&folder, 0, keys).unwrap();
        for path in ["/api/orders/", "/settings", "/pay/0", "/health"] {
            let answer = get(&worker.url, path);
            assert_eq!(answer.status, 500, "{path}: {}", answer.body);
            assert!(!answer.body.contains("ENCRYPTION_KEYS"), "{path}: {}", answer.body);
        }
        let health = operators_health(&worker.url);
        assert_eq!(health.status, 500);
        assert!(health.body.contains(reason), "{}", health.body);
        assert!(health.body.contains("openssl rand -hex 32") || reason.contains("twice"));
        let log = std::fs::read_to_string(&worker.log).unwrap();
        assert!(log.contains(reason), "{log}");
    }
}

#[test]
fn a_pay_link_is_random_and_its_owner_renews_it() {
    let merchant = merchant();
    merchant.post_sale(&two_mugs("19")).unwrap();
    let old = pay_link(&merchant).as_str().unwrap().to_owned();
    let open = merchant.call("GET", "/api/purchase_orders/open", &Value::Null).unwrap().json();
    let id = open["id"].as_str().unwrap();
    let stored = "SELECT link_hash, link_encrypted FROM purchase_orders WHERE id = ?1";
    let stored = sql(&worker(), stored, &[id]).unwrap();
    let token = old.strip_prefix("/pay/").unwrap();
    assert!(token.len() >= 32 && !format!("{stored:?}").contains(token));
    let renew = format!("/settings/payments/orders/{id}/link");
    let foreign = merchant_of(&worker()).signed_in().unwrap().send(&renew, "").unwrap();
    assert_eq!(foreign.status, 404);
    assert_eq!(get(&worker(), &old).status, 200);
    assert_eq!(merchant.signed_in().unwrap().send(&renew, "").unwrap().status, 303);
    let new = pay_link(&merchant).as_str().unwrap().to_owned();
    assert_ne!(new, old);
    assert_eq!((get(&worker(), &old).status, get(&worker(), &new).status), (404, 200));
}

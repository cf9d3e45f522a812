//! Tests the Worker with localstripe, an independent Stripe emulator: a saved card is charged or
//! declined, and the Worker accepts its signed webhooks.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "in a test, a panic is the message"
)]

use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use play_it_green_tests::http::{self, Answer};
use play_it_green_tests::local_worker::{LocalWorker, free_port, repository, sql};
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

const SECONDS_MAX: u64 = 60;
const WEBHOOK_SECRET: &str = "whsec_for_localstripe";
const KEY: &str = "sk_test_not_a_secret";

/// A running localstripe, which stops when this is dropped.
struct LocalStripe {
    process: Child,
    url: String,
}

impl LocalStripe {
    fn start() -> Self {
        let python = std::env::var("LOCALSTRIPE").ok().filter(|path| !path.is_empty());
        let python = python.expect("run `npm test`, which installs localstripe");
        let port = free_port(0).unwrap();
        let launcher = repository().join("tests/localstripe/launch.py");
        let process = Command::new(python).arg(launcher).arg(port.to_string()).spawn().unwrap();
        let stripe = Self { process, url: format!("http://127.0.0.1:{port}") };
        wait_until("localstripe answers", || {
            http::call("GET", &stripe.url, &[], b"").is_ok_and(|answer| answer.status == 401)
        });
        stripe
    }

    fn post(&self, path: &str, form: &str) -> Value {
        let authorization = format!("Bearer {KEY}");
        let headers = [
            ("authorization", authorization.as_str()),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        let url = format!("{}{path}", self.url);
        let answer = http::call("POST", &url, &headers, form.as_bytes()).unwrap();
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.json()
    }

    fn get(&self, path: &str) -> Answer {
        let authorization = format!("Bearer {KEY}");
        let headers = [("authorization", authorization.as_str())];
        http::call("GET", &format!("{}{path}", self.url), &headers, b"").unwrap()
    }

    /// Returns a customer with this card.
    fn customer(&self, number: &str) -> (String, String) {
        let text = |value: &Value| value["id"].as_str().unwrap().to_owned();
        let customer = text(&self.post("/v1/customers", "name=Example+Mugs"));
        let card = format!(
            "type=card&card[number]={number}&card[exp_month]=8&card[exp_year]=2030&card[cvc]=123"
        );
        let card = text(&self.post("/v1/payment_methods", &card));
        let attach = format!("/v1/payment_methods/{card}/attach");
        self.post(&attach, &format!("customer={customer}"));
        (customer, card)
    }

    /// Returns the payments of a customer.
    fn payments(&self, customer: &str) -> Vec<Value> {
        let all = self.get("/v1/payment_intents").json();
        let all = all["data"].as_array().unwrap().iter();
        all.filter(|payment| payment["customer"] == customer).cloned().collect()
    }
}

impl Drop for LocalStripe {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < Duration::from_secs(SECONDS_MAX), "{what}: it did not happen");
        thread::sleep(Duration::from_millis(50));
    }
}

/// Starts a Worker that uses this Stripe and receives its events.
fn worker(stripe: &LocalStripe) -> LocalWorker {
    let state = repository().join("target/tests/localstripe-state");
    let variables = [
        ("ENVIRONMENT", "development"),
        ("STRIPE_SECRET_KEY", KEY),
        ("STRIPE_API_BASE", stripe.url.as_str()),
        ("STRIPE_WEBHOOK_SECRET", WEBHOOK_SECRET),
    ];
    let worker = LocalWorker::start_with(&state, 0, &variables).unwrap();
    let webhook = format!("url={}/webhooks/stripe&secret={WEBHOOK_SECRET}", worker.url);
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let url = format!("{}/_config/webhooks/worker", stripe.url);
    let told = http::call("POST", &url, &headers, webhook.as_bytes()).unwrap();
    assert_eq!(told.status, 200, "{}", told.body);
    worker
}

/// Creates a merchant with this saved card; returns the customer's id too.
fn merchant_with_card(
    worker: &LocalWorker,
    stripe: &LocalStripe,
    number: &str,
) -> (Merchant, String) {
    let merchant = Merchant::add(&worker.url, "Example Mugs", "UTC", "USD")
        .unwrap()
        .add_shop("Mugs online", "woocommerce", "https://mugs.example.com")
        .unwrap();
    merchant.add_campaign("Every order", &json!({"trees": [{"per_order": {"trees": 3}}]})).unwrap();
    let (customer, card) = stripe.customer(number);
    let save = "INSERT INTO payers (merchant_id, provider, customer, card, card_brand,
            card_last_four, created_at, card_saved_at)
        VALUES (?1, 'stripe test', ?2, ?3, 'visa', ?4, 0, 0)";
    let last_four = number.split_at(12).1;
    sql(&worker.url, save, &[&merchant.id, &customer, &card, last_four]).unwrap();
    (merchant, customer)
}

/// Ends the month, and returns its purchase order.
fn end_month(merchant: &Merchant) -> Value {
    merchant.post_sale(&two_mugs("1")).unwrap();
    merchant.end_month().unwrap();
    merchant.call("GET", "/api/purchase_orders/", &Value::Null).unwrap().json()[0].clone()
}

/// Waits until the Worker processed an event of this kind about a payment of this merchant. The
/// Worker rejects events with a wrong signature and does not record them.
fn wait_for_event(worker: &LocalWorker, kind: &str, count: i64) {
    let handled = "SELECT count(*) FROM provider_events
        WHERE kind = ?1 AND handled_at IS NOT NULL";
    wait_until(kind, || sql(&worker.url, handled, &[kind]).unwrap()[0][0] == count);
}

#[test]
fn a_saved_card_is_charged_or_declined_and_signed_webhooks_are_heard() {
    let stripe = LocalStripe::start();
    let worker = worker(&stripe);

    let (merchant, customer) = merchant_with_card(&worker, &stripe, "4242424242424242");
    let order = end_month(&merchant);
    assert_eq!((&order["state"], &order["total"]), (&json!("paid"), &json!(300)), "{order}");
    let payments = stripe.payments(&customer);
    assert_eq!(payments.len(), 1, "{payments:?}");
    assert_eq!(
        (&payments[0]["status"], &payments[0]["amount"]),
        (&json!("succeeded"), &json!(300))
    );
    assert_eq!(payments[0]["metadata"]["purchase_order"], order["id"]);
    wait_for_event(&worker, "payment_intent.succeeded", 1);

    let (merchant, customer) = merchant_with_card(&worker, &stripe, "4000000000000341");
    let order = end_month(&merchant);
    assert_eq!(order["state"], "payment due", "{order}");
    assert!(order["last_message"].as_str().unwrap().starts_with("The card was declined."));
    assert!(!order["next_attempt_at"].is_null(), "{order}");
    assert_eq!(stripe.payments(&customer)[0]["status"], "requires_payment_method");
    wait_for_event(&worker, "payment_intent.payment_failed", 1);
    let order = merchant.call("GET", "/api/purchase_orders/", &Value::Null).unwrap().json();
    assert_eq!((&order[0]["state"], stripe.payments(&customer).len()), (&json!("payment due"), 1));

    let removed = merchant.signed_in().unwrap().send("/settings/payments/card/remove", "").unwrap();
    assert_eq!(removed.status, 303, "{}", removed.body);
    let cards = stripe.get(&format!("/v1/payment_methods?customer={customer}&type=card"));
    assert_eq!(cards.json()["data"], json!([]), "{}", cards.body);
}

#[test]
fn a_payment_that_wants_the_payer_is_left_to_the_pay_link() {
    let stripe = LocalStripe::start();
    let worker = worker(&stripe);
    let (merchant, _) = merchant_with_card(&worker, &stripe, "4000002760003184");
    let order = end_month(&merchant);
    assert_eq!((&order["state"], &order["next_attempt_at"]), (&json!("payment due"), &Value::Null));
    let message = order["last_message"].as_str().unwrap();
    assert!(message.starts_with("Your bank wants you to confirm"), "{message}");
}

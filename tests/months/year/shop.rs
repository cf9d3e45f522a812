//! The actions of the merchant and the events in the shop, each at its own instant.

use std::collections::BTreeMap;

use order_events::Timestamp;
use play_it_green_tests::http::{self, Answer};
use play_it_green_tests::merchant::{Merchant, hash};
use play_it_green_tests::sales::two_mugs;
use play_it_green_tests::stripe::Next;
use serde_json::{Value, json};

use super::books;
use crate::world::{EVENT, World};

/// A merchant in virtual time, so that month ends come at once.
pub(super) struct Shop {
    pub(super) world: World,
    pub(super) merchant: Merchant,
    /// The sales as they were last reported.
    sales: BTreeMap<String, Value>,
    /// The id and the pay link of the month's purchase order.
    latest: Value,
}

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn milliseconds(text: &str) -> i64 {
    instant(text).milliseconds()
}

impl Shop {
    /// Opens a shop in Berlin that pays in euros, with a tree for every mug.
    pub(super) fn open() -> Self {
        let world = World::start("year");
        let merchant = Merchant::add(&world.worker.url, "Example Mugs", "Europe/Berlin", "EUR");
        let merchant = merchant.unwrap();
        let merchant =
            merchant.add_shop("Mugs", "woocommerce", "https://mugs.example.com").unwrap();
        let every_mug =
            json!({"trees": [{"per_item": {"items": {"sku": ["MUG-BLUE"]}, "trees": 1}}]});
        merchant.add_campaign("A tree for every mug", &every_mug).unwrap();
        Self { world, merchant, sales: BTreeMap::new(), latest: Value::Null }
    }

    /// Calls the API with the secret key, as if it were `now`.
    pub(super) fn call_at(&self, now: &str, method: &str, path: &str, body: &Value) -> Answer {
        self.call_with(&self.merchant.secret_key, now, (method, path), body)
    }

    fn call_with(&self, key: &str, now: &str, what: (&str, &str), body: &Value) -> Answer {
        let (method, path) = what;
        let authorization = format!("Bearer {key}");
        let headers = [("authorization", authorization.as_str()), ("play-it-green-now", now)];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let url = format!("{}{path}", self.world.worker.url);
        http::call(method, &url, &headers, body.as_bytes()).unwrap()
    }

    /// The shop's server reports a sale at once.
    pub(super) fn sell(&mut self, id: &str, at: &str, mugs: u32) {
        self.sell_late(id, at, at, mugs);
    }

    /// The shop's server reports a sale later.
    pub(super) fn sell_late(&mut self, id: &str, sold_at: &str, told_at: &str, mugs: u32) {
        let mut sale = two_mugs(id);
        sale["sold_at"] = json!(sold_at);
        sale["currency"] = json!("EUR");
        sale["lines"][0]["quantity"] = json!(mugs);
        self.sales.insert(id.to_owned(), sale);
        self.tell(id, told_at);
    }

    /// The buyer returns this many mugs of a sale.
    pub(super) fn refund(&mut self, id: &str, at: &str, mugs: u32) {
        self.sales.get_mut(id).unwrap()["lines"][0]["refunded"] = json!(mugs);
        self.tell(id, at);
    }

    fn tell(&mut self, id: &str, at: &str) {
        let sale = self.sales.get_mut(id).unwrap();
        sale["updated_at"] = json!(at);
        let event = json!({"sale": sale});
        let shop = &self.merchant.shops[0].id;
        let path = format!("/api/orders/?shop={shop}");
        let answer = self.call_at(at, "POST", &path, &event);
        assert!([200, 201].contains(&answer.status), "{}", answer.body);
    }

    /// Sets the price of a tree from an instant on.
    pub(super) fn set_price(&self, from: &str, amount: i64) {
        let from = milliseconds(from).to_string();
        self.world.rows(
            "INSERT INTO tree_prices (currency, valid_from, amount) VALUES ('EUR', ?1, ?2)",
            &[&from, &amount.to_string()],
        );
    }

    pub(super) fn move_to(&self, zone: &str) {
        let sql = "UPDATE merchants SET time_zone = ?2 WHERE id = ?1";
        self.world.rows(sql, &[&self.merchant.id, zone]);
    }

    /// Sets the bank's response to the next charge.
    pub(super) fn next_charge(&self, next: Next) {
        self.world.stripe.next_of("POST /v1/payment_intents", [next]);
    }

    /// Fires the cron event before the end of the month, which changes nothing, and the one at its
    /// end, which closes it.
    pub(super) fn end_month(&mut self, end: &str) {
        let end = milliseconds(end);
        let open = "SELECT id FROM purchase_orders WHERE merchant_id = ?1 AND state = 'open'
            ORDER BY ends_at LIMIT 1";
        let ids = self.world.rows(open, &[&self.merchant.id]);
        let id = ids[0][0].as_str().unwrap().to_owned();
        self.fire(end - EVENT);
        assert_eq!(self.state(&id), "open", "a quarter of an hour before the end");
        self.fire(end);
        let path = format!("/api/purchase_orders/{id}");
        let closed = self.merchant.call("GET", &path, &Value::Null).unwrap();
        self.latest = closed.json();
        assert_ne!(self.latest["state"], "open");
    }

    fn fire(&self, at: i64) {
        self.world.worker.send_cron(at).unwrap();
        self.world.wait_until_quiet();
    }

    /// Fires a cron event every twelve hours, up to an instant.
    pub(super) fn events_until(&self, end: &str) {
        let closed = self.latest["closed_at"].as_str().unwrap();
        let (mut at, end) = (milliseconds(closed), milliseconds(end));
        while at < end {
            at = (at + 12 * 4 * EVENT).min(end);
            self.fire(at);
        }
    }

    fn state(&self, id: &str) -> String {
        let state = self.world.rows("SELECT state FROM purchase_orders WHERE id = ?1", &[id]);
        state.first().map_or("gone", |row| row[0].as_str().unwrap()).to_owned()
    }

    /// Begins a session at this instant; returns its token.
    fn sign_in(&self, at: &str) -> String {
        let instant: Timestamp = at.parse().unwrap();
        let now = instant.milliseconds();
        let token = format!("owner-at-{now}");
        let begin = "INSERT INTO sessions (hash, merchant_id, created_at, expires_at, last_seen_at)
            SELECT ?1, ?2, ?3, ?3 + 60000, ?3";
        self.world.rows(begin, &[&hash(&token), &self.merchant.id, &now.to_string()]);
        token
    }

    /// The owner opens the pay link, types a card at Stripe, and wants it to be remembered.
    pub(super) fn pay_on_page(&self, at: &str) {
        let link = self.latest["pay_link"].as_str().unwrap();
        let url = format!("{}{link}", self.world.worker.url);
        let cookie = format!("session={}", self.sign_in(at));
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("play-it-green-now", at),
            ("cookie", cookie.as_str()),
            ("origin", self.world.worker.url.as_str()),
        ];
        let answer = http::call("POST", &url, &headers, b"remember=yes").unwrap();
        let to = answer.header("location").unwrap_or_default();
        let page = to.strip_prefix(&format!("{}/checkout/", self.world.stripe.url));
        let page = page.unwrap_or_else(|| panic!("{} {}", answer.status, answer.body));
        self.world.stripe.pay_on_page(page);
        let back = format!("{url}?page={page}");
        http::call("GET", &back, &[("play-it-green-now", at)], b"").unwrap();
    }

    /// The owner pays by transfer in spite of a saved card, and the operator records it.
    pub(super) fn pay_by_transfer(&self, at: &str, reference: &str) {
        let key = self.merchant.add_operators_key().unwrap();
        let path = format!("/api/purchase_orders/{}/payments", self.latest["id"].as_str().unwrap());
        let body = json!({"reference": reference});
        let answer = self.call_with(&key, at, ("POST", &path), &body);
        assert_eq!(answer.status, 201, "{}", answer.body);
    }

    pub(super) fn purchase_orders(&self) -> usize {
        let all = self.merchant.call("GET", "/api/purchase_orders/", &Value::Null).unwrap().json();
        all.as_array().unwrap().len()
    }

    /// Compares the month's purchase order with the snapshot of this name.
    pub(super) fn write(&self, name: &str) {
        let text = books::purchase_order(self, self.latest["id"].as_str().unwrap());
        insta::assert_snapshot!(name.replace(' ', "_"), text);
    }

    /// Checks that the sales, less the returns, are billed and paid.
    pub(super) fn check_books(&self) {
        books::check(self);
    }
}

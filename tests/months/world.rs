//! The fixture: a Worker that may be killed, its Stripe, and merchants whose month ends.

use std::thread;
use std::time::{Duration, Instant};

use play_it_green_tests::faulty_worker::{FaultyWorker, Reaper};
use play_it_green_tests::local_worker::{ENCRYPTION_KEY, repository, sql};
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::two_mugs;
use play_it_green_tests::stripe::FakeStripe;
use serde_json::{Value, json};

pub(crate) const MINUTE: i64 = 60 * 1000;

/// The interval between cron events.
pub(crate) const EVENT: i64 = 15 * MINUTE;

/// Cron events after which everything must be complete, for any fault.
const EVENTS_MAX: i64 = 12;

/// The maximum wait after an event, before the next one.
const PATIENCE: Duration = Duration::from_millis(1500);

/// The time in which a killed Worker must be back.
const BACK_WITHIN: Duration = Duration::from_secs(30);

/// The secret with which the fake signs its webhooks.
pub(crate) const WEBHOOK_SECRET: &str = "whsec_for_tests";

/// A deployment under test.
pub(crate) struct World {
    pub(crate) worker: FaultyWorker,
    pub(crate) stripe: FakeStripe,
}

/// A merchant's purchase order, of one sale of two mugs.
pub(crate) struct Due {
    pub(crate) merchant: Merchant,
    pub(crate) id: String,
    /// The path of its pay page.
    pub(crate) pay_link: String,
    pub(crate) ends_at: i64,
}

impl World {
    /// Starts with an empty database in a folder of this name.
    pub(crate) fn start(name: &str) -> Self {
        let stripe = FakeStripe::start().unwrap();
        let state = repository().join(format!("target/tests/{name}-state"));
        let kill_url = format!("{}/kill", stripe.url);
        let variables = [
            ("ENVIRONMENT", "development"),
            ("ENCRYPTION_KEYS", ENCRYPTION_KEY),
            ("STRIPE_SECRET_KEY", "sk_test_not_a_secret"),
            ("STRIPE_API_BASE", stripe.url.as_str()),
            ("STRIPE_WEBHOOK_SECRET", WEBHOOK_SECRET),
            ("KILL_URL", kill_url.as_str()),
        ];
        let reaper = Reaper::of(&state);
        stripe.killed_by(move || reaper.kill());
        let supervise = env!("CARGO_BIN_EXE_supervise");
        let worker = FaultyWorker::start(&state, supervise, &variables).unwrap();
        Self { worker, stripe }
    }

    /// Adds a merchant with a shop and a campaign: a tree for every mug.
    pub(crate) fn merchant(&self) -> Merchant {
        let url = &self.worker.url;
        let merchant = Merchant::add(url, "Example Mugs", "UTC", "USD").unwrap();
        let merchant =
            merchant.add_shop("Mugs", "woocommerce", "https://mugs.example.com").unwrap();
        let every_mug =
            json!({"trees": [{"per_item": {"items": {"sku": ["MUG-BLUE"]}, "trees": 1}}]});
        merchant.add_campaign("A tree for every mug", &every_mug).unwrap();
        merchant
    }

    /// Adds a merchant who has sold two mugs this month.
    pub(crate) fn sold(&self) -> Due {
        let merchant = self.merchant();
        assert_eq!(merchant.post_sale(&two_mugs("1")).unwrap().status, 201);
        let open = merchant.call("GET", "/api/purchase_orders/open", &Value::Null).unwrap().json();
        Due {
            id: open["id"].as_str().unwrap().to_owned(),
            pay_link: open["pay_link"].as_str().unwrap().to_owned(),
            ends_at: merchant.month_end().unwrap(),
            merchant,
        }
    }

    /// Adds the same merchant with a saved card.
    pub(crate) fn sold_with_card(&self) -> Due {
        let due = self.sold();
        self.rows(
            "INSERT INTO payers (merchant_id, provider, customer, card, card_brand, card_last_four,
                created_at, card_saved_at)
            VALUES (?1, 'stripe test', 'cus_' || ?1, 'pm_visa', 'visa', '4242', 0, 0)",
            &[&due.merchant.id],
        );
        due
    }

    /// Runs SQL beside the Worker, once a Worker runs.
    pub(crate) fn rows(&self, statement: &str, values: &[&str]) -> Vec<Vec<Value>> {
        let started = Instant::now();
        loop {
            match sql(&self.worker.url, statement, values) {
                Ok(rows) => return rows,
                Err(failure) => assert!(started.elapsed() < BACK_WITHIN, "{failure}"),
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Returns the single value of a statement.
    pub(crate) fn value(&self, statement: &str, id: &str) -> Value {
        self.rows(statement, &[id])[0][0].clone()
    }

    pub(crate) fn state_of(&self, due: &Due) -> String {
        let state = self.value("SELECT state FROM purchase_orders WHERE id = ?1", &due.id);
        state.as_str().unwrap().to_owned()
    }

    /// Fires a cron event. If the Worker is killed during it, the next event finds it running
    /// again.
    pub(crate) fn fire(&self, at: i64) {
        let _ = self.worker.send_cron(at);
    }

    /// Waits until the database receives no further calls.
    pub(crate) fn wait_until_quiet(&self) {
        let mut before = usize::MAX;
        loop {
            thread::sleep(Duration::from_millis(120));
            let calls = self.worker.calls().unwrap().len();
            if calls == before {
                return;
            }
            before = calls;
        }
    }

    /// Sends cron events, a quarter of an hour apart, until all are paid. Returns their number.
    pub(crate) fn send_events_until_paid(&self, all: &[Due], from: i64) -> i64 {
        let are_paid = || all.iter().all(|due| self.state_of(due) == "paid");
        for event in 0..EVENTS_MAX {
            if are_paid() {
                return event;
            }
            self.fire(from + event * EVENT);
            wait_for(are_paid);
        }
        let states: Vec<String> = all.iter().map(|due| self.state_of(due)).collect();
        assert!(are_paid(), "not paid after {EVENTS_MAX} events: {states:?}");
        EVENTS_MAX
    }

    /// Checks that the purchase order was paid exactly once and that nothing is lost.
    pub(crate) fn check_paid_once(&self, due: &Due) {
        let number = |statement: &str, id: &str| self.value(statement, id).as_i64().unwrap();
        let merchant = &due.merchant.id;
        let purchase_orders = "SELECT count(*) FROM purchase_orders WHERE merchant_id = ?1";
        assert_eq!(number(purchase_orders, merchant), 1, "purchase orders");
        let orders = "SELECT count(*) FROM orders WHERE merchant_id = ?1";
        assert_eq!(number(orders, merchant), 1, "orders");
        let whole = "SELECT count(*) FROM purchase_orders WHERE id = ?1 AND state = 'paid'
            AND total = 200 AND trees = 2 AND length(digest) = 64 AND sequence IS NOT NULL";
        assert_eq!(number(whole, &due.id), 1, "total, digest or number");
        let lines = "SELECT count(*) FROM purchase_order_lines WHERE purchase_order_id = ?1";
        assert_eq!(number(lines, &due.id), 1, "lines");
        let paid = "SELECT count(*) FROM payments WHERE purchase_order_id = ?1 AND state = 'paid'";
        assert_eq!(number(paid, &due.id), 1, "payments that paid");
        let open = "SELECT count(*) FROM payments WHERE purchase_order_id = ?1
            AND state IN ('pending', 'authentication needed', 'duplicate')";
        assert_eq!(number(open, &due.id), 0, "payments that are under way, or were too many");
        assert_eq!(self.stripe.payments_that_succeeded(&due.id), 1, "charges at Stripe");
    }
}

/// Waits for a condition as long as an event may take; returns true if it was met.
pub(crate) fn wait_for(condition: impl Fn() -> bool) -> bool {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        if condition() {
            return true;
        }
        thread::sleep(Duration::from_millis(10));
    }
    condition()
}

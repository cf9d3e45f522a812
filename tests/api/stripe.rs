//! No purchase order is paid twice, whatever Stripe responds: the Worker against a fake Stripe with
//! scripted responses.

/// Creates one test per scenario, so that each can run alone.
macro_rules! scenarios {
    ($($name:ident => $scenario:expr,)*) => {
        $(
            #[test]
            fn $name() {
                super::run($scenario);
            }
        )*
    };
}

mod cards;
mod charges;
mod pages;
mod rows;
mod webhooks;

use std::fs::OpenOptions;
use std::io::Write;
use std::sync::{Mutex, OnceLock, PoisonError};

use play_it_green_tests::http::{self, Answer};
use play_it_green_tests::local_worker::{LocalWorker, fire_cron, repository, sql};
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::stripe::{Call, FakeStripe, Next};
use serde_json::{Value, json};

use crate::merchant_of;
use crate::pay::{DuePurchaseOrder, close_month};

const HOUR: i64 = 60 * 60 * 1000;

/// The secrets of the fake's webhooks, during a rotation by the deployer.
const WEBHOOK_SECRETS: &str = "whsec_old_for_tests,whsec_new_for_tests";

const CHARGE: &str = "POST /v1/payment_intents";
const OPEN: &str = "POST /v1/checkout/sessions";

/// A Worker and its fake Stripe.
struct Deployment {
    worker: LocalWorker,
    stripe: FakeStripe,
}

impl Deployment {
    fn start() -> Self {
        let stripe = FakeStripe::start().unwrap();
        let variables = [
            ("ENVIRONMENT", "development"),
            ("STRIPE_SECRET_KEY", "sk_test_not_a_secret"),
            ("STRIPE_API_BASE", stripe.url.as_str()),
            ("STRIPE_WEBHOOK_SECRET", WEBHOOK_SECRETS),
        ];
        // Test processes run in parallel, each with a Worker of its own.
        let state = format!("target/tests/stripe-{}-state", std::process::id());
        let state = repository().join(state);
        let worker = LocalWorker::start_with(&state, 0, &variables).unwrap();
        Self { worker, stripe }
    }

    /// Settles all purchase orders, so that no cron event charges those of an earlier scenario.
    fn settle_everything(&self) {
        self.stripe.nothing_next();
        for statement in [
            "UPDATE payments SET state = 'abandoned' WHERE state IN ('pending', 'authentication needed')",
            "UPDATE purchase_orders SET state = 'paid', paid_at = closed_at WHERE state = 'payment due'",
        ] {
            sql(&self.worker.url, statement, &[]).unwrap();
        }
    }

    /// Closes a month of a merchant without a card.
    fn due(&self) -> DuePurchaseOrder {
        close_month(&self.worker.url, merchant_of(&self.worker.url))
    }

    /// Closes a month that was paid with a saved card, and charges the month after it. `next`
    /// scripts the responses to that charge.
    fn charged(&self, next: impl IntoIterator<Item = Next>) -> DuePurchaseOrder {
        self.charged_of(merchant_of(&self.worker.url), next)
    }

    /// Does the same for this merchant.
    fn charged_of(
        &self,
        merchant: Merchant,
        next: impl IntoIterator<Item = Next>,
    ) -> DuePurchaseOrder {
        let first = close_month(&self.worker.url, merchant);
        let page = self.page_of(&first, "remember=yes");
        self.stripe.pay_on_page(&page);
        come_back(&first, &page);
        assert_eq!(first.state(), "paid", "{}", first.page());
        self.stripe.next(next);
        close_month(&self.worker.url, first.merchant)
    }

    /// Submits the form of the pay page, and returns the id of Stripe's page.
    fn page_of(&self, due: &DuePurchaseOrder, form: &str) -> String {
        let answer = due.post("", form);
        assert_eq!(answer.status, 303, "{}", answer.body);
        let prefix = format!("{}/checkout/", self.stripe.url);
        answer.header("location").unwrap().strip_prefix(&prefix).unwrap().to_owned()
    }

    /// Fires the cron event this number of hours after the close.
    fn cron_after(&self, due: &DuePurchaseOrder, hours: i64) {
        let at = due.closed_at.saturating_add(hours.saturating_mul(HOUR));
        fire_cron(&self.worker.url, at).unwrap();
    }

    /// Returns the calls of an operation for this purchase order.
    fn calls(&self, operation: &str, due: &DuePurchaseOrder) -> Vec<Call> {
        let mut calls = self.stripe.calls(operation);
        calls.retain(|call| call.field("metadata[purchase_order]") == Some(&due.id));
        calls
    }

    /// Returns the number of successful payments of this purchase order.
    fn taken(&self, due: &DuePurchaseOrder) -> usize {
        self.stripe.payments_that_succeeded(&due.id)
    }
}

/// Returns from Stripe's page with the address that Stripe sends the payer to.
fn come_back(due: &DuePurchaseOrder, page: &str) -> Answer {
    http::call("GET", &format!("{}?page={page}", due.link), &[], b"").unwrap()
}

/// Returns an outage of Stripe for all three attempts of a call. Stripe does nothing.
fn failing() -> [Next; 3] {
    [500, 500, 503].map(|status| Next::Refuse(status, json!({"type": "api_error"})))
}

/// Runs a scenario. All scenarios of a process share one Worker, one after the other.
fn run(scenario: impl FnOnce(&Deployment)) {
    static DEPLOYMENT: OnceLock<Mutex<Deployment>> = OnceLock::new();
    let deployment = DEPLOYMENT.get_or_init(|| Mutex::new(Deployment::start()));
    // The failure of one scenario must not fail the others.
    let deployment = deployment.lock().unwrap_or_else(PoisonError::into_inner);
    deployment.settle_everything();
    let earlier = deployment.stripe.all_calls().len();
    scenario(&deployment);
    check_calls(deployment.stripe.all_calls().get(earlier..).unwrap_or_default());
}

fn check_calls(calls: &[Call]) {
    for call in calls {
        assert_eq!(call.version, "2026-10-28.endive");
        assert_eq!(call.operation.starts_with("POST"), !call.key.is_empty(), "{call:?}");
        assert!(call.key.len() <= 255);
        assert!(call.form.iter().all(|(_, value)| !value.is_empty()), "{call:?}");
    }
    note_forms(calls);
}

/// Appends the sent forms to a file, one per line, to compare them with Stripe's own description.
fn note_forms(calls: &[Call]) {
    let Some(file) = std::env::var_os("PLAY_IT_GREEN_STRIPE_FORMS") else { return };
    let mut lines = Vec::new();
    for call in calls {
        let line = json!({"operation": call.operation, "form": call.form});
        writeln!(lines, "{line}").unwrap();
    }
    // One write appends all lines, because other processes write to the file at the same time.
    let mut file = OpenOptions::new().create(true).append(true).open(file).unwrap();
    file.write_all(&lines).unwrap();
}

/// Returns the merchant's saved card.
fn saved_card(deployment: &Deployment, due: &DuePurchaseOrder) -> Value {
    let saved = "SELECT card FROM payers WHERE merchant_id = ?1";
    sql(&deployment.worker.url, saved, &[&due.merchant.id]).unwrap()[0][0].clone()
}

//! No merchant pays twice, whatever Stripe responds: the Worker against a fake that responds as a
//! test plans it.

/// Makes a test of each scenario, so that it can run alone.
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

/// The signing secrets of the fake's webhooks, while the deployer replaces one.
const WEBHOOK_SECRETS: &str = "whsec_old_for_tests,whsec_new_for_tests";

const CHARGE: &str = "POST /v1/payment_intents";
const OPEN: &str = "POST /v1/checkout/sessions";

/// A Worker and its Stripe.
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
        // Processes run side by side, each with a Worker of its own.
        let state = format!("target/tests/stripe-{}-state", std::process::id());
        let state = repository().join(state);
        let worker = LocalWorker::start_with(&state, 0, &variables).unwrap();
        Self { worker, stripe }
    }

    /// Leaves nothing to be paid, so that no cron event charges what an earlier scenario left
    /// behind.
    fn settle_everything(&self) {
        self.stripe.nothing_next();
        for statement in [
            "UPDATE payments SET state = 'abandoned' WHERE state IN ('pending', 'authentication needed')",
            "UPDATE purchase_orders SET state = 'paid', paid_at = closed_at WHERE state = 'payment due'",
        ] {
            sql(&self.worker.url, statement, &[]).unwrap();
        }
    }

    /// A purchase order of a merchant without a card.
    fn due(&self) -> DuePurchaseOrder {
        close_month(&self.worker.url, merchant_of(&self.worker.url))
    }

    /// The purchase order of the month after one that was paid with a card to be remembered; this
    /// one is charged, and `next` is what Stripe does.
    fn charged(&self, next: impl IntoIterator<Item = Next>) -> DuePurchaseOrder {
        self.charged_of(merchant_of(&self.worker.url), next)
    }

    /// The same of this merchant.
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

    /// Presses the button, and returns the page that it leads to.
    fn page_of(&self, due: &DuePurchaseOrder, form: &str) -> String {
        let answer = due.post("", form);
        assert_eq!(answer.status, 303, "{}", answer.body);
        let prefix = format!("{}/checkout/", self.stripe.url);
        answer.header("location").unwrap().strip_prefix(&prefix).unwrap().to_owned()
    }

    /// The cron event, so many hours after the close.
    fn cron_after(&self, due: &DuePurchaseOrder, hours: i64) {
        let at = due.closed_at.saturating_add(hours.saturating_mul(HOUR));
        fire_cron(&self.worker.url, at).unwrap();
    }

    /// The calls of an operation that are about this purchase order.
    fn calls(&self, operation: &str, due: &DuePurchaseOrder) -> Vec<Call> {
        let mut calls = self.stripe.calls(operation);
        calls.retain(|call| call.field("metadata[purchase_order]") == Some(&due.id));
        calls
    }

    /// How often money was taken for this purchase order.
    fn taken(&self, due: &DuePurchaseOrder) -> usize {
        self.stripe.payments_that_succeeded(&due.id)
    }
}

/// Comes back from a page of Stripe's, as Stripe sends the payer.
fn come_back(due: &DuePurchaseOrder, page: &str) -> Answer {
    http::call("GET", &format!("{}?page={page}", due.link), &[], b"").unwrap()
}

/// A failure of Stripe's own, before it does anything. It is asked three times.
fn failing() -> [Next; 3] {
    [500, 500, 503].map(|status| Next::Refuse(status, json!({"type": "api_error"})))
}

/// Runs a scenario. All scenarios of a process share one Worker, one after the other.
fn run(scenario: impl FnOnce(&Deployment)) {
    static DEPLOYMENT: OnceLock<Mutex<Deployment>> = OnceLock::new();
    let deployment = DEPLOYMENT.get_or_init(|| Mutex::new(Deployment::start()));
    // A scenario that failed is no reason for the others to fail.
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

/// Notes the forms that were sent, one on a line, to be held against Stripe's own description of
/// them.
fn note_forms(calls: &[Call]) {
    let Some(file) = std::env::var_os("PLAY_IT_GREEN_STRIPE_FORMS") else { return };
    let mut lines = Vec::new();
    for call in calls {
        let line = json!({"operation": call.operation, "form": call.form});
        writeln!(lines, "{line}").unwrap();
    }
    // At once, because other processes write their lines meanwhile.
    let mut file = OpenOptions::new().create(true).append(true).open(file).unwrap();
    file.write_all(&lines).unwrap();
}

/// The card that is saved for a merchant.
fn saved_card(deployment: &Deployment, due: &DuePurchaseOrder) -> Value {
    let saved = "SELECT card FROM payers WHERE merchant_id = ?1";
    sql(&deployment.worker.url, saved, &[&due.merchant.id]).unwrap()[0][0].clone()
}

//! Stripe, whatever it answers: the Worker against a fake that answers as it is told.

mod cards;
mod charges;
mod pages;
mod rows;
mod webhooks;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};

use play_it_green_tests::http::{self, Answer};
use play_it_green_tests::local_worker::{LocalWorker, fire_cron, repository, sql};
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::stripe::{Call, FakeStripe, Next};
use serde_json::{Value, json};

use crate::merchant_of;
use crate::pay::{DuePurchaseOrder, close_month};

const HOUR: i64 = 60 * 60 * 1000;

/// What the fake signs its webhooks with, while the deployer replaces it.
const WEBHOOK_SECRETS: &str = "whsec_old_for_tests,whsec_new_for_tests";

const CHARGE: &str = "POST /v1/payment_intents";
const OPEN: &str = "POST /v1/checkout/sessions";

/// A Worker and its Stripe.
struct Deployment {
    worker: LocalWorker,
    stripe: FakeStripe,
}

/// A name and what must be true.
type Story = (&'static str, fn(&Deployment));

impl Deployment {
    fn start() -> Self {
        let stripe = FakeStripe::start().unwrap();
        let variables = [
            ("ENVIRONMENT", "development"),
            ("STRIPE_SECRET_KEY", "sk_test_not_a_secret"),
            ("STRIPE_API_BASE", stripe.url.as_str()),
            ("STRIPE_WEBHOOK_SECRET", WEBHOOK_SECRETS),
        ];
        let state = repository().join("target/tests/stripe-state");
        let worker = LocalWorker::start_with(&state, 0, &variables).unwrap();
        Self { worker, stripe }
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

    /// Presses the button, and answers which page it leads to.
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

#[test]
fn whatever_stripe_answers_nobody_pays_twice_and_everybody_is_told() {
    let deployment = Deployment::start();
    let mut failed = Vec::new();
    let stories = pages::STORIES.iter().chain(cards::STORIES).chain(charges::STORIES);
    for (name, story) in stories.chain(rows::STORIES).chain(webhooks::STORIES) {
        println!("{name}");
        if catch_unwind(AssertUnwindSafe(|| story(&deployment))).is_err() {
            failed.push(*name);
        }
    }
    let calls = deployment.stripe.all_calls();
    for call in &calls {
        assert_eq!(call.version, "2026-10-28.endive");
        assert_eq!(call.operation.starts_with("POST"), !call.key.is_empty(), "{call:?}");
        assert!(call.key.len() <= 255);
        assert!(call.form.iter().all(|(_, value)| !value.is_empty()), "{call:?}");
    }
    write_forms(&calls);
    assert!(failed.is_empty(), "{failed:?}");
}

/// Keeps the forms that were sent, to be held against Stripe's own description of them.
fn write_forms(calls: &[Call]) {
    let forms = calls.iter().map(|call| json!({"operation": call.operation, "form": call.form}));
    let forms: Value = forms.collect();
    let file = repository().join("target/tests/stripe-forms.json");
    fs::write(file, forms.to_string()).unwrap();
}

/// The card that is saved for a merchant.
fn saved_card(deployment: &Deployment, due: &DuePurchaseOrder) -> Value {
    let saved = "SELECT card FROM payers WHERE merchant_id = ?1";
    sql(&deployment.worker.url, saved, &[&due.merchant.id]).unwrap()[0][0].clone()
}

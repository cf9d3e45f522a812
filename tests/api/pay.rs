//! The pay page: accepts one payment, explains a declined card and stays payable, and takes no
//! simulated card in production.

use std::path::Path;
use std::thread;

use play_it_green_tests::http::{self, Answer};
use play_it_green_tests::local_worker::{LocalWorker, fire_cron, repository, sql};
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use crate::{merchant, number, worker};

/// A purchase order of a closed month.
pub(crate) struct DuePurchaseOrder {
    pub(crate) merchant: Merchant,
    pub(crate) id: String,
    pub(crate) link: String,
    worker: String,
    /// The time of the close, in milliseconds.
    pub(crate) closed_at: i64,
}

/// Stores a sale and ends its month.
pub(crate) fn close_month(worker: &str, merchant: Merchant) -> DuePurchaseOrder {
    let earlier = merchant.call("GET", "/api/purchase_orders/", &Value::Null).unwrap().json();
    let sale = earlier.as_array().unwrap().len().to_string();
    merchant.post_sale(&two_mugs(&sale)).unwrap();
    let order = merchant.call("GET", "/api/purchase_orders/", &Value::Null).unwrap().json();
    let closed_at = merchant.month_end().unwrap();
    fire_cron(worker, closed_at).unwrap();
    DuePurchaseOrder {
        merchant,
        id: order[0]["id"].as_str().unwrap().to_owned(),
        link: format!("{worker}{}", order[0]["pay_link"].as_str().unwrap()),
        worker: worker.to_owned(),
        closed_at,
    }
}

pub(crate) fn due() -> DuePurchaseOrder {
    close_month(&worker(), merchant())
}

impl DuePurchaseOrder {
    pub(crate) fn page(&self) -> String {
        http::call("GET", &self.link, &[], b"").unwrap().body
    }

    /// Submits a form of the page. A form that saves the card is sent by the signed-in owner.
    pub(crate) fn post(&self, path: &str, form: &str) -> Answer {
        if form.contains("remember") {
            let page = format!("{}{path}", self.link);
            return self.merchant.signed_in().unwrap().send(&page, form).unwrap();
        }
        self.post_as_stranger(path, form)
    }

    pub(crate) fn post_as_stranger(&self, path: &str, form: &str) -> Answer {
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        http::call("POST", &format!("{}{path}", self.link), &headers, form.as_bytes()).unwrap()
    }

    /// Returns the purchase order from the API.
    pub(crate) fn order(&self) -> Value {
        let path = format!("/api/purchase_orders/{}", self.id);
        self.merchant.call("GET", &path, &Value::Null).unwrap().json()
    }

    pub(crate) fn state(&self) -> Value {
        self.order()["state"].clone()
    }

    pub(crate) fn payments(&self, state: &str) -> i64 {
        let count = "SELECT count(*) FROM payments WHERE purchase_order_id = ?1 AND state = ?2";
        sql(&self.worker, count, &[&self.id, state]).unwrap()[0][0].as_i64().unwrap()
    }
}

#[test]
fn a_card_that_pays_pays_once_however_often_the_button_is_pressed() {
    let due = due();
    assert!(due.page().contains("Pay 2.00 USD"), "{}", due.page());
    let link = &due.link;
    let presses: Vec<_> = (0..5)
        .map(|_| {
            let link = link.clone();
            thread::spawn(move || {
                let headers = [("content-type", "application/x-www-form-urlencoded")];
                http::call("POST", &link, &headers, b"card=4242+4242+4242+4242").unwrap().status
            })
        })
        .collect();
    for press in presses {
        assert!([303, 422].contains(&press.join().unwrap()));
    }
    assert_eq!((due.state(), due.payments("paid")), (json!("paid"), 1));
    assert!(due.page().contains("card ending in 4242"), "{}", due.page());
    assert_eq!(due.post("", "card=4242424242424242").status, 303);
    assert_eq!(due.payments("paid"), 1);
}

#[test]
fn a_declined_card_is_told_plainly_and_the_purchase_order_stays_payable() {
    let due = due();
    let answer = due.post("", "card=4000+0000+0000+0002");
    assert_eq!(answer.status, 303);
    assert!(due.page().contains("The card was declined. Nothing was paid."), "{}", due.page());
    assert_eq!(due.state(), "payment due");
    due.post("", "card=4242424242424242");
    assert_eq!((due.state(), due.payments("declined")), (json!("paid"), 1));
}

#[test]
fn a_bank_that_wants_a_confirmation_gets_one_or_nothing_is_paid() {
    let due = due();
    due.post("", "card=4000002500003155");
    assert!(due.page().contains("Your bank needs your confirmation"), "{}", due.page());
    due.post("/authentication", "answer=refuse");
    assert_eq!(due.state(), "payment due");
    due.post("", "card=4000002500003155");
    due.post("/authentication", "answer=confirm");
    assert_eq!((due.state(), due.payments("paid")), (json!("paid"), 1));
}

#[test]
fn a_number_that_is_no_test_card_goes_no_further() {
    let due = due();
    let answer = due.post("", "card=4111111111111111");
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("only Stripe&#39;s published test numbers"), "{}", answer.body);
    assert!(!answer.body.contains("4111"), "the number is not repeated");
    assert_eq!(number("SELECT count(*) FROM payments WHERE purchase_order_id = ?1", &[&due.id]), 0);
}

#[test]
fn only_the_last_four_digits_of_a_card_are_stored() {
    let due = due();
    due.post("", "card=4000000000009995");
    let full =
        "SELECT count(*) FROM payments WHERE purchase_order_id = ?1 AND card_last_four = '9995'";
    assert_eq!(number(full, &[&due.id]), 1);
}

#[test]
fn a_pay_link_cannot_be_guessed_and_shows_no_page_for_a_wrong_token() {
    let due = due();
    assert_eq!(due.link.rsplit('/').next().unwrap().len(), 32);
    let wrong = http::call("GET", &format!("{}/pay/{}", worker(), due.id), &[], b"").unwrap();
    assert_eq!(wrong.status, 404);
    assert!(wrong.body.contains("no such purchase order"), "{}", wrong.body);
}

/// Starts a Worker in production with a due purchase order, in a database with this name.
fn due_in_production(name: &str, more: &[(&str, &str)]) -> (LocalWorker, DuePurchaseOrder) {
    let state = repository().join("target/tests").join(name);
    let variables = [&[("ENVIRONMENT", "production")], more].concat();
    let production = LocalWorker::start_with(&state, 0, &variables).unwrap();
    let merchant = Merchant::add(&production.url, "Example Mugs", "UTC", "USD")
        .unwrap()
        .add_shop("Mugs online", "woocommerce", "https://mugs.example.com")
        .unwrap();
    merchant.add_campaign("Every order", &json!({"trees": [{"per_order": {"trees": 1}}]})).unwrap();
    let due = close_month(&production.url, merchant);
    (production, due)
}

#[test]
fn who_takes_no_cards_tells_how_to_pay() {
    let told = "Transfer it to:\nExample Bank <Trees>";
    let variables = [("PAYMENT_INSTRUCTIONS", told)];
    let (_production, due) = due_in_production("instructions-state", &variables);
    let number =
        due.merchant.call("GET", &format!("/api/purchase_orders/{}", due.id), &Value::Null);
    let number = number.unwrap().json()["number"].as_str().unwrap().to_owned();
    let document = http::call("GET", &format!("{}/document", due.link), &[], b"").unwrap().body;
    let settings = due.merchant.signed_in().unwrap().open("/settings/payments").unwrap().body;
    for page in [&due.page(), &document, &settings] {
        assert!(page.contains("Transfer it to:\nExample Bank &#60;Trees&#62;"), "{page}");
    }
    assert!(due.page().contains(&format!("state <strong>{number}</strong>")), "{}", due.page());
    let recorded =
        due.merchant.record_payment(&due.id, &json!({"reference": "Transfer 7"})).unwrap();
    assert_eq!(recorded.status, 201, "{}", recorded.body);
    let document = http::call("GET", &format!("{}/document", due.link), &[], b"").unwrap().body;
    for page in [due.page(), document] {
        assert!(!page.contains("Transfer it to:"), "there is nothing to be paid: {page}");
    }
}

#[test]
fn the_sandbox_does_not_run_in_production() {
    let (_production, due) = due_in_production("production-state", &[]);
    let page = due.page();
    assert!(!page.contains("4242") && !page.contains("Sandbox"), "{page}");
    assert!(page.contains("Paying by card is not set up on this server"), "{page}");
    assert!(!page.contains("How to pay") && !page.contains("Pay by card"), "{page}");
    due.post("", "card=4242424242424242");
    assert_eq!(due.state(), "payment due");
    let recorded =
        due.merchant.record_payment(&due.id, &json!({"reference": "Transfer 7"})).unwrap();
    assert_eq!((recorded.status, due.state()), (201, json!("paid")), "{}", recorded.body);
    assert!(due.page().contains("<strong>Paid.</strong>"), "{}", due.page());
}

#[test]
fn a_sandbox_that_is_asked_for_in_production_is_refused_with_what_to_set() {
    let state = repository().join("target/tests/refused-state");
    let variables = [("ENVIRONMENT", "production"), ("PAYMENTS", "sandbox")];
    let refused = LocalWorker::start_with(Path::new(&state), 0, &variables).unwrap();
    let health = crate::operators_health(&refused.url);
    assert_eq!(health.status, 500);
    assert!(health.body.contains("for development only"), "{}", health.body);
}

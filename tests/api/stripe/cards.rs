//! A card is saved on Stripe's page without a payment, and removed.

use play_it_green_tests::browser::Browser;
use play_it_green_tests::local_worker::sql;
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::stripe::Next;
use serde_json::{Value, json};

use super::webhooks::{event, session, tell};
use super::{Deployment, HOUR, OPEN, come_back, failing, saved_card};
use crate::merchant_of;
use crate::pay::close_month;

scenarios! {
    a_card_saved_on_a_page_of_stripe_pays_the_next_month => saved,
    a_webhook_saves_the_card_if_the_payer_never_returns => told,
    a_saved_card_is_found_without_a_webhook => found,
    an_expired_page_saves_no_card_and_a_new_form_opens_another => expired,
    a_card_page_that_fails_to_open_is_reported => not_opened,
    removing_a_card_detaches_it_at_stripe => removed,
    a_repeated_webhook_does_not_restore_a_removed_card => not_brought_back,
    a_card_that_stripe_fails_to_detach_stays_saved => not_removed,
}

const PAGE: &str = "/settings/payments";
const CARD: &str = "/settings/payments/card";

/// A signed-in owner, and the fields of the displayed form.
struct Owner {
    merchant: Merchant,
    browser: Browser,
    form: String,
}

fn owner(deployment: &Deployment) -> Owner {
    let merchant = merchant_of(&deployment.worker.url);
    let browser = merchant.signed_in().unwrap();
    let form = form(&browser);
    Owner { merchant, browser, form }
}

fn form(browser: &Browser) -> String {
    let page = browser.open(PAGE).unwrap().body;
    let value = |name: &str| {
        let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    format!("form={}&consent={}", value("form"), value("consent"))
}

impl Owner {
    /// Submits the form, and returns the id of Stripe's page.
    fn press(&mut self, deployment: &Deployment) -> String {
        let answer = self.browser.send(CARD, &self.form).unwrap();
        assert_eq!(answer.status, 303, "{}", answer.body);
        let prefix = format!("{}/checkout/", deployment.stripe.url);
        answer.header("location").unwrap().strip_prefix(&prefix).unwrap().to_owned()
    }

    fn page(&self) -> String {
        self.browser.open(PAGE).unwrap().body
    }

    fn has_card(&self) -> bool {
        self.page().contains("Visa ending in 4242")
    }

    /// Returns the metadata of the call that opened the page for this merchant's card.
    fn setup(&self, deployment: &Deployment) -> Value {
        let calls = deployment.stripe.calls(OPEN);
        let ours = |field: Option<&str>| field == Some(self.merchant.id.as_str());
        let call = calls.iter().find(|call| ours(call.field("metadata[merchant]"))).unwrap();
        assert_eq!(
            (call.field("mode"), call.field("line_items[0][quantity]")),
            (Some("setup"), None)
        );
        json!({"card_setup": call.field("metadata[card_setup]")})
    }
}

fn saved(deployment: &Deployment) {
    let mut owner = owner(deployment);
    let page = owner.press(deployment);
    assert_eq!(owner.press(deployment), page, "the same form leads to the same page");
    let back = format!("{PAGE}?page={page}");
    owner.browser.open(&back).unwrap();
    assert!(!owner.has_card(), "nothing was typed yet");
    deployment.stripe.save_card_on_page(&page);
    let answer = owner.browser.open(&back).unwrap();
    assert_eq!((answer.status, answer.header("location")), (303, Some(PAGE)));
    assert!(owner.has_card() && owner.page().contains("08/2030"), "{}", owner.page());
    owner.setup(deployment);
    let due = close_month(&deployment.worker.url, owner.merchant);
    assert_eq!((due.state(), deployment.taken(&due)), (json!("paid"), 1));
}

fn told(deployment: &Deployment) {
    let mut owner = owner(deployment);
    owner.merchant.with_email().unwrap();
    let page = owner.press(deployment);
    deployment.stripe.save_card_on_page(&page);
    let object = json!({"id": page, "metadata": owner.setup(deployment)});
    for _ in 0..2 {
        let event = event(&format!("evt_{page}"), "checkout.session.completed", &object);
        assert_eq!(tell(deployment, &event), 200);
    }
    assert!(owner.has_card());
    let told = "SELECT count(*) FROM account_mails WHERE merchant_id = ?1 AND kind = 'card saved'";
    let told = sql(&deployment.worker.url, told, &[&owner.merchant.id]).unwrap();
    assert_eq!(told[0][0], json!(1), "one mail reports the card");
}

fn found(deployment: &Deployment) {
    let mut owner = owner(deployment);
    let page = owner.press(deployment);
    deployment.stripe.save_card_on_page(&page);
    let due = deployment.due();
    assert!(due.closed_at > HOUR, "the event of a month's end is more than an hour later");
    assert!(owner.has_card());
}

fn expired(deployment: &Deployment) {
    let mut owner = owner(deployment);
    let page = owner.press(deployment);
    deployment.stripe.expire_page(&page);
    owner.browser.open(&format!("{PAGE}?page={page}")).unwrap();
    assert!(!owner.has_card());
    let old = owner.browser.send(CARD, &owner.form).unwrap();
    assert_eq!(old.header("location"), Some(PAGE), "an old form begins nothing");
    owner.form = form(&owner.browser);
    assert_ne!(owner.press(deployment), page);
}

fn not_opened(deployment: &Deployment) {
    let mut owner = owner(deployment);
    let page = owner.press(deployment);
    deployment.stripe.expire_page(&page);
    owner.browser.open(&format!("{PAGE}?page={page}")).unwrap();
    owner.form = form(&owner.browser);
    deployment.stripe.next(failing());
    let answer = owner.browser.send(CARD, &owner.form).unwrap();
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains("does not open just now"), "{}", answer.body);
    assert_ne!(owner.press(deployment), page, "the same form can be sent again");
}

fn with_card(deployment: &Deployment) -> Owner {
    let mut owner = owner(deployment);
    let page = owner.press(deployment);
    deployment.stripe.save_card_on_page(&page);
    owner.browser.open(&format!("{PAGE}?page={page}")).unwrap();
    assert!(owner.has_card());
    owner
}

fn removed(deployment: &Deployment) {
    let mut owner = with_card(deployment);
    let detach = "POST /v1/payment_methods/pm_visa/detach";
    let before = deployment.stripe.calls(detach).len();
    assert_eq!(owner.browser.send(&format!("{CARD}/remove"), "").unwrap().status, 303);
    assert!(!owner.has_card());
    assert_eq!(deployment.stripe.calls(detach).len(), before.saturating_add(1));
    let due = close_month(&deployment.worker.url, owner.merchant);
    assert_eq!((due.state(), deployment.taken(&due)), (json!("payment due"), 0));
}

fn not_brought_back(deployment: &Deployment) {
    let due = deployment.due();
    let page = deployment.page_of(&due, "remember=yes");
    deployment.stripe.pay_on_page(&page);
    come_back(&due, &page);
    assert_eq!(saved_card(deployment, &due), json!("pm_visa"));
    let mut browser = due.merchant.signed_in().unwrap();
    assert_eq!(browser.send(&format!("{CARD}/remove"), "").unwrap().status, 303);
    assert_eq!(saved_card(deployment, &due), Value::Null);
    // Stripe retries failed deliveries for days.
    let object = session(deployment, &due, &page);
    let late = event(&format!("evt_late_{page}"), "checkout.session.completed", &object);
    assert_eq!(tell(deployment, &late), 200);
    assert_eq!((due.state(), saved_card(deployment, &due)), (json!("paid"), Value::Null));
}

fn not_removed(deployment: &Deployment) {
    let mut owner = with_card(deployment);
    deployment.stripe.next(failing());
    let answer = owner.browser.send(&format!("{CARD}/remove"), "").unwrap();
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains("could not be removed just now"), "{}", answer.body);
    assert!(owner.has_card());
    // The card is already detached at Stripe, which rejects a second removal.
    deployment.stripe.put("pm_visa", &json!({"customer": null}));
    deployment.stripe.next([Next::Refuse(400, json!({"type": "invalid_request_error"}))]);
    assert_eq!(owner.browser.send(&format!("{CARD}/remove"), "").unwrap().status, 303);
    assert!(!owner.has_card());
}

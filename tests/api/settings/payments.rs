//! Settings > Payments: a card is saved with a stored consent and can be removed; the owner can
//! change the address and the budget.

use play_it_green_tests::browser::Browser;
use play_it_green_tests::database::dump;
use play_it_green_tests::local_worker::sql;
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::secrets;
use serde_json::{Value, json};

use super::sign_in;
use crate::pay::close_month;
use crate::{merchant, number, worker};

const PAGE: &str = "/settings/payments";
const CARD: &str = "/settings/payments/card";

/// Returns a signed-in browser and its merchant, who has a campaign.
fn signed_in() -> (Browser, Merchant) {
    let merchant = merchant();
    (sign_in(&merchant), merchant)
}

/// Returns the value of a hidden field or a checkbox on the page.
fn value(browser: &Browser, name: &str) -> String {
    let page = browser.open(PAGE).unwrap().body;
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

fn card_form(browser: &Browser, number: &str) -> String {
    let (form, consent) = (value(browser, "form"), value(browser, "consent"));
    format!("form={form}&consent={consent}&card={number}")
}

fn setups(merchant: &Merchant) -> i64 {
    number("SELECT count(*) FROM card_setups WHERE merchant_id = ?1", &[&merchant.id])
}

#[test]
fn a_card_is_saved_with_what_was_agreed_to_and_pays_the_next_month() {
    let (mut browser, merchant) = signed_in();
    assert!(browser.open(PAGE).unwrap().body.contains("No card is saved."));
    let form = card_form(&browser, "4242424242424242");
    for _ in 0..2 {
        let saved = browser.send(CARD, &form).unwrap();
        assert_eq!((saved.status, saved.header("location")), (303, Some(PAGE)), "{}", saved.body);
    }
    let page = browser.open(PAGE).unwrap().body;
    assert!(page.contains("Visa ending in 4242"), "{page}");
    let agreed = "SELECT s.consent, s.created_at, y.consent, y.consented_at
        FROM card_setups s JOIN payers y ON y.merchant_id = s.merchant_id WHERE y.merchant_id = ?1";
    let agreed = sql(&worker(), agreed, &[&merchant.id]).unwrap();
    assert_eq!(agreed.len(), 1, "the same form sent again agrees to nothing twice");
    assert_eq!(agreed[0][0], value(&browser, "consent"));
    assert_eq!((&agreed[0][0], &agreed[0][1]), (&agreed[0][2], &agreed[0][3]));
    let next = close_month(&worker(), merchant);
    assert_eq!((next.state(), next.payments("paid")), (json!("paid"), 1));
}

#[test]
fn a_card_that_is_removed_is_not_charged_and_the_record_of_the_agreement_stays() {
    let (mut browser, merchant) = signed_in();
    let form = card_form(&browser, "5555555555554444");
    browser.send(CARD, &form).unwrap();
    for _ in 0..2 {
        assert_eq!(browser.send(&format!("{CARD}/remove"), "").unwrap().status, 303);
    }
    assert!(browser.open(PAGE).unwrap().body.contains("No card is saved."));
    assert_eq!(browser.send(CARD, &form).unwrap().status, 303);
    assert!(
        browser.open(PAGE).unwrap().body.contains("No card is saved."),
        "an old form saves none"
    );
    assert_eq!(setups(&merchant), 1);
    let next = close_month(&worker(), merchant);
    assert_eq!((next.state(), next.payments("paid")), (json!("payment due"), 0));
}

#[test]
fn a_card_is_saved_by_nobody_who_did_not_agree_to_the_text_that_is_shown_now() {
    let (mut browser, merchant) = signed_in();
    let token = value(&browser, "form");
    for (rest, told) in [
        ("card=4242424242424242", "Please tick this"),
        ("card=4242424242424242&consent=2020-01-01", "has changed meanwhile"),
    ] {
        let refused = browser.send(CARD, &format!("form={token}&{rest}")).unwrap();
        assert!(refused.status == 422 && refused.body.contains(told), "{}", refused.body);
    }
    for (card, told) in [
        ("4111111111111111", "only Stripe&#39;s published test numbers"),
        ("4000000000000002", "The card was declined."),
    ] {
        let form = card_form(&browser, card);
        let refused = browser.send(CARD, &form).unwrap();
        assert!(refused.status == 422 && refused.body.contains(told), "{}", refused.body);
        assert!(!refused.body.contains(card), "a number is not repeated");
    }
    assert_eq!(setups(&merchant), 0);
}

#[test]
fn the_owner_changes_where_mail_goes_and_a_text_that_is_no_address_is_kept_to_be_mended() {
    let (mut browser, merchant) = signed_in();
    let stored = || {
        let stored = "SELECT email_encrypted FROM merchants WHERE id = ?1";
        sql(&worker(), stored, &[&merchant.id]).unwrap()[0][0].clone()
    };
    let email = format!("{PAGE}/email");
    let address = format!("mugs-{}@example.com", merchant.id.replace('_', "-"));
    secrets::note_address(&address).unwrap();
    let saved = browser.send(&email, &format!("email={}", address.replace('@', "%40"))).unwrap();
    assert_eq!(saved.status, 303);
    assert!(browser.open(PAGE).unwrap().body.contains(&address));
    let encrypted = stored();
    let refused = browser.send(&email, "email=mugs-at-example").unwrap();
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("value=\"mugs-at-example\""), "{}", refused.body);
    assert!(refused.body.contains("such as owner@example.com"), "{}", refused.body);
    assert_eq!(stored(), encrypted, "the one before stays");
    assert_eq!(browser.send(&email, "email=").unwrap().status, 303);
    assert_eq!(stored(), Value::Null);
}

#[test]
fn a_budget_is_an_amount_and_an_empty_one_is_none() {
    let (mut browser, merchant) = signed_in();
    let stored = || {
        let stored = "SELECT monthly_budget FROM merchants WHERE id = ?1";
        sql(&worker(), stored, &[&merchant.id]).unwrap()[0][0].clone()
    };
    let budget = format!("{PAGE}/budget");
    assert_eq!(browser.send(&budget, "budget=50.5").unwrap().status, 303);
    assert_eq!(stored(), 5050);
    assert!(browser.open(PAGE).unwrap().body.contains("value=\"50.50\""));
    for wrong in ["much", "-1", "0", "1.001"] {
        let refused = browser.send(&budget, &format!("budget={wrong}")).unwrap();
        assert_eq!(refused.status, 422, "{wrong}");
    }
    assert_eq!(stored(), 5050);
    browser.send(&budget, "budget=").unwrap();
    assert_eq!(stored(), Value::Null);
}

#[test]
fn a_stranger_and_another_sites_form_change_nothing() {
    let (browser, _) = signed_in();
    let form = card_form(&browser, "4242424242424242");
    let forms = [
        (CARD.to_owned(), form),
        (format!("{CARD}/remove"), String::new()),
        (format!("{PAGE}/email"), "email=other%40example.com".to_owned()),
        (format!("{PAGE}/budget"), "budget=1".to_owned()),
    ];
    let before = dump(&worker()).unwrap();
    for (path, form) in &forms {
        let elsewhere = [("origin", "https://example.com"), ("sec-fetch-site", "cross-site")];
        assert_eq!(browser.send_from(&elsewhere, path, form).unwrap().status, 403, "{path}");
        let stranger = Browser::new(&worker()).unwrap().send(path, form).unwrap();
        assert_eq!(stranger.status, 401, "{path}");
    }
    assert_eq!(Browser::new(&worker()).unwrap().open(PAGE).unwrap().status, 401);
    assert_eq!(dump(&worker()).unwrap(), before);
}

#[test]
fn a_page_shows_its_own_merchants_purchase_orders_only() {
    let (browser, merchant) = signed_in();
    let own = close_month(&worker(), merchant);
    let other = close_month(&worker(), crate::merchant());
    let page = browser.open(PAGE).unwrap().body;
    let token = |link: &str| link.rsplit('/').next().unwrap().to_owned();
    assert!(page.contains(&token(&own.link)) && !page.contains(&token(&other.link)));
    assert!(page.contains("November 2026") && page.contains("To be paid"), "{page}");
    assert!(page.contains("If it is not paid, you are reminded on 8 December 2026"), "{page}");
}

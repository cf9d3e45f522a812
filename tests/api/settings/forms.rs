//! Forms: a rejected form returns the typed values, and a form that is sent twice creates one
//! resource.

use play_it_green_tests::merchant::Merchant;

use super::{KEYS, SETTINGS, fresh_token, sign_in, signed_in};
use crate::{number, worker};

const SHOPS: &str = "/settings/api-payments/shops";

#[test]
fn the_first_shop_is_added_once_and_a_key_can_then_be_made_for_it() {
    let merchant = Merchant::add(&worker(), "No shop yet", "Europe/Berlin", "USD").unwrap();
    let mut browser = sign_in(&merchant);
    let page = browser.open(SETTINGS).unwrap().body;
    assert!(page.contains("First, add your shop") && !page.contains("publishable-name"));
    let form = format!(
        "form={}&name=Mugs+%26+More&platform=woocommerce&origin=HTTPS%3A%2F%2FMugs.example.com%2F",
        fresh_token(&browser)
    );
    assert_eq!(browser.send(SHOPS, &form).unwrap().status, 303);
    assert_eq!(browser.send(SHOPS, &form).unwrap().status, 409);
    assert_eq!(number("SELECT count(*) FROM shops WHERE merchant_id = ?1", &[&merchant.id]), 1);
    let page = browser.open(SETTINGS).unwrap().body;
    assert!(page.contains("Mugs &#38; More"), "{page}");
    assert!(page.contains("WooCommerce · https://mugs.example.com"), "{page}");
    assert!(page.contains("publishable-name"));
}

#[test]
fn a_shop_that_cannot_be_is_refused_and_what_was_typed_is_kept() {
    let (mut browser, merchant) = signed_in();
    let token = fresh_token(&browser);
    for (typed, flaw) in [
        ("name=Mugs&platform=ga4&origin=mugs.example.com", "Write an origin without a path"),
        ("name=Mugs&platform=amazon&origin=https%3A%2F%2Fa.example.com", "Choose one of the list"),
        ("name=+&platform=ga4&origin=https%3A%2F%2Fa.example.com", "Is empty; give it a name"),
    ] {
        let answer = browser.send(SHOPS, &format!("form={token}&{typed}")).unwrap();
        assert_eq!(answer.status, 422, "{typed}");
        assert!(answer.body.contains(flaw), "{}", answer.body);
        assert!(answer.body.contains("aria-invalid=\"true\""));
    }
    let typed = format!("form={token}&name=%22Mugs%22&platform=ga4&origin=mugs.example.com");
    let kept = browser.send(SHOPS, &typed).unwrap().body;
    assert!(kept.contains("value=\"&#34;Mugs&#34;\""), "{kept}");
    assert!(kept.contains("<option value=\"ga4\" selected>"));
    assert!(kept.contains("value=\"mugs.example.com\""));
    assert_eq!(number("SELECT count(*) FROM shops WHERE merchant_id = ?1", &[&merchant.id]), 1);
}

#[test]
fn a_key_that_cannot_be_is_refused_and_what_was_ticked_is_kept() {
    let (mut browser, merchant) = signed_in();
    let token = fresh_token(&browser);
    let none = browser.send(KEYS, &format!("form={token}&kind=secret&name=A&mode=live")).unwrap();
    assert_eq!(none.status, 422);
    assert!(none.body.contains("Tick at least one"));
    let typed = "kind=secret&name=+&mode=test&scopes=shops%3Aread";
    let kept = browser.send(KEYS, &format!("form={token}&{typed}")).unwrap().body;
    assert!(kept.contains("value=\"shops:read\" checked"), "{kept}");
    assert!(!kept.contains("value=\"shops:write\" checked"));
    assert!(kept.contains("value=\"test\" required checked"));
    let shop = &merchant.shops[0].id;
    let typed = format!("kind=publishable&name=A&mode=live&shop={shop}&origins=mugs.example.com");
    let kept = browser.send(KEYS, &format!("form={token}&{typed}")).unwrap();
    assert_eq!(kept.status, 422);
    assert!(kept.body.contains(">mugs.example.com</textarea>"), "{}", kept.body);
    let incomplete = browser.send(KEYS, "kind=secret&name=A&mode=live&scopes=shops%3Aread");
    assert_eq!(incomplete.unwrap().status, 400);
    let keys = "SELECT count(*) FROM api_keys WHERE merchant_id = ?1";
    assert_eq!(number(keys, &[&merchant.id]), 2, "those that the merchant began with");
}

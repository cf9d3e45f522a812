//! Settings > API Payments: a merchant creates, sees once, rotates and revokes its own keys only.

mod access;
mod campaign_editor;
mod campaigns;
mod foreign;
mod forms;
mod orders;
mod overview;
mod payments;
mod purchase_orders;
mod start;

use play_it_green_tests::browser::Browser;
use play_it_green_tests::http::{self, Answer};
use play_it_green_tests::local_worker::sql;
use play_it_green_tests::merchant::Merchant;

use crate::{merchant_without_campaigns, number, worker};

const SETTINGS: &str = "/settings/api-payments";
const KEYS: &str = "/settings/api-payments/keys";

/// Returns a signed-in browser and its merchant, who has one shop.
fn signed_in() -> (Browser, Merchant) {
    let merchant = merchant_without_campaigns("UTC");
    (sign_in(&merchant), merchant)
}

fn sign_in(merchant: &Merchant) -> Browser {
    let mut browser = Browser::new(&worker()).unwrap();
    assert_eq!(browser.send(&merchant.sign_in_link().unwrap(), "").unwrap().status, 303);
    browser
}

/// Returns the form token of the page.
fn token(page: &str) -> &str {
    let (_, rest) = page.split_once("name=\"form\" value=\"").unwrap();
    rest.split('"').next().unwrap()
}

fn fresh_token(browser: &Browser) -> String {
    token(&browser.open(SETTINGS).unwrap().body).to_owned()
}

/// Returns the text of the key on the page.
fn text_of_key(answer: &Answer) -> &str {
    let mut codes = answer.body.split("<code>").skip(1);
    let shown = codes.find(|code| code.starts_with("pig_")).unwrap();
    shown.split('<').next().unwrap()
}

fn works(key: &str) -> bool {
    let url = format!("{}/api/campaigns/?api_key={key}", worker());
    http::call("GET", &url, &[], b"").unwrap().status == 200
}

/// Returns the id of the merchant's key with this name.
fn id_of_key(merchant: &Merchant, name: &str) -> String {
    let find = "SELECT id FROM api_keys WHERE merchant_id = ?1 AND name = ?2";
    sql(&worker(), find, &[&merchant.id, name]).unwrap()[0][0].as_str().unwrap().to_owned()
}

fn id_of_publishable_key(merchant: &Merchant) -> String {
    let find = "SELECT id FROM api_keys WHERE shop_id = ?1";
    let rows = sql(&worker(), find, &[&merchant.shops[0].id]).unwrap();
    rows[0][0].as_str().unwrap().to_owned()
}

fn count_keys(merchant: &Merchant, name: &str) -> i64 {
    let count = "SELECT count(*) FROM api_keys WHERE merchant_id = ?1 AND name = ?2";
    number(count, &[&merchant.id, name])
}

#[test]
fn a_publishable_key_is_shown_once_with_the_line_to_paste() {
    let (mut browser, merchant) = signed_in();
    let form = format!(
        "form={}&kind=publishable&name=Storefront&mode=live&shop={}&origins=",
        fresh_token(&browser),
        merchant.shops[0].id
    );
    let made = browser.send(KEYS, &form).unwrap();
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(made.header("cache-control"), Some("no-store"));
    let text = text_of_key(&made).to_owned();
    assert!(text.starts_with("pig_pk_live_") && works(&text), "{text}");
    let origin = worker();
    let line = format!(
        "src=\"{origin}/plugin/loader.js\" data-worker=\"{origin}\" data-key=\"{text}\"&gt;"
    );
    assert!(made.body.contains(&line), "{}", made.body);

    let again = browser.send(KEYS, &form).unwrap();
    assert_eq!(again.status, 409);
    assert!(again.body.contains("was sent before") && !again.body.contains(&text));
    let page = browser.open(SETTINGS).unwrap();
    assert!(page.body.contains("Storefront") && !page.body.contains(&text));
    assert_eq!(count_keys(&merchant, "Storefront"), 1);
}

#[test]
fn each_platform_has_the_loader_that_finds_its_sales() {
    for (platform, loader) in
        [("bigcommerce", "loader-bigcommerce.js"), ("ga4", "loader-ga4.js"), ("wix", "loader.js")]
    {
        let merchant = merchant_without_campaigns("UTC");
        let merchant = merchant.add_shop("Another", platform, "https://a.example.com").unwrap();
        let mut browser = sign_in(&merchant);
        let form = format!(
            "form={}&kind=publishable&name=Storefront&mode=live&shop={}&origins=",
            fresh_token(&browser),
            merchant.shops[1].id
        );
        let made = browser.send(KEYS, &form).unwrap();
        let line = format!("src=\"{}/plugin/{loader}\"", worker());
        assert!(made.body.contains(&line), "{platform}: {}", made.body);
        let has_order = made.body.contains("data-order=\"{{checkout.order.id}}\"");
        assert_eq!(has_order, platform == "bigcommerce", "{platform}");
    }
}

#[test]
fn a_secret_key_may_do_what_was_ticked() {
    let (mut browser, merchant) = signed_in();
    let token = fresh_token(&browser);
    let form = format!(
        "form={token}&kind=secret&name=Books&mode=test&scopes=orders%3Aread&scopes=keys%3Aread"
    );
    let made = browser.send(KEYS, &form).unwrap();
    assert_eq!(made.status, 201, "{}", made.body);
    assert!(text_of_key(&made).starts_with("pig_sk_test_"));
    let scopes = "SELECT scopes FROM api_keys WHERE id = ?1";
    let scopes = &sql(&worker(), scopes, &[&id_of_key(&merchant, "Books")]).unwrap()[0][0];
    assert_eq!(scopes, "[\"keys:read\",\"orders:read\"]");
    assert!(made.body.contains("see keys, see orders"));
}

#[test]
fn a_rotated_key_overlaps_with_the_new_one_and_a_reload_makes_no_third() {
    let (mut browser, merchant) = signed_in();
    let old = merchant.shops[0].publishable_key.clone();
    let id = id_of_publishable_key(&merchant);
    let path = format!("{KEYS}/{id}/rotate");
    let form = format!("form={}&overlap_hours=1", fresh_token(&browser));
    let rotated = browser.send(&path, &form).unwrap();
    assert_eq!(rotated.status, 201, "{}", rotated.body);
    let new = text_of_key(&rotated).to_owned();
    assert!(works(&old) && works(&new));
    assert!(rotated.body.contains("Works until"));
    assert_eq!(browser.send(&path, &form).unwrap().status, 409);
    let keys = "SELECT count(*) FROM api_keys WHERE merchant_id = ?1 AND kind = 'publishable'";
    assert_eq!(number(keys, &[&merchant.id]), 2);
    let odd = format!("form={}&overlap_hours=721", fresh_token(&browser));
    assert_eq!(browser.send(&path, &odd).unwrap().status, 422);
}

#[test]
fn a_revoked_key_is_refused_at_once() {
    let (mut browser, merchant) = signed_in();
    let id = id_of_key(&merchant, "made by a test");
    let path = format!("{KEYS}/{id}/revoke");
    for _ in 0..2 {
        assert_eq!(browser.send(&path, "").unwrap().status, 303);
    }
    let page = browser.open(SETTINGS).unwrap();
    assert!(page.body.contains("Keys that no longer work: 1"), "{}", page.body);
    let rotate = format!("form={}&overlap_hours=1", fresh_token(&browser));
    let rotate = browser.send(&format!("{KEYS}/{id}/rotate"), &rotate).unwrap();
    assert_eq!(rotate.status, 409);
    assert!(rotate.body.contains("revoked, for good"));
}

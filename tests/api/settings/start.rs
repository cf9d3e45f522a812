//! Settings > Start: the steps know what is stored, and wait for the first order.

use play_it_green_tests::browser::Browser;
use play_it_green_tests::database::dump;
use play_it_green_tests::http::{self, Answer};
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::{sold_now, two_mugs};
use serde_json::json;

use super::{sign_in, text_of_key, token};
use crate::webhooks::Shop;
use crate::{SHOP_ORIGIN, merchant, merchant_without_campaigns, number, worker};

const PAGE: &str = "/settings/start";

/// Returns the states of the five steps on the page.
fn states(page: &str) -> Vec<&str> {
    let tags = page.split("<span class=\"tag ").skip(1);
    tags.map(|tag| tag.split('"').next().unwrap()).collect()
}

/// Reports a sale as the shop's page does.
fn claim(key: &str, id: &str) -> Answer {
    let event = json!({"key": key, "sale": sold_now(two_mugs(id))}).to_string();
    let headers = [("origin", SHOP_ORIGIN)];
    http::call("POST", &format!("{}/api/orders/", worker()), &headers, event.as_bytes()).unwrap()
}

#[test]
fn each_step_is_done_when_its_result_is_stored() {
    let merchant = Merchant::add(&worker(), "New", "Europe/Berlin", "USD").unwrap();
    let mut browser = Browser::new(&worker()).unwrap();
    let signed_in = browser.send(&merchant.sign_in_link().unwrap(), "").unwrap();
    assert_eq!(signed_in.header("location"), Some("/settings"));
    assert_eq!(browser.open("/settings").unwrap().header("location"), Some(PAGE));
    let page = browser.open(PAGE).unwrap();
    assert_eq!(states(&page.body), ["next", "later", "later", "later", "later"]);
    assert_eq!(page.header("refresh"), None);

    let wrong = format!("form={}&name=Mugs&platform=woocommerce&origin=mugs", token(&page.body));
    let refused = browser.send(&format!("{PAGE}/shop"), &wrong).unwrap();
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(refused.body.contains("Write an origin") && refused.body.contains("value=\"mugs\""));
    let shop = wrong.replace("origin=mugs", "origin=https%3A%2F%2Fmugs.example.com");
    let added = browser.send(&format!("{PAGE}/shop"), &shop).unwrap();
    assert_eq!(added.status, 303, "{}", added.body);
    let page = browser.open(added.header("location").unwrap()).unwrap().body;
    assert_eq!(states(&page), ["done", "next", "later", "later", "later"]);

    let campaign =
        format!("form={}&next=start&name=1+tree+for+every+order&kind=order&trees=1", token(&page));
    let made = browser.send("/settings/campaigns", &campaign).unwrap();
    assert_eq!(made.header("location"), Some(PAGE), "{}", made.body);
    let page = browser.open(PAGE).unwrap();
    assert_eq!(states(&page.body), ["done", "done", "next", "later", "later"]);
    assert_eq!(page.header("refresh"), None, "nothing can arrive yet");

    let shop = page.body.split("name=\"shop\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let key = format!(
        "form={}&kind=publishable&name=Pages+of+the+shop&mode=live&shop={shop}",
        token(&page.body)
    );
    let made = browser.send(&format!("{PAGE}/key"), &key).unwrap();
    assert_eq!((made.status, made.header("refresh")), (201, None), "the key is shown only once");
    let key = text_of_key(&made).to_owned();
    let waiting = browser.open(PAGE).unwrap();
    assert!(!waiting.body.contains(&key) && waiting.body.contains("Waiting for your first order"));
    let next = format!("5; url={PAGE}?shop={shop}&wait=1");
    assert_eq!(waiting.header("refresh"), Some(next.as_str()));

    assert_eq!(claim(&key, "1001").status, 201);
    let page = browser.open(PAGE).unwrap();
    assert_eq!(states(&page.body), ["done", "done", "done", "next", "done"], "{}", page.body);
    assert!(page.body.contains(">1001</a> arrived.</strong> It orders 1 tree."), "{}", page.body);
    assert!(page.body.contains("A browser reported it."), "{}", page.body);
    assert_eq!(page.header("refresh"), None);
    assert_eq!(browser.open("/settings").unwrap().status, 200, "no longer led to the start");
}

#[test]
fn the_page_stops_loading_itself_after_ten_minutes() {
    let merchant = merchant();
    let browser = sign_in(&merchant);
    let open = |wait: &str| browser.open(&format!("{PAGE}?wait={wait}")).unwrap();
    assert!(open("119").header("refresh").unwrap().ends_with("&wait=120"));
    for wait in ["120", "121", "4294967295"] {
        let page = open(wait);
        assert_eq!(page.header("refresh"), None, "{wait}");
        assert!(page.body.contains("Check again"), "{wait}: {}", page.body);
    }
}

#[test]
fn a_webhook_that_delivers_is_a_step_that_is_done_and_its_problems_are_shown() {
    let shop = Shop::woocommerce();
    let browser = sign_in(&shop.merchant);
    let page = browser.open(PAGE).unwrap().body;
    assert!(page.contains("The secret is set, and no delivery has come yet"), "{page}");
    assert_eq!(
        shop.deliver(b"{\"id\": 7, \"status\": \"processing\", \"currency\": \"USD\"}").status,
        200
    );
    let page = browser.open(PAGE).unwrap().body;
    assert_eq!(states(&page)[3], "done", "{page}");
    assert!(page.contains("The last delivery could not be used:"), "{page}");
    let path = format!("/settings/shops/{}/webhook", shop.merchant.shops[0].id);
    let page = browser.open(&path).unwrap().body;
    assert!(page.contains("The last delivery came on"), "{page}");
    assert!(page.contains("The last delivery could not be used:"), "{page}");
}

#[test]
fn the_webhook_page_makes_a_secret_once_and_a_reload_does_not_replace_it() {
    let merchant = merchant();
    let (mut browser, shop) = (sign_in(&merchant), &merchant.shops[0].id);
    let path = format!("/settings/shops/{shop}/webhook");
    let page = browser.open(&path).unwrap().body;
    let address = format!("{}/webhooks/woocommerce/{shop}", worker());
    assert!(page.contains(&address) && page.contains("Order restored"), "{page}");
    assert!(page.contains("No webhook is connected."), "{page}");
    let stored = || {
        let secret = "SELECT webhook_secret_encrypted FROM shops WHERE id = ?1";
        play_it_green_tests::local_worker::sql(&worker(), secret, &[shop]).unwrap()[0][0].clone()
    };
    let made = browser.send(&path, "").unwrap();
    assert_eq!(made.status, 201, "{}", made.body);
    let secret = made.body.split("<code>pigwh").nth(1).unwrap().split('<').next().unwrap();
    assert_eq!(secret.len(), 40);
    let first = stored();
    let again = browser.send(&path, "").unwrap();
    assert_eq!((again.status, stored()), (409, first.clone()), "{}", again.body);
    assert!(!browser.open(&path).unwrap().body.contains(secret));
    assert_eq!(browser.send(&path, "replace=yes").unwrap().status, 201);
    assert_ne!(stored(), first);
    assert_eq!(browser.send(&format!("{path}/remove"), "").unwrap().status, 303);
    assert_eq!(stored(), serde_json::Value::Null);
}

#[test]
fn a_shopify_secret_is_taken_from_the_field_and_a_short_one_is_refused_beside_it() {
    let merchant = Merchant::add(&worker(), "Shopify", "UTC", "USD").unwrap();
    let merchant = merchant.add_shop("Mugs", "shopify", SHOP_ORIGIN).unwrap();
    let mut browser = sign_in(&merchant);
    let path = format!("/settings/shops/{}/webhook", merchant.shops[0].id);
    for secret in ["", "fifteen+letters"] {
        let refused = browser.send(&path, &format!("secret={secret}")).unwrap();
        assert_eq!(refused.status, 422, "{}", refused.body);
        assert!(refused.body.contains("id=\"secret-flaw\""), "{}", refused.body);
    }
    let secret = "0123456789abcdef".repeat(4);
    let saved = browser.send(&path, &format!("secret={secret}")).unwrap();
    assert_eq!(saved.status, 200, "{}", saved.body);
    assert!(!saved.body.contains(&secret), "a secret that the owner has is not repeated");
    let key = format!(
        "form={}&kind=publishable&name=Pixel&mode=live&shop={}",
        token(&browser.open(super::SETTINGS).unwrap().body),
        merchant.shops[0].id
    );
    let made = browser.send(&format!("{PAGE}/key"), &key).unwrap().body;
    let pixel = format!("const worker = &#34;{}&#34;;", worker());
    assert!(made.contains(&pixel) && !made.contains("PUBLISHABLE_KEY"), "{made}");
}

#[test]
fn a_platform_without_a_webhook_says_so() {
    let merchant = merchant_without_campaigns("UTC");
    let merchant = merchant.add_shop("Other", "wix", "https://other.example.com").unwrap();
    let mut browser = sign_in(&merchant);
    let wix = &merchant.shops[1].id;
    let page = browser.open(&format!("{PAGE}?shop={wix}")).unwrap().body;
    assert!(page.contains("Wix has no webhook that we can read"), "{page}");
    assert_eq!(states(&page)[3], "done");
    let path = format!("/settings/shops/{wix}/webhook");
    assert!(browser.open(&path).unwrap().body.contains("no webhook that we can read"));
    assert_eq!(browser.send(&path, "").unwrap().status, 409);
}

#[test]
fn another_merchants_shop_is_neither_shown_nor_changed() {
    let mut browser = sign_in(&merchant());
    let foreign = merchant().shops[0].id.clone();
    assert!(!browser.open(&format!("{PAGE}?shop={foreign}")).unwrap().body.contains(&foreign));
    let before = dump(&worker()).unwrap();
    let theirs = format!("/settings/shops/{foreign}/webhook");
    let none = "/settings/shops/shop_none/webhook";
    assert_eq!(browser.open(&theirs).unwrap().body, browser.open(none).unwrap().body);
    assert_eq!(browser.open(&theirs).unwrap().status, 404);
    for action in ["", "/remove"] {
        let refused = browser.send(&format!("{theirs}{action}"), "replace=yes").unwrap();
        assert_eq!(refused.status, 404, "{action}");
    }
    let page = browser.open(super::SETTINGS).unwrap().body;
    let key =
        format!("form={}&kind=publishable&name=Theirs&mode=live&shop={foreign}", token(&page));
    assert_eq!(browser.send(&format!("{PAGE}/key"), &key).unwrap().status, 422);
    assert_eq!(dump(&worker()).unwrap(), before);
    let keys = "SELECT count(*) FROM api_keys WHERE name = 'Theirs' AND shop_id = ?1";
    assert_eq!(number(keys, &[&foreign]), 0);
}

//! The owner reviews claims beyond a limit: in the settings without JavaScript, and through the
//! API.

use play_it_green_tests::local_worker::fire_cron;
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use super::{billed_trees, get, limit, mugs, order, state};
use crate::webhooks::{Shop, sample_json};
use crate::{merchant, number, worker};

const SETTINGS: &str = "/settings/api-payments";

/// Adds a merchant with two held claims, `1` and `2`, of 60 trees each.
fn with_held_claims() -> Merchant {
    let merchant = merchant();
    for id in ["1", "2"] {
        merchant.post_sale(&mugs(id, 60)).unwrap();
    }
    merchant
}

fn sale_id(merchant: &Merchant, sale: &str) -> String {
    let sales = get(merchant, &format!("/api/sales/?sale={sale}"));
    sales[0]["id"].as_str().unwrap().to_owned()
}

fn held(merchant: &Merchant) -> usize {
    get(merchant, "/api/orders/?state=held%20for%20review").as_array().unwrap().len()
}

#[test]
fn held_claims_are_listed_with_the_reason_and_accepted_or_rejected_by_the_api() {
    let merchant = with_held_claims();
    assert_eq!(held(&merchant), 2);
    let (first, second) = (sale_id(&merchant, "1"), sale_id(&merchant, "2"));
    let because = "it would order 60 trees, and a claim of this shop orders at most 50";
    assert_eq!(get(&merchant, &format!("/api/sales/{first}"))["held_because"], because);
    let call = |id: &str, what: &str| {
        merchant.call("POST", &format!("/api/sales/{id}/{what}"), &Value::Null).unwrap()
    };
    let accepted = call(&first, "accept");
    assert_eq!((accepted.status, &accepted.json()["proof"]), (200, &json!("verified")));
    assert_eq!(accepted.json()["held_because"], Value::Null);
    assert_eq!(call(&second, "reject").status, 200);
    assert_eq!(call(&second, "reject").status, 409, "once");
    assert_eq!(call(&first, "reject").status, 409, "what is confirmed stays");
    assert_eq!((held(&merchant), billed_trees(&merchant)), (0, json!(60)));
    let (state, reason) = state(&merchant, "2");
    assert_eq!(state, "void");
    assert!(reason.ends_with("; rejected by the owner"), "{reason}");
}

#[test]
fn the_settings_list_held_claims_with_buttons_that_need_no_javascript() {
    let merchant = with_held_claims();
    let mut browser = merchant.signed_in().unwrap();
    let page = browser.open(SETTINGS).unwrap().body;
    assert!(page.contains("Sales that wait for your review"), "{page}");
    assert!(page.contains("Order 1: 60 trees"), "{page}");
    for (sale, what) in [("1", "accept"), ("2", "reject")] {
        let action = format!("{SETTINGS}/sales/{}/{what}", sale_id(&merchant, sale));
        assert!(page.contains(&format!("<form method=\"post\" action=\"{action}\">")), "{page}");
        assert_eq!(browser.send(&action, "").unwrap().status, 303);
    }
    assert_eq!((held(&merchant), billed_trees(&merchant)), (0, json!(60)));
    let page = browser.open(SETTINGS).unwrap().body;
    assert!(!page.contains("Sales that wait for your review"), "{page}");
    let again = format!("{SETTINGS}/sales/{}/reject", sale_id(&merchant, "2"));
    assert_eq!(browser.send(&again, "").unwrap().status, 409);
}

#[test]
fn the_settings_list_claims_that_no_webhook_confirmed_with_the_same_buttons() {
    let shop = Shop::woocommerce();
    shop.deliver_json(&sample_json("woocommerce-order-created.http"));
    for id in ["31", "32", "33"] {
        assert_eq!(shop.claim(id)["orders"][0]["state"], "unconfirmed");
    }
    let mut browser = shop.merchant.signed_in().unwrap();
    let title = "Sales that no webhook confirmed";
    assert!(!browser.open(SETTINGS).unwrap().body.contains(title));
    let webhook = format!("/settings{}", shop.path().strip_prefix("/api").unwrap());
    let page = browser.open(&webhook).unwrap().body;
    assert!(page.contains("href=\"/settings/api-payments#void\""), "{page}");
    assert_eq!(browser.send(&format!("{webhook}/remove"), "").unwrap().status, 303);
    let page = browser.open(SETTINGS).unwrap().body;
    assert!(page.contains(title) && page.contains("id=\"void\""), "{page}");
    for (sale, what) in [("31", "accept"), ("32", "reject")] {
        let action = format!("{SETTINGS}/sales/{}/{what}", sale_id(&shop.merchant, sale));
        assert!(page.contains(&format!("<form method=\"post\" action=\"{action}\">")), "{page}");
        assert_eq!(browser.send(&action, "").unwrap().status, 303);
    }
    let page = browser.open(SETTINGS).unwrap().body;
    let listed = ["31", "32", "33"].map(|sale| page.contains(&sale_id(&shop.merchant, sale)));
    assert_eq!(listed, [false, false, true], "{page}");
    assert_eq!(shop.trees(), 4);
}

#[test]
fn all_held_claims_that_the_page_shows_are_rejected_with_one_button() {
    let merchant = with_held_claims();
    let mut browser = merchant.signed_in().unwrap();
    let page = browser.open(SETTINGS).unwrap().body;
    let field = page.split_once("name=\"until\" value=\"").unwrap().1.split_once('"').unwrap().0;
    // This claim arrives after the page was opened, so the owner has not seen it.
    super::claim_at(&merchant, "2026-11-23T09:00:00Z", &mugs("3", 60));
    let action = format!("{SETTINGS}/sales/reject-held");
    assert_eq!(browser.send(&action, &format!("until={field}")).unwrap().status, 303);
    assert_eq!(held(&merchant), 1);
    assert_eq!(["1", "2"].map(|sale| state(&merchant, sale).0), ["void", "void"]);
    assert_eq!(browser.send(&action, "until=soon").unwrap().status, 400);
    let payments = browser.open("/settings/payments").unwrap().body;
    assert!(payments.contains("href=\"/settings/api-payments#review\""), "{payments}");
}

#[test]
fn nobody_reviews_the_claims_of_another_merchant() {
    let (merchant, stranger) = (with_held_claims(), merchant());
    let mut browser = stranger.signed_in().unwrap();
    for what in ["accept", "reject"] {
        let path = format!("/sales/{}/{what}", sale_id(&merchant, "1"));
        assert_eq!(browser.send(&format!("{SETTINGS}{path}"), "").unwrap().status, 404);
        assert_eq!(
            stranger.call("POST", &format!("/api{path}"), &Value::Null).unwrap().status,
            404
        );
        let signed_out = play_it_green_tests::browser::Browser::new(&crate::worker()).unwrap();
        let own = [("origin", crate::worker()), ("sec-fetch-site", "same-origin".to_owned())];
        let own: Vec<(&str, &str)> = own.iter().map(|(name, is)| (*name, is.as_str())).collect();
        let answer = signed_out.send_from(&own, &format!("{SETTINGS}{path}"), "").unwrap();
        assert_eq!(answer.status, 401);
    }
    assert_eq!(held(&merchant), 2);
}

#[test]
fn the_owner_rejects_any_claim_whose_month_is_open_and_a_fact_counts_all_the_same() {
    let merchant = merchant();
    limit(&merchant, 50, 2, 5_000);
    merchant.post_sale(&two_mugs("1")).unwrap();
    let path = format!("/api/sales/{}/reject", sale_id(&merchant, "1"));
    assert_eq!(merchant.call("POST", &path, &Value::Null).unwrap().status, 200);
    merchant.post_sale(&two_mugs("1")).unwrap();
    assert_eq!(state(&merchant, "1").0, "void", "the same claim again changes nothing");
    merchant.post_sale(&two_mugs("2")).unwrap();
    assert_eq!(state(&merchant, "2").0, "open", "a rejected claim uses up no limit");
    merchant.call("POST", "/api/orders/", &json!({"sale": two_mugs("1")})).unwrap();
    assert_eq!((state(&merchant, "1").0.as_str(), billed_trees(&merchant)), ("open", json!(4)));
}

#[test]
fn a_fact_releases_a_held_claim_and_is_not_bounded() {
    let merchant = with_held_claims();
    let fact = merchant.call("POST", "/api/orders/", &json!({"sale": mugs("1", 70)})).unwrap();
    assert_eq!(fact.json()["trees"], 70, "{}", fact.body);
    assert_eq!(order(&merchant, "1")["state"], "open");
    assert_eq!((held(&merchant), billed_trees(&merchant)), (1, json!(70)));
}

/// Returns the number of mails about held claims that the merchant received.
fn told(merchant: &Merchant) -> i64 {
    let sent = "SELECT count(*) FROM account_mails
        WHERE merchant_id = ?1 AND kind = 'claims held' AND state = 'sent'";
    number(sent, &[&merchant.id])
}

#[test]
fn a_mail_tells_of_held_claims_once_per_shop_and_day() {
    let merchant = merchant().add_shop("Cups online", "woocommerce", crate::SHOP_ORIGIN).unwrap();
    let address = merchant.with_email().unwrap();
    let mut second_shop = merchant.clone();
    second_shop.shops.remove(0);
    // Fires the cron event this number of hours after 22 November 2026, 09:00 UTC.
    let send_mail =
        |hours: i64| fire_cron(&worker(), 1_795_338_000_000 + hours * 3_600_000).unwrap();
    merchant.post_sale(&two_mugs("within the limits")).unwrap();
    send_mail(0);
    assert_eq!(told(&merchant), 0);
    for id in ["1", "2", "3"] {
        merchant.post_sale(&mugs(id, 60)).unwrap();
        send_mail(1);
        assert_eq!(told(&merchant), 1, "{id}");
    }
    let mailbox = merchant.mailbox().unwrap();
    for part in [address.as_str(), "Sales that wait for your review: Mugs online", SETTINGS] {
        assert!(mailbox.contains(part), "{part}: {mailbox}");
    }
    second_shop.post_sale(&mugs("4", 60)).unwrap();
    super::claim_at(&merchant, "2026-11-23T09:00:00Z", &mugs("5", 60));
    send_mail(24);
    assert_eq!(told(&merchant), 3);
    assert!(merchant.mailbox().unwrap().contains("review: Cups online"));
}

#[test]
fn the_owner_changes_the_limits_in_the_settings_and_in_the_api() {
    let merchant = merchant();
    let path = format!("/api/shops/{}", merchant.shops[0].id);
    let limits = |shop: &Value| {
        ["claim_trees_per_sale", "claim_trees_per_day", "claim_trees_per_month"]
            .map(|field| shop[field].clone())
    };
    assert_eq!(limits(&get(&merchant, &path)), [json!(50), json!(500), json!(5000)]);
    limit(&merchant, 60, 600, 6000);
    let body = json!({"name": "Renamed", "platform": "wix", "origin": crate::SHOP_ORIGIN});
    let kept = merchant.call("PUT", &path, &body).unwrap().json();
    assert_eq!(limits(&kept), [json!(60), json!(600), json!(6000)], "left out, left alone");
    let mut browser = merchant.signed_in().unwrap();
    let form = format!("{SETTINGS}/shops/{}/limits", merchant.shops[0].id);
    let typed = "claim_trees_per_sale=7&claim_trees_per_day=many&claim_trees_per_month=9";
    let refused = browser.send(&form, typed).unwrap();
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(refused.body.contains("value=\"many\"") && refused.body.contains("value=\"7\""));
    assert_eq!(limits(&get(&merchant, &path)), [json!(60), json!(600), json!(6000)]);
    let typed = "claim_trees_per_sale=7&claim_trees_per_day=0&claim_trees_per_month=9";
    assert_eq!(browser.send(&form, typed).unwrap().status, 303);
    assert_eq!(limits(&get(&merchant, &path)), [json!(7), json!(0), json!(9)]);
    let mut too_many = body;
    too_many["claim_trees_per_day"] = json!(1_000_001);
    assert_eq!(merchant.call("PUT", &path, &too_many).unwrap().status, 422);
}

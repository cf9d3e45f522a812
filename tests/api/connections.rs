//! A shop whose webhook is gone goes on posting claims: its owner gets a mail, and buyers are
//! promised only what is certain.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use play_it_green_tests::http::{self, Answer};
use play_it_green_tests::local_worker::{fire_cron, sql};
use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use crate::webhooks::{Shop, sample_json, signature};
use crate::worker;

/// 22 November 2026, 09:00 UTC, in milliseconds since 1970. The first delivery arrives then.
const NINE: i64 = 1_795_338_000_000;
const MINUTE: i64 = 60_000;

/// The instant so many minutes after nine.
fn at(minutes: i64) -> i64 {
    NINE.saturating_add(minutes.saturating_mul(MINUTE))
}

/// The same in RFC 3339.
fn after(minutes: i64) -> String {
    let at = order_events::Timestamp::from_milliseconds(at(minutes)).unwrap();
    at.to_rfc3339()
}

fn connected() -> Shop {
    let shop = Shop::woocommerce();
    shop.merchant.with_email().unwrap();
    deliver(&shop, 0, "1");
    assert_eq!(shop.webhook()["silent_since"], Value::Null);
    shop
}

/// The shop confirms a sale, so many minutes after nine.
fn deliver(shop: &Shop, minutes: i64, id: &str) {
    let mut order = sample_json("woocommerce-order-created.http");
    order["id"] = json!(id.parse::<u64>().unwrap());
    order["status"] = json!("processing");
    order["date_created_gmt"] = json!(after(minutes).trim_end_matches('Z'));
    let answer = shop.deliver_topic("order.created", &after(minutes), &order);
    assert_eq!(answer.json()["message"], "The sale is known.", "{}", answer.body);
}

/// A buyer's browser claims a sale, so many minutes after nine.
fn claim(shop: &Shop, minutes: i64, id: &str) -> Answer {
    let mut sale = two_mugs(id);
    sale["platform"] = json!("woocommerce");
    (sale["sold_at"], sale["updated_at"]) = (json!(after(minutes)), json!(after(minutes)));
    let event = json!({"key": shop.merchant.shops[0].publishable_key, "sale": sale}).to_string();
    let url = format!("{}/api/orders/", worker());
    http::call("POST", &url, &[("play-it-green-now", &after(minutes))], event.as_bytes()).unwrap()
}

fn watch(minutes: i64) {
    fire_cron(&worker(), at(minutes)).unwrap();
}

fn silent_since(shop: &Shop) -> Value {
    shop.webhook()["silent_since"].clone()
}

fn mails(shop: &Shop) -> i64 {
    let mails = "SELECT count(*) FROM account_mails
        WHERE merchant_id = ?1 AND kind = 'webhook silent' AND state = 'sent'";
    sql(&worker(), mails, &[&shop.merchant.id]).unwrap()[0][0].as_i64().unwrap()
}

fn settings(shop: &Shop) -> String {
    shop.merchant.signed_in().unwrap().open("/settings/api-payments").unwrap().body
}

#[test]
fn five_lost_confirmations_are_one_mail_one_banner_and_no_further_promise() {
    let shop = connected();
    for id in ["11", "12", "13", "14", "15"] {
        let promised = claim(&shop, 60, id);
        assert_eq!((promised.status, &promised.json()["trees"]), (201, &json!(2)));
    }
    watch(69);
    assert_eq!(silent_since(&shop), Value::Null, "the shop may still deliver");
    for minutes in [71, 86, 101] {
        watch(minutes);
        assert_eq!((silent_since(&shop), mails(&shop)), (json!(after(60)), 1), "{minutes}");
    }
    let mailbox = shop.merchant.mailbox().unwrap();
    assert!(mailbox.contains("does not confirm its sales: Mugs online"), "{mailbox}");
    let page = settings(&shop);
    assert_eq!(page.matches("does not confirm its sales").count(), 1, "{page}");
    assert!(
        page.contains("Order 11: 2 trees") && page.contains("Advanced &#62; Webhooks"),
        "{page}"
    );

    let import = format!("/settings/shops/{}/import\"", shop.merchant.shops[0].id);
    let (_, silent) = page.split_once("id=\"connections\"").unwrap();
    assert!(silent.contains(&import), "the owner is led to what fetches them: {page}");

    let uncertain = claim(&shop, 110, "16");
    assert_eq!((uncertain.status, &uncertain.json()["trees"]), (200, &json!(0)));
    let message = uncertain.json()["message"].as_str().unwrap().to_owned();
    assert!(message.contains("when the shop itself has confirmed it"), "{message}");
    assert_eq!(shop.trees(), 2, "claims are kept, and not billed");

    // The shop delivers again: what it confirms is billed, and buyers are promised trees.
    for id in ["11", "12", "13", "14", "15", "16"] {
        deliver(&shop, 120, id);
    }
    assert_eq!((silent_since(&shop), shop.trees()), (Value::Null, json!(14)));
    assert!(!settings(&shop).contains("does not confirm its sales"));
    assert_eq!(claim(&shop, 125, "17").json()["trees"], 2);
}

#[test]
fn the_owner_accepts_or_rejects_sales_that_wait_for_a_silent_webhook() {
    let shop = connected();
    for id in ["11", "12", "13", "14", "15"] {
        claim(&shop, 60, id);
    }
    watch(71);
    let mut browser = shop.merchant.signed_in().unwrap();
    for (id, word) in [("11", "accept"), ("12", "reject")] {
        let stored = "SELECT id FROM sales WHERE shop_id = ?1 AND sale_id = ?2";
        let stored = sql(&worker(), stored, &[&shop.merchant.shops[0].id, id]).unwrap();
        let path =
            format!("/settings/api-payments/sales/{}/{word}", stored[0][0].as_str().unwrap());
        assert_eq!(browser.send(&path, "").unwrap().status, 303);
    }
    let page = settings(&shop);
    assert!(!page.contains("Order 11:") && !page.contains("Order 12:"), "{page}");
    assert!(page.contains("Order 13:"), "{page}");
    assert_eq!(shop.trees(), 4);
}

#[test]
fn one_claim_without_a_confirmation_for_a_day_is_enough() {
    let shop = connected();
    claim(&shop, 60, "11");
    watch(60 + 23 * 60);
    assert_eq!(silent_since(&shop), Value::Null);
    watch(60 + 24 * 60);
    assert_eq!((silent_since(&shop), mails(&shop)), (json!(after(60)), 1));
}

#[test]
fn a_webhook_that_delivers_is_not_silent_whatever_anybody_claims() {
    let shop = connected();
    for id in ["11", "12", "13", "14", "15", "16"] {
        claim(&shop, 60, id);
    }
    deliver(&shop, 65, "2");
    for minutes in [71, 60 + 24 * 60] {
        watch(minutes);
        assert_eq!((silent_since(&shop), mails(&shop)), (Value::Null, 0), "{minutes}");
    }
}

#[test]
fn problems_of_deliveries_stay_listed_after_a_good_one_and_wrong_signatures_count_once_a_minute() {
    let shop = connected();
    let forged = || {
        let path = shop.webhook()["address"].as_str().unwrap().to_owned();
        let headers = [("x-wc-webhook-signature", "Zm9yZ2Vk"), ("play-it-green-now", &after(30))];
        assert_eq!(http::call("POST", &path, &headers, b"{\"id\": 7}").unwrap().status, 401);
    };
    forged();
    forged();
    let odd = json!({"id": 7, "status": "processing", "currency": "USD"});
    for minutes in [40, 50] {
        shop.deliver_topic("order.created", &after(minutes), &odd);
    }
    deliver(&shop, 60, "2");
    let webhook = shop.webhook();
    assert_eq!(webhook["problem"], Value::Null);
    let problems = webhook["problems"].as_array().unwrap();
    assert_eq!(problems.len(), 2, "{webhook}");
    assert!(problems[0]["problem"].as_str().unwrap().contains("date_created_gmt"), "{webhook}");
    assert_eq!((&problems[0]["times"], &problems[0]["last_at"]), (&json!(2), &json!(after(50))));
    assert!(problems[1]["problem"].as_str().unwrap().contains("The signature"), "{webhook}");
    assert_eq!(problems[1]["times"], 1);
}

/// Returns the status of a delivery that is signed with this secret.
fn signed_with(shop: &Shop, secret: &str) -> u16 {
    let body = crate::webhooks::sample("woocommerce-order-created.http");
    let address = shop.webhook()["address"].as_str().unwrap().to_owned();
    let signature = signature(secret, &body);
    let headers = [("x-wc-webhook-signature", signature.as_str())];
    http::call("POST", &address, &headers, &body).unwrap().status
}

fn set_secret(shop: &Shop) -> String {
    let set = shop.merchant.call("PUT", &shop.path(), &json!({})).unwrap().json();
    set["secret"].as_str().unwrap().to_owned()
}

#[test]
fn the_secret_in_use_works_until_the_shop_signs_with_the_new_one() {
    let shop = connected();
    let in_use = shop.secret().to_owned();
    let forgotten = set_secret(&shop);
    let new = set_secret(&shop);
    assert_eq!(shop.webhook()["is_replacing"], true);
    assert_eq!(signed_with(&shop, &in_use), 200, "the shop knows nothing of a new one yet");
    assert_eq!(signed_with(&shop, &forgotten), 401, "it was never in use");
    assert_eq!(shop.webhook()["is_replacing"], true);
    assert_eq!(signed_with(&shop, &new), 200);
    assert_eq!(shop.webhook()["is_replacing"], false);
    assert_eq!((signed_with(&shop, &in_use), signed_with(&shop, &new)), (401, 200));
    let log = shop.merchant.signed_in().unwrap().open("/settings/security").unwrap().body;
    assert!(log.contains("The secret of a webhook was replaced"), "{log}");
}

#[test]
fn a_secret_that_leaked_ends_at_once_when_its_webhook_is_removed() {
    let shop = connected();
    let leaked = shop.secret().to_owned();
    let removed = shop.merchant.call("DELETE", &shop.path(), &Value::Null).unwrap();
    assert_eq!(removed.status, 200);
    let new = set_secret(&shop);
    assert_eq!(shop.webhook()["is_replacing"], false);
    assert_eq!((signed_with(&shop, &leaked), signed_with(&shop, &new)), (401, 200));
}

#[test]
fn an_old_secret_ends_after_three_days_and_another_replacement_does_not_prolong_it() {
    let shop = connected();
    let old = shop.secret().to_owned();
    set_secret(&shop);
    set_secret(&shop);
    let body = crate::webhooks::sample("woocommerce-order-created.http");
    let address = shop.webhook()["address"].as_str().unwrap().to_owned();
    let signed = signature(&old, &body);
    // The secret was set now, by the clock of this machine.
    let deliver = |days: u64| {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let at = since.saturating_add(Duration::from_secs(days.saturating_mul(86_400)));
        let at = i64::try_from(at.as_millis()).unwrap();
        let at = order_events::Timestamp::from_milliseconds(at).unwrap().to_rfc3339();
        let headers = [("x-wc-webhook-signature", signed.as_str()), ("play-it-green-now", &at)];
        http::call("POST", &address, &headers, &body).unwrap().status
    };
    assert_eq!((deliver(2), deliver(4)), (200, 401));
}

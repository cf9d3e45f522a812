//! Sessions, headers and the security log of an account.

use play_it_green_tests::http::{self, Answer};
use play_it_green_tests::local_worker::{LocalWorker, repository, sql};
use play_it_green_tests::merchant::{Merchant, hash};
use serde_json::{Value, json};

use crate::pay::due;
use crate::{SHOP_ORIGIN, merchant, merchant_of, number, worker};

const SECURITY: &str = "/settings/security";
const HOUR: i64 = 60 * 60 * 1000;

fn get(url: &str) -> Answer {
    http::call("GET", url, &[], b"").unwrap()
}

/// Moves the beginning and the last use of the merchant's sessions into the past by these
/// durations.
fn age_sessions(merchant: &Merchant, began: i64, used: i64) {
    let age = "UPDATE sessions SET created_at = created_at - ?2, last_seen_at = last_seen_at - ?3
        WHERE merchant_id = ?1";
    sql(&worker(), age, &[&merchant.id, &began.to_string(), &used.to_string()]).unwrap();
}

#[test]
fn a_session_ends_after_seven_days_without_use_and_use_prolongs_it() {
    let merchant = merchant();
    let browser = merchant.signed_in().unwrap();
    age_sessions(&merchant, 6 * 24 * HOUR, 6 * 24 * HOUR);
    assert_eq!(browser.open(SECURITY).unwrap().status, 200);
    age_sessions(&merchant, 6 * 24 * HOUR, 6 * 24 * HOUR);
    assert_eq!(browser.open(SECURITY).unwrap().status, 200, "it was used in between");
    age_sessions(&merchant, 8 * 24 * HOUR, 8 * 24 * HOUR);
    assert_eq!(browser.open(SECURITY).unwrap().status, 401);
}

#[test]
fn an_owner_lists_the_sessions_and_ends_all_others() {
    let merchant = merchant();
    let other = merchant.signed_in().unwrap();
    let mut this = merchant.signed_in().unwrap();
    let strangers = merchant_of(&worker()).signed_in().unwrap();
    let page = this.open(SECURITY).unwrap().body;
    assert_eq!(page.matches("Another browser").count(), 1, "{page}");
    assert_eq!(page.matches("This browser").count(), 1, "{page}");
    let foreign_form = [("origin", "https://example.com")];
    let refused = this.send_from(&foreign_form, "/settings/security/end-others", "").unwrap();
    assert_eq!((refused.status, other.open(SECURITY).unwrap().status), (403, 200));
    assert_eq!(this.send("/settings/security/end-others", "").unwrap().status, 303);
    assert_eq!(other.open(SECURITY).unwrap().status, 401);
    assert_eq!(this.open(SECURITY).unwrap().status, 200);
    assert_eq!(strangers.open(SECURITY).unwrap().status, 200);
}

#[test]
fn the_mail_address_and_the_card_need_a_fresh_sign_in_and_the_old_address_is_told() {
    let merchant = merchant();
    let old = merchant.with_email().unwrap();
    let mut browser = merchant.signed_in().unwrap();
    age_sessions(&merchant, HOUR, 0);
    let consent = browser.open("/settings/payments").unwrap().body;
    let field = |name: &str| {
        let from = consent.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap();
        from.split('"').next().unwrap().to_owned()
    };
    let card = format!("form={}&consent={}&card=4242424242424242", field("form"), field("consent"));
    let address = "email=thief%40example.com";
    for (path, form) in [
        ("/settings/payments/email", address),
        ("/settings/payments/card", card.as_str()),
        ("/settings/payments/card/remove", ""),
    ] {
        let answer = browser.send(path, form).unwrap();
        assert_eq!(answer.status, 403, "{path}: {}", answer.body);
        assert!(answer.body.contains("sign-in link"), "{path}: {}", answer.body);
    }
    assert!(
        merchant.mailbox().unwrap().is_empty()
            || !merchant.mailbox().unwrap().contains("was changed")
    );

    // A new link is sent by mail and works.
    let sent = browser.send("/settings/security/sign-in-link", "").unwrap();
    assert!(sent.body.contains("on its way"), "{}", sent.body);
    let mailbox = wait_for(|| merchant.mailbox().unwrap(), |mailbox| mailbox.contains("/sign-in/"));
    assert!(mailbox.contains(&old), "{mailbox}");
    let link = mailbox.split("/sign-in/").nth(1).unwrap();
    let token: String = link.chars().take_while(char::is_ascii_hexdigit).collect();
    assert_eq!(browser.send(&format!("/sign-in/{token}"), "").unwrap().status, 303);
    for (path, form) in
        [("/settings/payments/card", card.as_str()), ("/settings/payments/email", address)]
    {
        let answer = browser.send(path, form).unwrap();
        assert_eq!(answer.status, 303, "{path}: {}", answer.body);
    }
    let mailbox =
        wait_for(|| merchant.mailbox().unwrap(), |mailbox| mailbox.contains("address was changed"));
    assert!(mailbox.contains("A card was saved"), "{mailbox}");
    assert!(!mailbox.contains("thief@example.com"), "the old address is told: {mailbox}");
    let stored = "SELECT count(*) FROM account_mails WHERE merchant_id = ?1
        AND (recipient_encrypted LIKE '%@%' OR instr(token_encrypted, ?2) > 0)";
    assert_eq!(number(stored, &[&merchant.id, &token]), 0);
}

/// Reads repeatedly until the condition holds, for at most ten seconds.
fn wait_for(read: impl Fn() -> String, is_right: impl Fn(&str) -> bool) -> String {
    let started = std::time::Instant::now();
    loop {
        let found = read();
        if is_right(&found) || started.elapsed().as_secs() > 10 {
            return found;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

#[test]
fn the_owner_sees_what_happened_to_the_account_for_ninety_days() {
    let merchant = merchant();
    let link = merchant.sign_in_link().unwrap();
    let mut browser = play_it_green_tests::browser::Browser::new(&worker()).unwrap();
    browser.send(&link, "").unwrap();
    let mut again = play_it_green_tests::browser::Browser::new(&worker()).unwrap();
    assert_eq!(again.send(&link, "").unwrap().status, 404);
    let created = merchant
        .call("POST", "/api/keys/", &json!({"name": "Till", "kind": "secret", "scopes": []}))
        .unwrap()
        .json();
    let weak = created["api_key"].as_str().unwrap();
    for _ in 0..3 {
        let refused = merchant.call_with(weak, "GET", "/api/orders/", &Value::Null).unwrap();
        assert_eq!(refused.status, 403);
    }
    let path = format!("/api/keys/{}", created["key"]["id"].as_str().unwrap());
    merchant.call("POST", &format!("{path}/rotate"), &json!({})).unwrap();
    merchant.call("PUT", &path, &json!({"name": "Till 2", "scopes": []})).unwrap();
    merchant.call("DELETE", &path, &Value::Null).unwrap();
    let page = browser.open(SECURITY).unwrap().body;
    for what in [
        "Signed in",
        "A sign-in link was refused: it was used before, or its digits were wrong",
        "A key was created: Till",
        "A key was refused what it may not do: Till",
        "A key was rotated: Till",
        "A key was changed: Till 2",
        "A key was revoked: Till 2",
    ] {
        assert!(page.contains(what), "{what}: {page}");
    }
    assert_eq!(page.matches("A key was refused").count(), 1, "one line an hour: {page}");
    assert!(!page.contains(weak));
    let old = "UPDATE security_events SET created_at = created_at - 91 * 86400000
        WHERE merchant_id = ?1 AND kind = 'key revoked'";
    sql(&worker(), old, &[&merchant.id]).unwrap();
    play_it_green_tests::local_worker::fire_cron(&worker(), 0).unwrap();
    let count = "SELECT count(*) FROM security_events WHERE merchant_id = ?1 AND kind = ?2";
    assert_eq!(number(count, &[&merchant.id, "key revoked"]), 0);
    assert_eq!(number(count, &[&merchant.id, "key created"]), 2);
}

#[test]
fn whoever_holds_a_pay_link_pays_and_only_the_owner_saves_the_card() {
    let due = due();
    assert!(!due.page().contains("name=\"remember\""), "{}", due.page());
    let form = "card=4242424242424242&remember=yes";
    let refused = due.post_as_stranger("", form);
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(refused.body.contains("Only the owner can save a card"), "{}", refused.body);
    let foreign_owner = merchant_of(&worker()).signed_in().unwrap().send(&due.link, form).unwrap();
    assert_eq!((foreign_owner.status, due.state()), (422, json!("payment due")));
    let owners = due.merchant.signed_in().unwrap().open(&due.link).unwrap();
    assert!(owners.body.contains("name=\"remember\""), "{}", owners.body);
    let mut old = due.merchant.signed_in().unwrap();
    age_sessions(&due.merchant, HOUR, 0);
    let refused = old.send(&due.link, form).unwrap();
    assert_eq!((refused.status, due.state()), (422, json!("payment due")));
    assert!(refused.body.contains("new sign-in link"), "{}", refused.body);
    assert_eq!(due.post_as_stranger("", "card=4242424242424242").status, 303);
    assert_eq!(due.state(), "paid");
    let saved = "SELECT count(*) FROM payers WHERE merchant_id = ?1 AND card IS NOT NULL";
    assert_eq!(number(saved, &[&due.merchant.id]), 0);
}

#[test]
fn a_mail_tells_of_a_card_that_the_pay_page_saved() {
    let due = due();
    let address = due.merchant.with_email().unwrap();
    let paid = due.post("", "card=4242424242424242&remember=yes");
    assert_eq!((paid.status, due.state()), (303, json!("paid")), "{}", paid.body);
    let mailbox = wait_for(
        || due.merchant.mailbox().unwrap(),
        |mailbox| mailbox.contains("A card was saved"),
    );
    assert!(mailbox.contains("A card was saved") && mailbox.contains(&address), "{mailbox}");
    let told = "SELECT count(*) FROM account_mails WHERE merchant_id = ?1 AND kind = 'card saved'";
    assert_eq!(number(told, &[&due.merchant.id]), 1);
    let mut browser = due.merchant.signed_in().unwrap();
    browser.send(&due.link, "card=4242424242424242&remember=yes").unwrap();
    assert_eq!(number(told, &[&due.merchant.id]), 1, "what is paid saves no card");
}

#[test]
fn every_response_says_how_browsers_and_caches_treat_it() {
    let merchant = merchant();
    merchant.post_sale(&play_it_green_tests::sales::two_mugs("19")).unwrap();
    let open = merchant.call("GET", "/api/purchase_orders/open", &Value::Null).unwrap();
    let key = json!({"name": "A", "kind": "secret"});
    let created = merchant.call("POST", "/api/keys/", &key).unwrap();
    let reset = merchant.call_with(
        created.json()["api_key"].as_str().unwrap(),
        "POST",
        "/api/reset",
        &Value::Null,
    );
    let list = merchant.call("GET", "/api/purchase_orders/", &Value::Null).unwrap();
    for answer in [&open, &created, &reset.unwrap(), &list] {
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{}", answer.body);
    }
    let link = open.json()["pay_link"].as_str().unwrap().to_owned();
    for path in [
        "/api/orders/",
        "/api/totals/",
        "/api/openapi.json",
        "/health",
        "/",
        "/docs",
        "/style/latest.css",
        "/nowhere",
        "/settings",
        "/sign-in",
        "/sign-in/none",
        "/sign-up",
        "/pay/none",
        &link,
        "/webhooks/shopify/none",
        "/plugin/none/none.js",
    ] {
        let answer = get(&format!("{}{path}", worker()));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        let policy = answer.header("content-security-policy").unwrap_or_default();
        assert!(policy.contains("default-src 'none'"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(answer.header("cache-control").is_some(), "{path}");
    }
}

#[test]
fn production_binds_sessions_to_its_host_and_browsers_to_https() {
    let folder = repository().join("target/tests/production-state");
    let production = LocalWorker::start_limited(&folder, 6000).unwrap();
    let merchant = merchant_of(&production.url);
    let mut browser = play_it_green_tests::browser::Browser::new(&production.url).unwrap();
    let answer = browser.send(&merchant.sign_in_link().unwrap(), "").unwrap();
    let cookie = answer.header("set-cookie").unwrap().to_owned();
    assert!(cookie.starts_with("__Host-session="), "{cookie}");
    for part in ["Secure", "HttpOnly", "Path=/;", "SameSite=Lax"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    assert_eq!(browser.open(SECURITY).unwrap().status, 200);
    let token = cookie.split(['=', ';']).nth(1).unwrap();
    browser.cookie = Some(format!("session={token}"));
    assert_eq!(browser.open(SECURITY).unwrap().status, 401, "the name without the prefix");
    for path in ["/health", "/api/orders/", "/pay/none"] {
        let answer = get(&format!("{}{path}", production.url));
        assert_eq!(
            answer.header("strict-transport-security"),
            Some("max-age=31536000; includeSubDomains"),
            "{path}"
        );
    }
    let stored = "SELECT count(*) FROM sessions WHERE hash = ?1";
    let stored = sql(&production.url, stored, &[&hash(token)]).unwrap();
    assert_eq!(stored[0][0], 1);
}

#[test]
fn development_serves_no_host_but_this_machine() {
    let host = |name: &str| {
        let request = format!("GET /health HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n");
        http::raw(&worker(), request.as_bytes()).unwrap()
    };
    assert_eq!(host("localhost").status, 200);
    let foreign = host("trees.example.com");
    assert_eq!(foreign.status, 500, "{}", foreign.body);
    assert!(!foreign.body.contains("ENVIRONMENT"), "{}", foreign.body);
}

#[test]
fn only_shopifys_sandboxed_pixel_sends_no_origin_of_its_shop() {
    let post = |merchant: &Merchant, origin: &str| {
        let sale = play_it_green_tests::sales::two_mugs("19");
        let event = json!({"key": merchant.shops[0].publishable_key, "sale": sale}).to_string();
        let url = format!("{}/api/orders/", worker());
        http::call("POST", &url, &[("origin", origin)], event.as_bytes()).unwrap().status
    };
    // Posts without an `Origin` header.
    let post_without = |merchant: &Merchant| {
        let sale = play_it_green_tests::sales::two_mugs("20");
        let body = json!({"key": merchant.shops[0].publishable_key, "sale": sale}).to_string();
        let request = format!(
            "POST /api/orders/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        http::raw(&worker(), request.as_bytes()).unwrap().status
    };
    let woocommerce = merchant();
    assert_eq!((post(&woocommerce, "null"), post(&woocommerce, "")), (403, 403));
    assert_eq!((post_without(&woocommerce), post(&woocommerce, SHOP_ORIGIN)), (403, 201));
    let shopify = Merchant::add(&worker(), "Example Mugs", "UTC", "USD").unwrap();
    let shopify = shopify.add_shop("Mugs", "shopify", SHOP_ORIGIN).unwrap();
    assert_eq!((post(&shopify, "https://example.com"), post(&shopify, "null")), (403, 200));
    assert_eq!(post_without(&shopify), 200);
}

#[test]
fn a_webhook_secret_has_at_least_sixteen_characters() {
    let merchant = merchant();
    let path = format!("/api/shops/{}/webhook", merchant.shops[0].id);
    let short = merchant.call("PUT", &path, &json!({"secret": "fifteen letters"})).unwrap();
    assert_eq!(short.status, 422, "{}", short.body);
    assert!(short.json()["message"].as_str().unwrap().contains("16"), "{}", short.body);
    let long = merchant.call("PUT", &path, &json!({"secret": "sixteen letters."})).unwrap();
    assert_eq!(long.status, 200, "{}", long.body);
}

#[test]
fn health_names_settings_to_the_operator_only() {
    let public = get(&format!("{}/health", worker()));
    assert_eq!((public.status, public.json()), (200, json!({"status": "ok"})));
    let merchant = merchant();
    let with_key = merchant.call("GET", "/health", &Value::Null).unwrap();
    assert_eq!(with_key.json(), json!({"status": "ok"}));
    let operators = crate::operators_health(&worker()).json();
    assert_eq!((&operators["status"], &operators["mail"]), (&json!("ok"), &json!("mailbox")));
    let key = play_it_green_tests::local_worker::operators_key(&worker()).unwrap();
    let expire = "UPDATE operator_keys SET expires_at = unixepoch() * 1000 WHERE hash = ?1";
    sql(&worker(), expire, &[&hash(&key)]).unwrap();
    let expired = merchant.call_with(&key, "GET", "/health", &Value::Null).unwrap();
    assert_eq!(expired.json(), json!({"status": "ok"}));
}

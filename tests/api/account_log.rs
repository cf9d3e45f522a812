//! The security log of an account: each change is logged once, by the statements that make it.

use std::collections::BTreeMap;

use play_it_green_tests::browser::Browser;
use play_it_green_tests::local_worker::{fire_cron, sql};
use play_it_green_tests::merchant::Merchant;
use serde_json::{Value, json};

use crate::{merchant, merchant_of, worker};

/// How often each kind of event was logged for the merchant.
fn logged(merchant: &Merchant) -> BTreeMap<String, i64> {
    let count = "SELECT kind, count(*) FROM security_events WHERE merchant_id = ?1 GROUP BY kind";
    let rows = sql(&worker(), count, &[&merchant.id]).unwrap();
    rows.iter().map(|row| (row[0].as_str().unwrap().to_owned(), row[1].as_i64().unwrap())).collect()
}

/// The events that were logged after that.
fn since(before: &BTreeMap<String, i64>, merchant: &Merchant) -> Vec<(String, i64)> {
    let earlier = |kind: &str| before.get(kind).copied().unwrap_or_default();
    let counts = logged(merchant).into_iter().map(|(kind, count)| {
        let added = count.saturating_sub(earlier(&kind));
        (kind, added)
    });
    counts.filter(|(_, added)| *added != 0).collect()
}

/// Runs a change, and returns what it logged.
fn of(merchant: &Merchant, change: impl FnOnce()) -> Vec<(String, i64)> {
    let before = logged(merchant);
    change();
    since(&before, merchant)
}

fn once(kind: &str) -> Vec<(String, i64)> {
    vec![(kind.to_owned(), 1)]
}

#[test]
fn a_change_of_a_key_is_logged_once_and_what_changes_nothing_is_not_logged() {
    let merchant = merchant();
    let send = |method: &str, path: &str, body: &Value| {
        let answer = merchant.call(method, path, body).unwrap();
        assert!(answer.status < 300, "{method} {path}: {}", answer.body);
        answer.json()
    };
    let mut made = Value::Null;
    let wanted = json!({"name": "Till", "kind": "secret", "scopes": ["orders:read"]});
    assert_eq!(of(&merchant, || made = send("POST", "/api/keys/", &wanted)), once("key created"));
    let path = format!("/api/keys/{}", made["key"]["id"].as_str().unwrap());
    let same = json!({"name": "Till", "scopes": ["orders:read"]});
    assert_eq!(of(&merchant, || drop(send("PUT", &path, &same))), []);
    let other = json!({"name": "Till", "scopes": ["orders:read", "shops:read"]});
    assert_eq!(of(&merchant, || drop(send("PUT", &path, &other))), once("key changed"));
    let rotate = format!("{path}/rotate");
    let both = vec![("key created".to_owned(), 1), ("key rotated".to_owned(), 1)];
    assert_eq!(of(&merchant, || drop(send("POST", &rotate, &json!({})))), both);
    // The old key keeps its earlier end.
    let later = json!({"overlap_hours": 48});
    assert_eq!(of(&merchant, || drop(send("POST", &rotate, &later))), once("key created"));
    assert_eq!(of(&merchant, || drop(send("DELETE", &path, &Value::Null))), once("key revoked"));
    assert_eq!(of(&merchant, || drop(send("DELETE", &path, &Value::Null))), []);
    let shop = format!("/api/shops/{}", merchant.shops[0].id);
    assert_eq!(of(&merchant, || drop(send("DELETE", &shop, &Value::Null))), once("key revoked"));
    let full = vec![("key created".to_owned(), 1), ("key revoked".to_owned(), 1)];
    assert_eq!(of(&merchant, || drop(send("POST", "/api/reset", &Value::Null))), full);
}

#[test]
fn the_secret_of_a_webhook_is_logged_when_it_is_set_replaced_and_removed() {
    let merchant = merchant();
    let path = format!("/api/shops/{}/webhook", merchant.shops[0].id);
    let set = |secret: &str| {
        let answer = merchant.call("PUT", &path, &json!({ "secret": secret })).unwrap();
        assert_eq!(answer.status, 200, "{}", answer.body);
    };
    let remove = || drop(merchant.call("DELETE", &path, &Value::Null).unwrap());
    assert_eq!(of(&merchant, || set("the first secret of it")), once("webhook secret set"));
    let replaced = once("webhook secret replaced");
    assert_eq!(of(&merchant, || set("the second secret of it")), replaced);
    assert_eq!(of(&merchant, remove), once("webhook secret removed"));
    assert_eq!(of(&merchant, remove), []);
}

#[test]
fn the_end_of_a_session_is_logged_whichever_statement_ends_it() {
    let merchant = merchant_of(&worker());
    let mut browser = merchant.signed_in().unwrap();
    assert_eq!(logged(&merchant).get("signed in"), Some(&1));
    assert_eq!(of(&merchant, || drop(merchant.signed_in().unwrap())), once("signed in"));
    let others = || drop(browser.send("/settings/security/end-others", "").unwrap());
    assert_eq!(of(&merchant, others), once("signed out"));
    let link = merchant.sign_in_link().unwrap();
    let replaced = vec![("signed in".to_owned(), 1), ("signed out".to_owned(), 1)];
    assert_eq!(of(&merchant, || drop(browser.send(&link, "").unwrap())), replaced);
    assert_eq!(
        of(&merchant, || drop(browser.send("/settings/sign-out", "").unwrap())),
        once("signed out")
    );

    let idle = "UPDATE sessions SET last_seen_at = 0 WHERE merchant_id = ?1";
    merchant.signed_in().unwrap();
    sql(&worker(), idle, &[&merchant.id]).unwrap();
    let sweep = || fire_cron(&worker(), 0).unwrap();
    assert_eq!(of(&merchant, sweep), once("signed out"));
    let mut stranger = Browser::new(&worker()).unwrap();
    assert_eq!(of(&merchant, || drop(stranger.send(&link, "").unwrap())), once("sign-in refused"));
}

#[test]
fn a_card_is_logged_when_it_is_saved_replaced_and_removed() {
    let merchant = merchant();
    merchant.with_email().unwrap();
    let mut browser = merchant.signed_in().unwrap();
    let mut send = |path: &str, card: &str| {
        let page = browser.open("/settings/payments").unwrap().body;
        let field = |name: &str| {
            let value = page.split(&format!("name=\"{name}\" value=\"")).nth(1);
            value.and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
        };
        let form = format!("form={}&consent={}&card={card}", field("form"), field("consent"));
        let answer = browser.send(path, &form).unwrap();
        assert_eq!(answer.status, 303, "{path}: {}", answer.body);
    };
    let (save, remove) = ("/settings/payments/card", "/settings/payments/card/remove");
    assert_eq!(of(&merchant, || send(save, "4242424242424242")), once("card saved"));
    assert_eq!(of(&merchant, || send(save, "5555555555554444")), once("card saved"));
    assert_eq!(of(&merchant, || send(remove, "")), once("card removed"));
    assert_eq!(of(&merchant, || send(remove, "")), []);
}

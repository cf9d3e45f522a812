//! A shop's plugin connects itself by a code that its owner pastes: once, and within 15 minutes.

use play_it_green_tests::database::dump;
use play_it_green_tests::http::{self, Answer};
use play_it_green_tests::local_worker::sql;
use play_it_green_tests::merchant::{Merchant, hash};
use play_it_green_tests::sales::{sold_now, two_mugs};
use serde_json::{Value, json};

use crate::webhooks::{sample_json, signature};
use crate::{SHOP_ORIGIN, merchant, number, worker};

/// Sends a code as the plugin on this site does, so many minutes from now.
fn send(body: &Value, minutes: i64) -> Answer {
    let now = number("SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER)", &[]);
    let now = now.saturating_add(minutes.saturating_mul(60_000));
    let now = order_events::Timestamp::from_milliseconds(now).unwrap();
    let headers = [("play-it-green-now", now.to_rfc3339())];
    let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
    let url = format!("{}/api/connections", worker());
    http::call("POST", &url, &headers, body.to_string().as_bytes()).unwrap()
}

fn connect(code: &str) -> Answer {
    send(&json!({"code": code, "site": SHOP_ORIGIN}), 0)
}

/// Connects the merchant's shop; returns the plugin's values.
fn connected(merchant: &Merchant) -> Value {
    let answer = connect(&merchant.connection_code().unwrap());
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.json()
}

fn text<'a>(connection: &'a Value, field: &str) -> &'a str {
    connection[field].as_str().expect(field)
}

/// Reports a sale with a publishable key, from this site.
fn claim(key: &str, id: &str, site: &str) -> Answer {
    let event = json!({"key": key, "sale": sold_now(two_mugs(id))}).to_string();
    let url = format!("{}/api/orders/", worker());
    http::call("POST", &url, &[("origin", site)], event.as_bytes()).unwrap()
}

/// Delivers an order to the connection's address, signed with this secret.
fn deliver(connection: &Value, secret: &str) -> Answer {
    let body = sample_json("woocommerce-order-created.http").to_string();
    let signature = signature(secret, body.as_bytes());
    let headers = [("x-wc-webhook-signature", signature.as_str())];
    http::call("POST", text(connection, "webhook_address"), &headers, body.as_bytes()).unwrap()
}

fn stored(code: &str) -> String {
    let token = code.split('@').next().unwrap();
    let by_hash = "SELECT key_id FROM connection_codes WHERE hash = ?1";
    sql(&worker(), by_hash, &[&hash(token)]).unwrap()[0][0].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_code_connects_the_shop_once_and_its_values_work() {
    let merchant = merchant();
    let code = merchant.connection_code().unwrap();
    assert_eq!(code.split_once('@').unwrap().1, worker(), "one paste tells the Worker's address");
    let answer = connect(&code);
    assert_eq!(answer.status, 201, "{}", answer.body);
    let connection = answer.json();
    let (key, secret) = (text(&connection, "api_key"), text(&connection, "webhook_secret"));
    assert_eq!(text(&connection, "shop"), merchant.shops[0].id);
    assert_eq!(text(&connection, "name"), "Mugs online");
    assert_eq!(claim(key, "7", SHOP_ORIGIN).status, 201);
    assert_eq!(deliver(&connection, secret).status, 200);

    let again = connect(&code);
    assert_eq!(again.status, 401, "{}", again.body);
    assert!(again.json()["message"].as_str().unwrap().contains("was used before"));
    let dumped = dump(&worker()).unwrap();
    let token = code.split('@').next().unwrap();
    for secret in [token, key, secret] {
        assert!(!dumped.contains(secret), "only its hash or its encrypted form is stored");
    }
}

#[test]
fn a_code_works_for_fifteen_minutes() {
    let merchant = merchant();
    let code = merchant.connection_code().unwrap();
    let body = json!({"code": code, "site": SHOP_ORIGIN});
    let late = send(&body, 16);
    assert_eq!(late.status, 401);
    assert!(late.json()["message"].as_str().unwrap().contains("has expired"), "{}", late.body);
    assert_eq!(send(&body, 14).status, 201);
}

#[test]
fn a_code_that_is_wrong_or_was_replaced_says_what_to_do_and_changes_nothing() {
    let merchant = merchant();
    let replaced = merchant.connection_code().unwrap();
    let latest = merchant.connection_code().unwrap();
    let before = dump(&worker()).unwrap();
    let wrong = format!("pig_code_{}", "0".repeat(40));
    for code in [replaced.as_str(), &wrong, "", "pig_code_", "@", "pig_pk_live_0", &"x".repeat(600)]
    {
        let refused = connect(code);
        assert_eq!(refused.status, 401, "{code}: {}", refused.body);
        let message = refused.json()["message"].as_str().unwrap().to_owned();
        assert!(message.contains("Make a code in the settings"), "{message}");
    }
    for body in [json!({"code": latest}), json!({"code": latest, "site": "mugs"}), json!([])] {
        assert!([400, 422].contains(&send(&body, 0).status), "{body}");
    }
    assert_eq!(dump(&worker()).unwrap(), before);
    assert_eq!(connect(&format!(" {} ", latest.split('@').next().unwrap())).status, 201);
}

#[test]
fn of_two_requests_with_one_code_one_connects_the_shop() {
    let merchant = merchant();
    let code = merchant.connection_code().unwrap();
    let mut statuses: Vec<u16> = std::thread::scope(|scope| {
        let sent: Vec<_> = (0..4).map(|_| scope.spawn(|| connect(&code).status)).collect();
        sent.into_iter().map(|sent| sent.join().unwrap()).collect()
    });
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 401, 401, 401]);
    let made = "SELECT count(*) FROM api_keys WHERE shop_id = ?1 AND name = 'Plugin of the shop'";
    assert_eq!(number(made, &[&merchant.shops[0].id]), 1);
    assert!(stored(&code).starts_with("key_"));
}

#[test]
fn a_shop_without_sales_takes_the_address_of_its_site_and_one_with_sales_asks_first() {
    let merchant = merchant();
    let (first, second) = ("https://www.mugs.example.com", "https://staging.mugs.example.com");
    let body = |site: &str| json!({"code": merchant.connection_code().unwrap(), "site": site});
    let connection = send(&body(first), 0).json();
    assert_eq!(claim(text(&connection, "api_key"), "8", first).status, 201);

    let mut moved = body(second);
    let refused = send(&moved, 0);
    assert_eq!(refused.status, 409, "{}", refused.body);
    let message = refused.json()["message"].as_str().unwrap().to_owned();
    assert!(message.contains(first) && message.contains("is a copy"), "{message}");
    assert_eq!(claim(text(&connection, "api_key"), "9", second).status, 403);
    moved["is_moved"] = json!(true);
    let connection = send(&moved, 0).json();
    assert_eq!(claim(text(&connection, "api_key"), "9", second).status, 201);
}

#[test]
fn a_shop_that_is_connected_again_keeps_its_earlier_values_for_a_while() {
    let merchant = merchant();
    let before = connected(&merchant);
    assert_eq!(deliver(&before, text(&before, "webhook_secret")).status, 200);
    let now = connected(&merchant);
    assert_eq!(claim(text(&before, "api_key"), "10", SHOP_ORIGIN).status, 201);
    assert_eq!(deliver(&now, text(&before, "webhook_secret")).status, 200);
    assert_eq!(deliver(&now, text(&now, "webhook_secret")).status, 200);
    assert_eq!(deliver(&now, text(&before, "webhook_secret")).status, 401, "the new one is seen");
    let ends = "SELECT count(*) FROM api_keys WHERE hash = ?1
        AND expires_at BETWEEN (unixepoch() + 71 * 3600) * 1000 AND (unixepoch() + 73 * 3600) * 1000";
    assert_eq!(number(ends, &[&hash(text(&before, "api_key"))]), 1);
    let used = "SELECT count(*) FROM connection_codes WHERE shop_id = ?1";
    assert_eq!(number(used, &[&merchant.shops[0].id]), 1, "one connection is stored");
}

#[test]
fn another_merchants_shop_and_a_shop_without_a_plugin_get_no_code() {
    let (merchant, other) = (merchant(), merchant());
    let mut browser = merchant.signed_in().unwrap();
    let mut ask =
        |shop: &str| browser.send("/settings/start/code", &format!("shop={shop}")).unwrap();
    assert_eq!(ask(&other.shops[0].id).status, 404);
    assert_eq!(ask("shop_0").status, 404);
    let code = merchant.connection_code().unwrap();
    let to_shopify = "UPDATE shops SET platform = 'shopify' WHERE id = ?1";
    sql(&worker(), to_shopify, &[&merchant.shops[0].id]).unwrap();
    assert_eq!(ask(&merchant.shops[0].id).status, 409);
    assert_eq!(connect(&code).status, 401, "the shop has another platform by now");
    let codes = "SELECT count(*) FROM connection_codes WHERE merchant_id = ?1";
    assert_eq!(number(codes, &[&other.id]), 0);
}

//! Tests of the connection by one paste: what the plugin sends, stores and says.

use serde_json::{Value, json};

use crate::php;

const TOKEN: &str = "pig_code_0123456789abcdef0123456789abcdef01234567";
const WORKER: &str = "https://trees.example.com";

fn code() -> String {
    format!("{TOKEN}@{WORKER}")
}

/// Pastes a code, and returns what came of it.
fn paste(code: &str, answer: &Value) -> Value {
    let pasted = json!({"code": code, "answer": answer});
    serde_json::from_str(&php("connect.php", &[], &pasted)).unwrap()
}

fn accepted() -> Value {
    json!({"status": 201, "body": {
        "shop": "shop_0123456789abcdef", "name": "Mugs online", "test_mode": false,
        "api_key": "pig_pk_live_0123456789abcdef", "webhook_secret": "pigwh0123456789abcdef",
        "webhook_address": "http://inner.example.com/webhooks/woocommerce/shop_0123456789abcdef",
    }})
}

fn messages(result: &Value) -> Vec<(&str, &str)> {
    let text = |value: &'_ Value| value.as_str().map(str::to_owned);
    assert!(result["errors"].as_array().unwrap().iter().all(|error| text(&error[1]).is_some()));
    let all = result["errors"].as_array().unwrap();
    all.iter().map(|error| (error[0].as_str().unwrap(), error[1].as_str().unwrap())).collect()
}

#[test]
fn one_paste_connects_the_shop_makes_the_webhooks_and_says_so() {
    let result = paste(&format!("  {} ", code()), &accepted());
    assert_eq!(result["is_connected"], true, "{result}");
    let body = json!({"code": TOKEN, "site": "https://mugs.example.com", "is_moved": false});
    assert_eq!(result["asked"], json!([[format!("{WORKER}/api/connections"), body]]));
    let stored = &result["options"]["play_it_green"];
    assert_eq!(stored["key"], "pig_pk_live_0123456789abcdef");
    let address = format!("{WORKER}/webhooks/woocommerce/shop_0123456789abcdef");
    assert_eq!(stored["address"], json!(address), "the address that the code named");
    assert_eq!(stored["site"], "https://mugs.example.com");
    let webhooks = result["webhooks"].as_object().unwrap();
    assert_eq!(webhooks.len(), 4);
    for webhook in webhooks.values() {
        assert_eq!(webhook["status"], "active");
        assert_eq!(webhook["delivery_url"], json!(address));
        assert_eq!(webhook["secret"], "pigwh0123456789abcdef");
        assert_eq!(webhook["user_id"], 1, "the administrator who pasted");
    }
    let [(first, connected), (second, works)] = messages(&result)[..] else { panic!("{result}") };
    assert_eq!([first, second], ["success", "success"]);
    assert!(connected.contains("Mugs online"), "{connected}");
    assert!(works.contains("order.created, order.updated, order.deleted, order.restored"));
    assert_eq!(result["scheduled"], json!(["play_it_green_care"]));
}

#[test]
fn a_refused_code_changes_nothing_and_the_workers_own_words_are_shown() {
    let refused = json!({"status": 401, "body": {"message": "This code was used before.", "success": false, "data": "{}"}});
    let result = paste(&code(), &refused);
    assert_eq!(result["is_connected"], false);
    assert_eq!(messages(&result), [("error", "This code was used before.")]);
    assert_eq!(result["options"]["play_it_green"], Value::Null);
    assert_eq!(result["webhooks"], json!([]));

    let moved = json!({"status": 409, "body": {"message": "Another address.", "success": false,
        "data": "{\"origin\":\"https://www.mugs.example.com\"}"}});
    let result = paste(&code(), &moved);
    assert!(messages(&result)[1].1.contains("The shop moved to this address"), "{result}");
}

#[test]
fn what_is_no_code_is_sent_nowhere() {
    for text in [
        "",
        TOKEN,
        "pig_code_0123@https://trees.example.com",
        &format!("{TOKEN}@http://trees.example.com"),
        &format!("{TOKEN}@https://trees.example.com/path"),
        &format!("{TOKEN}@javascript:alert(1)"),
        "pig_pk_live_0123456789abcdef",
    ] {
        let result = paste(text, &accepted());
        assert_eq!(result["asked"], json!([]), "{text}");
        assert!(messages(&result)[0].1.contains("begins with pig_code_"), "{result}");
    }
    for worker in ["http://localhost:8787", "http://127.0.0.1:8787"] {
        assert_eq!(paste(&format!("{TOKEN}@{worker}"), &accepted())["is_connected"], true);
    }
}

#[test]
fn a_worker_that_is_not_there_or_is_something_else_is_named_with_what_to_do() {
    let absent = paste(&code(), &json!({"error": "no route to the host"}));
    let [(_, message)] = messages(&absent)[..] else { panic!("{absent}") };
    assert!(message.contains("no route to the host") && message.contains("same code"), "{message}");
    for answer in [
        json!({"status": 200, "body": "<h1>Hello</h1>"}),
        json!({"status": 404, "body": ""}),
        json!({"status": 500, "body": {"message": []}}),
    ] {
        let result = paste(&code(), &answer);
        assert!(messages(&result)[0].1.contains("not an answer of Play It Green"), "{result}");
        assert_eq!(result["options"]["play_it_green"], Value::Null);
    }
    for (field, value) in [
        ("api_key", json!("pig_sk_live_0123456789abcdef")),
        ("webhook_secret", json!("short")),
        ("webhook_address", json!("https://example.com/elsewhere")),
        ("webhook_address", Value::Null),
    ] {
        let mut answer = accepted();
        answer["body"][field] = value;
        let result = paste(&code(), &answer);
        assert_eq!(result["is_connected"], false, "{field}");
        assert!(messages(&result)[0].1.contains("cannot use"), "{result}");
    }
}

#[test]
fn no_message_and_no_option_holds_the_code() {
    for answer in [accepted(), json!({"error": "no route"}), json!({"status": 401, "body": ""})] {
        let mut result = paste(&code(), &answer);
        result["asked"] = Value::Null;
        assert!(!result.to_string().contains(TOKEN), "{result}");
    }
}

//! Tests of the webhooks: made, repaired, and sent again after a failure.

use serde_json::{Value, json};

use crate::php;

/// Returns the state after these events.
fn after(events: &Value) -> Value {
    serde_json::from_str(&php("deliveries.php", &[], events)).unwrap()
}

fn webhook<'a>(state: &'a Value, id: &str) -> &'a Value {
    &state["webhooks"][id]
}

#[test]
fn a_webhook_that_was_changed_disabled_or_deleted_is_repaired() {
    let care = "play_it_green_care";
    let changed = after(&json!([
        ["connected"],
        ["stored as", 1, {"secret": "another", "delivery_url": "https://example.com/"}],
        ["disabled", 2],
        ["deleted by hand", 3],
        [care],
    ]));
    let topics = ["order.created", "order.updated", "order.deleted", "order.restored"];
    let webhooks = changed["webhooks"].as_object().unwrap();
    assert_eq!(webhooks.len(), 4, "{changed}");
    for topic in topics {
        let found = webhooks.values().find(|webhook| webhook["topic"] == topic).expect(topic);
        assert_eq!(found["status"], "active", "{topic}");
        assert_eq!(found["secret"], "pigwh0123456789abcdef", "{topic}");
        assert!(found["delivery_url"].as_str().unwrap().starts_with("https://trees.example.com/"));
    }
    let again = after(&json!([["connected"], ["connected"], [care]]));
    assert_eq!(again["webhooks"].as_object().unwrap().len(), 4, "no second one of a topic");
}

#[test]
fn a_webhook_that_the_owner_made_by_hand_is_taken_over_and_one_to_others_is_left_alone() {
    let ours = "https://trees.example.com/webhooks/woocommerce/shop_0123456789abcdef";
    let by_hand =
        json!({"topic": "order.updated", "delivery_url": ours, "secret": "typed by hand"});
    let others = json!({"topic": "order.created", "delivery_url": "https://example.com/"});
    let state = after(&json!([["made by hand", by_hand], ["made by hand", others], ["connected"]]));
    assert_eq!(state["webhooks"].as_object().unwrap().len(), 5);
    assert_eq!(webhook(&state, "1")["secret"], "pigwh0123456789abcdef");
    assert_eq!(webhook(&state, "2")["delivery_url"], "https://example.com/");
}

#[test]
fn a_webhook_that_the_owner_paused_stays_paused_until_the_owner_repairs_it() {
    let paused = json!(["stored as", 1, {"status": "paused"}]);
    let cared = after(&json!([["connected"], paused, ["play_it_green_care"]]));
    assert_eq!(webhook(&cared, "1")["status"], "paused");
    let repaired = after(&json!([["connected"], paused, ["connected"]]));
    assert_eq!(webhook(&repaired, "1")["status"], "active");
}

#[test]
fn the_webhooks_go_on_as_another_administrator_if_their_owner_is_deleted() {
    let state = after(&json!([["connected"], ["administrators", 5, 9]]));
    for id in ["1", "2", "3", "4"] {
        assert_eq!(webhook(&state, id)["user_id"], 5);
    }
}

#[test]
fn a_delivery_that_failed_is_sent_again_until_it_arrives() {
    let failed = json!([
        ["connected"],
        ["delivered", 2, 36, 500],
        ["delivered", 2, 37, 0],
        ["delivered", 2, 38, 200],
        ["delivered", 7, 39, 500]
    ]);
    let state = after(&failed);
    let names: Vec<&String> = state["failed"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["order.updated 36", "order.updated 37"], "of our own webhooks only");
    assert_eq!(state["failed"]["order.updated 37"]["cause"], "no route to the host");
    let mut events = failed.as_array().unwrap().clone();
    events.push(json!(["play_it_green_care"]));
    let hook = "woocommerce_deliver_webhook_async";
    let state = after(&json!(events));
    assert_eq!(state["queued"], json!([[hook, 2, 36], [hook, 2, 37]]));
    events.push(json!(["delivered", 2, 36, 200]));
    events.push(json!(["delivered", 2, 37, 204]));
    assert_eq!(after(&json!(events))["failed"], json!([]));
}

#[test]
fn orders_that_changed_while_a_webhook_was_disabled_are_sent_when_it_is_repaired() {
    let disabled =
        json!([["connected"], ["changed", 40, 41], ["disabled", 2], ["play_it_green_care"]]);
    let state = after(&disabled);
    assert_eq!(webhook(&state, "2")["status"], "active");
    let hook = "woocommerce_deliver_webhook_async";
    assert_eq!(state["queued"], json!([[hook, 2, 40], [hook, 2, 41]]));
    let twice = after(&json!([
        ["connected"],
        ["changed", 40],
        ["disabled", 2],
        ["play_it_green_care"],
        ["play_it_green_care"]
    ]));
    assert_eq!(twice["queued"], json!([[hook, 2, 40]]), "once");
    let quiet = after(&json!([["connected"], ["changed", 40], ["play_it_green_care"]]));
    assert_eq!(quiet["queued"], json!([]), "nothing was missed");
}

#[test]
fn a_plugin_that_is_deactivated_reports_nothing_and_goes_on_when_it_is_activated() {
    let off = after(&json!([["connected"], ["deactivate"]]));
    assert_eq!(webhook(&off, "1")["status"], "paused");
    assert_eq!(off["scheduled"], json!([]));
    let on = after(&json!([
        ["connected"],
        ["deactivate"],
        ["changed", 42],
        ["activate"],
        ["play_it_green_care"]
    ]));
    assert_eq!(webhook(&on, "1")["status"], "active");
    assert_eq!(on["queued"], json!([["woocommerce_deliver_webhook_async", 2, 42]]));
}

#[test]
fn a_copy_of_the_shop_at_another_address_delivers_nothing_and_repairs_nothing() {
    let here = after(&json!([["connected"]]));
    assert_eq!(here["delivers"], json!([true, true, true, true]));
    assert_eq!(here["requests"], json!([true, true]));
    let copy = after(&json!([
        ["connected"],
        ["delivered", 2, 36, 500],
        ["disabled", 2],
        ["moved to", "https://staging.mugs.example.com"],
        ["play_it_green_care"]
    ]));
    assert_eq!(copy["delivers"], json!([false, false, false, false]));
    assert_eq!(copy["requests"], json!([false, true]), "what waited in the queue, and to others");
    assert_eq!(webhook(&copy, "2")["status"], "disabled");
    assert_eq!(copy["queued"], json!([]));
}

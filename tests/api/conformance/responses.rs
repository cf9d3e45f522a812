//! The body of a response: the resource, or the error envelope.

use play_it_green_tests::http::Answer;
use play_it_green_tests::merchant::Merchant;
use serde_json::{Value, json};

use super::{Line, tests};
use crate::merchant;

pub(super) const LINES: &[Line] = &[
    Line {
        says: "The answer to a request is the JSON of the resource that was created or changed",
        does: "Bare, without an envelope around it, as a later read answers it too.",
        shown_by: tests![what_is_created_is_answered, what_is_changed_is_answered],
    },
    Line {
        says: "An invalid request or another error is answered by \
            `{\"message\": string, \"success\": bool, \"data\": string}`",
        does: "Every error has these three and no other, of these types.",
        shown_by: tests![every_error_has_the_envelope],
    },
    Line {
        says: "`message` tells the error or, where a resource is deleted, that it is",
        does: "In words that say what to do.",
        shown_by: tests![a_message_names_what_is_wrong, a_deletion_is_told_in_the_envelope],
    },
    Line {
        says: "`success` tells whether it worked",
        does: "`true` for what has no resource to show, such as a deletion; `false` for errors.",
        shown_by: tests![every_error_has_the_envelope, a_deletion_is_told_in_the_envelope],
    },
    Line {
        says: "`data` is any further fact, as an escaped string of JSON",
        does: "Always the JSON of an object, empty where there is nothing to add; an invalid \
            field is named as `field`.",
        shown_by: tests![every_error_has_the_envelope, data_is_json_in_a_string],
    },
];

fn campaign(name: &str, sku: &str) -> Value {
    json!({"name": name, "starts_at": null, "ends_at": null,
        "conditions": {"trees": [{"per_item": {"items": {"sku": [sku]}, "trees": 1}}]}})
}

fn create(merchant: &Merchant) -> Answer {
    merchant.call("POST", "/api/campaigns/", &campaign("Mugs", "MUG")).unwrap()
}

fn path_of(created: &Answer) -> String {
    format!("/api/campaigns/{}", created.json()["id"].as_str().unwrap())
}

/// Checks that the response contains the fields of the request.
fn assert_holds(answer: &Answer, sent: &Value) {
    assert_eq!((&answer.json()["name"], answer.json().get("success")), (&sent["name"], None));
    let items = "/conditions/trees/0/per_item/items/sku";
    assert_eq!(answer.json().pointer(items), sent.pointer(items), "{}", answer.body);
}

#[test]
fn what_is_created_is_answered() {
    let merchant = merchant();
    let created = create(&merchant);
    assert_holds(&created, &campaign("Mugs", "MUG"));
    let read = merchant.call("GET", &path_of(&created), &Value::Null).unwrap();
    assert_eq!(created.json(), read.json());
}

#[test]
fn what_is_changed_is_answered() {
    let merchant = merchant();
    let path = path_of(&create(&merchant));
    let changed = merchant.call("PUT", &path, &campaign("Cups", "CUP")).unwrap();
    assert_holds(&changed, &campaign("Cups", "CUP"));
    assert_eq!(changed.json(), merchant.call("GET", &path, &Value::Null).unwrap().json());
}

#[test]
fn every_error_has_the_envelope() {
    let merchant = merchant();
    let mut nobody = merchant.clone();
    "unknown".clone_into(&mut nobody.secret_key);
    let call = |merchant: &Merchant, method: &str, path: &str, body: Value| {
        merchant.call(method, path, &body).unwrap()
    };
    for (status, answer) in [
        (400, call(&merchant, "GET", "/api/campaigns/?limit=many", Value::Null)),
        (401, call(&nobody, "GET", "/api/campaigns/", Value::Null)),
        (404, call(&merchant, "GET", "/api/campaigns/none", Value::Null)),
        (404, call(&merchant, "GET", "/api/nothing", Value::Null)),
        (405, call(&merchant, "PATCH", "/api/campaigns/", Value::Null)),
        (422, call(&merchant, "POST", "/api/campaigns/", json!({"name": "", "trees": 1}))),
    ] {
        assert_eq!(answer.status, status, "{}", answer.body);
        let envelope = answer.json();
        let mut fields: Vec<&str> =
            envelope.as_object().unwrap().keys().map(String::as_str).collect();
        fields.sort_unstable();
        assert_eq!(fields, ["data", "message", "success"], "{status}");
        assert!(envelope["message"].as_str().is_some_and(|message| !message.is_empty()));
        assert_eq!(envelope["success"], false);
        let data: Value = serde_json::from_str(envelope["data"].as_str().unwrap()).unwrap();
        assert!(data.is_object(), "{data}");
    }
}

#[test]
fn a_message_names_what_is_wrong() {
    let wrong = json!({"name": "Mugs", "conditions": {"trees": "many"}});
    let answer = merchant().call("POST", "/api/campaigns/", &wrong).unwrap();
    assert!(answer.json()["message"].as_str().unwrap().contains("conditions.trees"));
}

#[test]
fn a_deletion_is_told_in_the_envelope() {
    let merchant = merchant();
    let path = path_of(&create(&merchant));
    let answer = merchant.call("DELETE", &path, &Value::Null).unwrap();
    assert_eq!((answer.status, &answer.json()["success"]), (200, &json!(true)));
    assert!(answer.json()["message"].as_str().unwrap().contains("deleted"));
    assert_eq!(merchant.call("GET", &path, &Value::Null).unwrap().status, 404);
}

#[test]
fn data_is_json_in_a_string() {
    let wrong = json!({"quantity": 1, "productCode": "PLAY11TREEAPI", "referenceNo": "a"});
    let answer = merchant().call("POST", "/api/buy_trees", &wrong).unwrap();
    assert_eq!(answer.json()["data"], r#"{"field":"productCode"}"#);
}

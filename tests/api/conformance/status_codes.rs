//! The status codes of the outline, and those that this Worker adds for cases the outline does not
//! cover.

use play_it_green_tests::http;
use play_it_green_tests::local_worker::sql;
use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use super::{Line, tests};
use crate::{merchant, worker};

pub(super) const LINES: &[Line] = &[
    Line {
        says: "200 `OK`",
        does: "What is read, changed or deleted; an order event that makes no new order; `buy_trees`.",
        shown_by: tests![what_works_is_200, a_sale_told_again_is_200],
    },
    Line {
        says: "201 `CREATED`",
        does: "What is made, but for `buy_trees`, whose published answer is 200.",
        shown_by: tests![what_is_made_is_201],
    },
    Line {
        says: "400 `BAD REQUEST`",
        does: "What cannot be read: a body that is no JSON, or a wrong parameter; an unknown \
            `productCode`.",
        shown_by: tests![what_cannot_be_read_is_400],
    },
    Line {
        says: "404 `NOT FOUND`",
        does: "An address or a thing that does not exist; another merchant's looks the same.",
        shown_by: tests![what_does_not_exist_is_404],
    },
    Line {
        says: "500 `INTERNAL SERVER ERROR`",
        does: "Our fault, in the same envelope, without a word of the inside.",
        shown_by: tests![our_fault_is_500],
    },
    Line {
        says: "No other codes",
        does: "Where none of the five is the whole truth, the one that is: 401 no key, 403 a key \
            that may not, 405 with `Allow`, 409 another body for the same name, 413 too large, \
            422 JSON that cannot be true, with the field's name, 429 with `Retry-After`.",
        shown_by: tests![other_codes_are_the_honest_ones],
    },
];

const CAMPAIGNS: &str = "/api/campaigns/";

fn campaign() -> Value {
    json!({"name": "Mugs", "conditions": {"trees": [{"per_order": {"trees": 1}}]}})
}

#[test]
fn what_works_is_200() {
    let merchant = merchant();
    let created = merchant.call("POST", CAMPAIGNS, &campaign()).unwrap().json();
    let path = format!("{CAMPAIGNS}{}", created["id"].as_str().unwrap());
    for (method, body) in [("GET", Value::Null), ("PUT", campaign()), ("DELETE", Value::Null)] {
        assert_eq!(merchant.call(method, &path, &body).unwrap().status, 200, "{method}");
    }
}

#[test]
fn what_is_made_is_201() {
    let merchant = merchant();
    assert_eq!(merchant.call("POST", CAMPAIGNS, &campaign()).unwrap().status, 201);
    assert_eq!(merchant.post_sale(&two_mugs("1")).unwrap().status, 201);
}

#[test]
fn a_sale_told_again_is_200() {
    let merchant = merchant();
    let event = json!({"sale": two_mugs("1")});
    let told = merchant.call("POST", "/api/orders/", &event).unwrap();
    let again = merchant.call("POST", "/api/orders/", &event).unwrap();
    assert_eq!((again.status, again.json()), (200, told.json()));
}

#[test]
fn what_cannot_be_read_is_400() {
    let merchant = merchant();
    let url = format!("{}{CAMPAIGNS}", worker());
    let authorization = format!("Bearer {}", merchant.secret_key);
    let headers = [("authorization", authorization.as_str())];
    for body in ["", "{", "no JSON"] {
        let answer = http::call("POST", &url, &headers, body.as_bytes()).unwrap();
        assert_eq!(answer.status, 400, "{body}");
    }
    let no_number = merchant.call("GET", "/api/campaigns/?limit=many", &Value::Null).unwrap();
    assert_eq!(no_number.status, 400);
}

#[test]
fn what_does_not_exist_is_404() {
    let merchant = merchant();
    for path in ["/api/campaigns/none", "/api/orders/none", "/api/nothing", "/nothing"] {
        assert_eq!(merchant.call("GET", path, &Value::Null).unwrap().status, 404, "{path}");
    }
}

#[test]
fn our_fault_is_500() {
    let merchant = merchant();
    let break_it = "UPDATE campaigns SET conditions = '{\"broken\": 1}' WHERE merchant_id = ?1";
    sql(&worker(), break_it, &[&merchant.id]).unwrap();
    let answer = merchant.call("GET", CAMPAIGNS, &Value::Null).unwrap();
    assert_eq!((answer.status, &answer.json()["success"]), (500, &json!(false)));
    assert!(!answer.body.contains("broken"), "{}", answer.body);
}

#[test]
fn other_codes_are_the_honest_ones() {
    let merchant = merchant();
    let call = |method: &str, path: &str, body: &Value| merchant.call(method, path, body).unwrap();
    let not_allowed = call("PATCH", CAMPAIGNS, &Value::Null);
    assert_eq!(not_allowed.status, 405);
    let allowed = not_allowed.header("allow").unwrap();
    assert!(allowed.contains("GET") && allowed.contains("POST"), "{allowed}");
    let trees =
        |packs: u32| json!({"quantity": packs, "productCode": "PLAY1TREEAPI", "referenceNo": "a"});
    assert_eq!(call("POST", "/api/buy_trees", &trees(1)).status, 200);
    assert_eq!(call("POST", "/api/buy_trees", &trees(2)).status, 409);
    assert_eq!(call("POST", "/api/buy_trees", &trees(0)).status, 422);
    assert_eq!(call("POST", CAMPAIGNS, &json!("a".repeat(2_000_000))).status, 413);
    let in_storefront = &merchant.shops[0].publishable_key;
    let url = format!("{}/api/orders/?api_key={in_storefront}", worker());
    assert_eq!(http::call("GET", &url, &[], b"").unwrap().status, 403);
    assert_eq!(http::call("GET", &url.replace("pig_pk", "pig_no"), &[], b"").unwrap().status, 401);
}

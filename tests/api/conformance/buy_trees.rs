//! The published call `buy_trees`.

use play_it_green_tests::http;
use play_it_green_tests::merchant::Merchant;
use serde_json::{Value, json};

use super::{Line, tests};
use crate::{merchant, worker};

pub(super) const LINES: &[Line] = &[
    Line {
        says: "`POST /api/buy_trees`, with the same header",
        does: "With a secret key, in every form of the header. A key that stands in a storefront \
            may not: 403.",
        shown_by: tests![trees_are_bought_with_the_same_header, no_storefront_buys_trees],
    },
    Line {
        says: "`{quantity, productCode, referenceNo}`",
        does: "All three are required, and other fields are ignored.",
        shown_by: tests![
            all_three_fields_are_required,
            a_field_that_the_published_call_does_not_have_is_ignored
        ],
    },
    Line {
        says: "`productCode` is `PLAY{n}TREEAPI`, n being 1 to 10, 50, 100, 150 and so on to 500",
        does: "These twenty; one that is missing or names no pack is 400.",
        shown_by: tests![every_pack_can_be_bought],
    },
    Line {
        says: "The trees are `quantity` packs of n",
        does: "Counted so on the order and on the month's purchase order.",
        shown_by: tests![trees_are_packs_times_their_size],
    },
    Line {
        says: "The answer is `{orderId, productInOrderId}`",
        does: "200 with these two, both JSON numbers below 2^53; `orderId` stands for the month's \
            purchase order and is the same for all calls of a billing month, `productInOrderId` for \
            the order on it. Both lead to them: `GET /api/purchase_orders/{orderId}`.",
        shown_by: tests![the_order_is_the_months_and_the_product_is_new],
    },
    Line {
        says: "`referenceNo` is the caller's own",
        does: "The same reference with the same body gets the same answer and orders once; with \
            another body 409.",
        shown_by: tests![a_reference_orders_once],
    },
];

const PATH: &str = "/api/buy_trees";

fn trees(quantity: u32, pack: u32, reference: &str) -> Value {
    let product_code = format!("PLAY{pack}TREEAPI");
    json!({"quantity": quantity, "productCode": product_code, "referenceNo": reference})
}

fn ordered_trees(merchant: &Merchant) -> Value {
    merchant.call("GET", "/api/purchase_orders/open", &Value::Null).unwrap().json()["trees"].clone()
}

#[test]
fn trees_are_bought_with_the_same_header() {
    let merchant = merchant();
    let url = format!("{}{PATH}", worker());
    for form in ["Bearer : ", "Bearer: ", "Bearer ", ""] {
        let value = format!("{form}{}", merchant.secret_key);
        let body = trees(1, 1, &format!("with {form}")).to_string();
        let answer = http::call("POST", &url, &[("authorization", &value)], body.as_bytes());
        assert_eq!(answer.unwrap().status, 200, "{form}");
    }
}

#[test]
fn no_storefront_buys_trees() {
    let mut merchant = merchant();
    merchant.secret_key = merchant.shops[0].publishable_key.clone();
    assert_eq!(merchant.call("POST", PATH, &trees(1, 1, "a")).unwrap().status, 403);
}

#[test]
fn all_three_fields_are_required() {
    let merchant = merchant();
    for (field, status) in [("quantity", 422), ("productCode", 400), ("referenceNo", 422)] {
        let mut body = trees(1, 1, "a");
        body.as_object_mut().unwrap().remove(field);
        let answer = merchant.call("POST", PATH, &body).unwrap();
        assert_eq!(answer.status, status, "{field}");
        assert!(answer.json()["message"].as_str().unwrap().contains(field), "{}", answer.body);
    }
}

#[test]
fn a_field_that_the_published_call_does_not_have_is_ignored() {
    let merchant = merchant();
    let mut body = trees(1, 1, "a");
    body["colour"] = json!("green");
    assert_eq!(merchant.call("POST", PATH, &body).unwrap().status, 200);
}

#[test]
fn every_pack_can_be_bought() {
    let merchant = merchant();
    let packs: Vec<u32> = (1..=10).chain((50..=500).step_by(50)).collect();
    assert_eq!(packs.len(), 20);
    for pack in &packs {
        let answer = merchant.call("POST", PATH, &trees(1, *pack, &pack.to_string())).unwrap();
        assert_eq!(answer.status, 200, "{pack}");
    }
    assert_eq!(ordered_trees(&merchant), json!(packs.iter().sum::<u32>()));
    for pack in [0, 11, 49, 75, 550] {
        let answer = merchant.call("POST", PATH, &trees(1, pack, "another")).unwrap();
        assert_eq!(answer.status, 400, "{pack}");
    }
}

#[test]
fn trees_are_packs_times_their_size() {
    let merchant = merchant();
    merchant.call("POST", PATH, &trees(3, 50, "a")).unwrap();
    let orders = merchant.call("GET", "/api/orders/", &Value::Null).unwrap().json();
    assert_eq!((&orders[0]["trees"], ordered_trees(&merchant)), (&json!(150), json!(150)));
}

#[test]
fn the_order_is_the_months_and_the_product_is_new() {
    let merchant = merchant();
    let buy = |reference| merchant.call("POST", PATH, &trees(1, 1, reference)).unwrap().json();
    let (one, other) = (buy("a"), buy("b"));
    assert_eq!(one.as_object().unwrap().len(), 2, "{one}");
    assert!(one["orderId"].is_u64() && one["productInOrderId"].is_u64(), "{one}");
    let read = |path: &str| merchant.call("GET", path, &Value::Null).unwrap().json();
    let open = read("/api/purchase_orders/open");
    assert_eq!(read(&format!("/api/purchase_orders/{}", one["orderId"])), open);
    assert_eq!(one["orderId"], other["orderId"]);
    assert_ne!(one["productInOrderId"], other["productInOrderId"]);
}

#[test]
fn a_reference_orders_once() {
    let merchant = merchant();
    let buy = |quantity| merchant.call("POST", PATH, &trees(quantity, 5, "a")).unwrap();
    let (one, again) = (buy(1), buy(1));
    assert_eq!((one.status, one.json()), (200, again.json()));
    assert_eq!(buy(2).status, 409);
    assert_eq!(ordered_trees(&merchant), json!(5));
}

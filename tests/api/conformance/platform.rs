//! The purpose of API Payment, and how it works.

use play_it_green_tests::http;
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use super::{Line, tests};
use crate::{merchant, merchant_without_campaigns, worker};

pub(super) const LINES: &[Line] = &[
    Line {
        says: "It is a JSON API",
        does: "Every answer under `/api/` is JSON. The lists of orders and lines are CSV when \
            asked for.",
        shown_by: tests![every_answer_is_json],
    },
    Line {
        says: "Business owners connect their present website",
        does: "The storefront's module posts each sale with a key that may stand in the page.",
        shown_by: tests![a_storefront_orders_trees_with_its_own_key],
    },
    Line {
        says: "Trees are ordered automatically, on conditions: for one piece of a certain product, \
            one tree",
        does: "A campaign holds the conditions as data. One piece of the product orders one tree, \
            another product none.",
        shown_by: tests![one_piece_of_a_certain_product_orders_one_tree],
    },
    Line {
        says: "Orders are gathered throughout the month",
        does: "All of a month are on one open purchase order, which can be read at any time.",
        shown_by: tests![orders_are_gathered_on_one_purchase_order],
    },
    Line {
        says: "At the very end of the month's last day, the purchase order is made of all orders",
        does: "The first cron event after the month's last instant, in the merchant's own time \
            zone, closes it with all its orders.",
        shown_by: tests![the_purchase_order_is_made_when_the_month_ends],
    },
    Line {
        says: "Where a card is on the account, it is charged",
        does: "A card that was saved in Settings > Payments, or on the pay page, is charged by the \
            event that closes the month.",
        shown_by: tests![a_card_on_the_account_is_charged],
    },
    Line {
        says: "Where there is none, there is a button to pay, with a card entered by hand",
        does: "The closed purchase order has a `pay_link`, a page with the button.",
        shown_by: tests![without_a_card_there_is_a_button_to_pay],
    },
];

/// Returns the merchant's only purchase order.
fn purchase_order(merchant: &Merchant) -> Value {
    let list = merchant.call("GET", "/api/purchase_orders/", &Value::Null).unwrap().json();
    assert_eq!(list.as_array().map(Vec::len), Some(1), "{list}");
    list[0].clone()
}

#[test]
fn every_answer_is_json() {
    let merchant = merchant();
    for path in ["/api/campaigns/", "/api/orders/", "/api/totals/", "/api/openapi.json", "/api/no"]
    {
        let answer = merchant.call("GET", path, &Value::Null).unwrap();
        assert_eq!(answer.header("content-type"), Some("application/json"), "{path}");
        assert_ne!(answer.json(), Value::Null, "{path}");
    }
}

#[test]
fn a_storefront_orders_trees_with_its_own_key() {
    let answer = merchant().post_sale(&two_mugs("1")).unwrap();
    assert_eq!((answer.status, &answer.json()["trees"]), (201, &json!(2)));
}

#[test]
fn one_piece_of_a_certain_product_orders_one_tree() {
    let merchant = merchant_without_campaigns("UTC");
    let conditions = json!({"trees": [{"per_item": {"items": {"product": ["11"]}, "trees": 1}}]});
    merchant.add_campaign("A tree for each of product 11", &conditions).unwrap();
    let mut sale = two_mugs("1");
    sale["lines"][0]["quantity"] = json!(1);
    assert_eq!(merchant.post_sale(&sale).unwrap().json()["trees"], 1);
    sale["id"] = json!("2");
    sale["lines"][0]["product"] = json!("12");
    assert_eq!(merchant.post_sale(&sale).unwrap().json()["trees"], 0);
}

#[test]
fn orders_are_gathered_on_one_purchase_order() {
    let merchant = merchant();
    for id in ["1", "2", "3"] {
        merchant.post_sale(&two_mugs(id)).unwrap();
    }
    let gathered = purchase_order(&merchant);
    assert_eq!((&gathered["state"], &gathered["trees"]), (&json!("open"), &json!(6)));
}

#[test]
fn the_purchase_order_is_made_when_the_month_ends() {
    let merchant = merchant();
    merchant.post_sale(&two_mugs("1")).unwrap();
    merchant.post_sale(&two_mugs("2")).unwrap();
    merchant.end_month().unwrap();
    let made = purchase_order(&merchant);
    assert_eq!((&made["state"], &made["trees"]), (&json!("payment due"), &json!(4)));
    assert_eq!((&made["total"], &made["currency"]), (&json!(400), &json!("USD")));
}

#[test]
fn a_card_on_the_account_is_charged() {
    let merchant = merchant();
    crate::mail::save_card(&merchant, "4242424242424242");
    merchant.post_sale(&two_mugs("1")).unwrap();
    merchant.end_month().unwrap();
    assert_eq!(purchase_order(&merchant)["state"], "paid");
}

#[test]
fn without_a_card_there_is_a_button_to_pay() {
    let merchant = merchant();
    merchant.post_sale(&two_mugs("1")).unwrap();
    merchant.end_month().unwrap();
    let link = purchase_order(&merchant)["pay_link"].as_str().unwrap().to_owned();
    let page = http::call("GET", &format!("{}{link}", worker()), &[], b"").unwrap();
    assert_eq!(page.status, 200);
    assert!(page.body.contains("<button") && page.body.contains("Pay"), "{}", page.body);
}

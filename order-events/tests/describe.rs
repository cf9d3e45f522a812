//! Tests of the sentences that describe the conditions of a campaign.

use order_events::{Condition, Conditions, Names, TreeRule};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::arbitrary;

fn described(conditions: &Conditions) -> String {
    conditions.describe(Names { shop: &|id| format!("<{id}>"), instant: &|at| at.to_string() })
}

fn of_trees(trees: Value) -> String {
    described(&serde_json::from_value(json!({"trees": trees})).unwrap())
}

fn of_when(when: Value) -> String {
    let rule = TreeRule::PerOrder { trees: 1 };
    let when = Some(serde_json::from_value(when).unwrap());
    of_condition(Conditions { when, trees: vec![rule], cap_per_order: None, cap_per_month: None })
}

/// Returns the part of the sentence behind `for orders`.
fn of_condition(conditions: Conditions) -> String {
    let sentence = described(&conditions);
    sentence.strip_prefix("1 tree for every order, for orders ").unwrap().to_owned()
}

#[test]
fn every_rule_says_what_it_counts() {
    for (rule, sentence) in [
        (json!({"per_order": {"trees": 1}}), "1 tree for every order"),
        (json!({"per_order": {"trees": 3}}), "3 trees for every order"),
        (json!({"per_item": {"items": "every", "trees": 1}}), "1 tree for each item"),
        (
            json!({"per_item": {"items": {"product": ["7", "8"]}, "trees": 1}}),
            "1 tree for each item of the product 7 or 8",
        ),
        (
            json!({"per_item": {"items": {"collection": ["a", "b", "c", "d", "e"]}, "trees": 2}}),
            "2 trees for each item in the collection a, b, c or 2 more",
        ),
        (
            json!({"per_amount": {"each": 1000, "currency": "EUR", "trees": 1}}),
            "1 tree for every 10.00 EUR spent",
        ),
    ] {
        assert_eq!(of_trees(json!([rule])), sentence);
    }
    assert_eq!(
        of_trees(json!([
            {"per_order": {"trees": 1}}, {"per_item": {"items": {"variant": ["9"]}, "trees": 2}}
        ])),
        "1 tree for every order and 2 trees for each item of the variant 9"
    );
}

#[test]
fn every_condition_is_said_and_its_opposite_too() {
    for (condition, sentence, opposite) in [
        (
            json!({"minimum_amount": {"amount": 2000, "currency": "EUR"}}),
            "of at least 20.00 EUR",
            "not of at least 20.00 EUR",
        ),
        (json!({"coupon": ["A", "B"]}), "with the coupon A or B", "without the coupon A or B"),
        (json!("opted_in"), "whose customer opted in", "whose customer did not opt in"),
        (json!({"shop": ["shop_1"]}), "in the shop <shop_1>", "not in the shop <shop_1>"),
        (
            json!({"sold_between": {"from": "2026-11-01T00:00:00Z"}}),
            "sold from 2026-11-01T00:00:00Z",
            "not sold from 2026-11-01T00:00:00Z",
        ),
        (
            json!({"sold_between": {"until": "2026-12-01T00:00:00Z"}}),
            "sold until 2026-12-01T00:00:00Z",
            "not sold until 2026-12-01T00:00:00Z",
        ),
        (
            json!({"item": {"title_contains": ["mug"]}}),
            "that contain an item with mug in its title",
            "that contain no item with mug in its title",
        ),
        (
            json!({"all": ["opted_in", {"any": [{"coupon": ["A"]}, {"coupon": ["B"]}]}]}),
            "whose customer opted in and (with the coupon A or with the coupon B)",
            "(whose customer did not opt in or (without the coupon A and without the coupon B))",
        ),
    ] {
        assert_eq!(of_when(condition.clone()), sentence);
        assert_eq!(of_when(json!({"not": condition})), opposite);
    }
}

#[test]
fn caps_are_said_last() {
    let mut conditions: Conditions =
        serde_json::from_value(json!({"trees": [{"per_order": {"trees": 1}}]})).unwrap();
    conditions.cap_per_month = Some(1);
    assert_eq!(described(&conditions), "1 tree for every order; at most 1 tree per month");
    conditions.cap_per_order = Some(5);
    let both = "1 tree for every order; at most 5 trees per order and 1 tree per month";
    assert_eq!(described(&conditions), both);
}

proptest! {
    #[test]
    fn conditions_that_mean_the_same_by_double_negation_read_the_same(
        conditions in arbitrary::conditions(true),
    ) {
        let mut twice = conditions.clone();
        let negated = |when| Condition::Not(Box::new(Condition::Not(Box::new(when))));
        twice.when = Some(Condition::All(vec![negated(twice.when.unwrap_or(Condition::OptedIn))]));
        let mut once = conditions;
        once.when = Some(Condition::All(vec![once.when.unwrap_or(Condition::OptedIn)]));
        prop_assert_eq!(described(&twice), described(&once));
    }
}

//! Tests that the work of one sale grows with the sum of its values and the campaigns' values, not
//! with their product.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::Index;
use crate::explain::explained;
use crate::qualify::{order, scan};
use crate::{Campaign, ItemMatch, Sale, limits};

#[allow(dead_code, reason = "other tests use the campaigns of it")]
#[path = "../../../tests/arbitrary.rs"]
mod arbitrary;

proptest! {
    #[test]
    fn the_sorted_lists_and_a_comparison_value_by_value_find_the_same(
        sale in arbitrary::sale(), items in arbitrary::items(),
    ) {
        let (sorted, compared) = (Index::new(&sale), scan::Index::new(&sale));
        prop_assert_eq!(sorted.matches(&items), compared.matches(&items));
        prop_assert_eq!(sorted.has(&items), compared.has(&items));
        prop_assert_eq!(sorted.has_returned(&items), compared.has_returned(&items));
    }

    #[test]
    fn sorted_coupons_and_a_comparison_of_each_with_each_find_the_same(
        used in prop::collection::vec("[aAbB]{1,2}", 0..8),
        codes in prop::collection::vec("[aAbB]{1,2}", 0..8),
    ) {
        let sale = Sale { coupons: used, ..sale(0, 0) };
        let (sorted, compared) = (Index::new(&sale), scan::Index::new(&sale));
        prop_assert_eq!(sorted.coupons(&codes), compared.coupons(&codes));
        prop_assert_eq!(sorted.has_coupon(&codes), compared.has_coupon(&codes));
        prop_assert_eq!(sorted.has_coupon(&codes), !sorted.coupons(&codes).is_empty());
    }
}

/// Returns a sale of this number of lines, each in this number of collections of its own.
fn sale(lines: usize, per_line: usize) -> Sale {
    let mut names = (0..).map(|name: usize| format!("c{name}"));
    let mut line = |number: usize| {
        let names: Vec<String> = names.by_ref().take(per_line).collect();
        json!({"product": format!("p{number}"), "variant": null, "sku": format!("s{number}"),
            "title": "", "quantity": 1, "refunded": 0, "total": 100, "collections": names})
    };
    serde_json::from_value(json!({
        "platform": "custom", "id": "1", "sold_at": "2026-11-22T08:51:49Z",
        "updated_at": "2026-11-22T08:52:53Z", "status": "paid", "test": false, "currency": "USD",
        "total": 100, "items_total": 100, "refunded": 0, "coupons": [], "opted_in": null,
        "lines": (0..lines).map(&mut line).collect::<Vec<Value>>()
    }))
    .unwrap()
}

fn campaign(conditions: &Value) -> Campaign {
    serde_json::from_value(
        json!({"id": "camp_1", "version": 1, "name": "Many", "conditions": conditions}),
    )
    .unwrap()
}

/// Returns the steps that a sale takes under this number of campaigns.
fn steps(sale: &Sale, campaign: &Campaign, campaigns: usize) -> usize {
    let index = Index::new(sale);
    for _ in 0..campaigns {
        let _ = order("shop_1", &index, campaign);
    }
    index.steps.get()
}

#[test]
fn fifty_thousand_collections_and_two_thousand_values_are_never_compared_with_each_other() {
    let sale = sale(1_000, 50);
    let values: Vec<String> = (0..limits::VALUES).map(|value| format!("c{}", value * 25)).collect();
    let half = limits::VALUES / 2;
    let (when, counted) = values.split_at(half);
    let missing: Vec<String> = when.iter().map(|value| format!("{value}!")).collect();
    let campaign = campaign(&json!({
        "when": {"not": {"item": {"collection": missing}}},
        "trees": [{"per_item": {"items": {"collection": counted}, "trees": 1}}]
    }));
    let taken = steps(&sale, &campaign, limits::CAMPAIGNS_PER_MERCHANT);
    let looked_up = limits::VALUES * limits::CAMPAIGNS_PER_MERCHANT;
    // A look-up in 5,000 sorted values takes 13 steps and happens twice. The order also counts and
    // names the units.
    assert!(taken <= 30 * looked_up, "{taken} steps for {looked_up} values");
    assert!(taken > 0);
}

/// Returns this many codes of one length that differ only at their end.
fn codes(start: &str, count: usize) -> Vec<String> {
    (10_000..).take(count).map(|number: usize| format!("{start}{number}")).collect()
}

#[test]
fn a_hundred_coupons_and_two_thousand_codes_are_never_compared_with_each_other() {
    let sale = Sale { coupons: codes("used", limits::NAMES_PER_LIST), ..sale(1, 0) };
    let campaign = campaign(&json!({
        "when": {"not": {"coupon": codes("CODE", limits::VALUES)}},
        "trees": [{"per_order": {"trees": 1}}]
    }));
    let taken = steps(&sale, &campaign, limits::CAMPAIGNS_PER_MERCHANT);
    let looked_up = limits::VALUES * limits::CAMPAIGNS_PER_MERCHANT;
    assert_eq!(taken, looked_up, "each code is looked up once");
}

#[test]
fn coupons_beyond_the_bound_are_not_evaluated_and_the_last_within_it_is() {
    let used = codes("used", limits::COUPONS_EVALUATED + 1);
    let (beyond, within) = used.split_last().unwrap();
    let last = within.last().unwrap().clone();
    let sale = Sale { coupons: used.clone(), ..sale(1, 0) };
    let index = Index::new(&sale);
    assert!(index.has_coupon(std::slice::from_ref(&last)));
    assert!(!index.has_coupon(std::slice::from_ref(beyond)));
    assert_eq!(index.coupons(&[last.clone(), beyond.clone()]), [&last]);
}

#[test]
fn titles_are_searched_while_they_stay_below_the_bound_together() {
    let search = ItemMatch::TitleContains(vec!["mug".to_owned()]);
    let found = |bytes: usize| {
        let mut sale = sale(2, 0);
        sale.lines[0].title = "x".repeat(bytes - 3);
        sale.lines[1].title = "mug".to_owned();
        Index::new(&sale).has(&search)
    };
    assert!(found(limits::TITLES_BYTES_PER_SALE - 1));
    assert!(!found(limits::TITLES_BYTES_PER_SALE));
}

#[test]
fn an_explanation_evaluates_each_condition_once_however_deep_it_is() {
    let sale = Sale { coupons: codes("used", limits::COUPONS_EVALUATED), ..sale(1, 0) };
    let taken = |when: Value| {
        let campaign = campaign(&json!({"when": when, "trees": [{"per_order": {"trees": 1}}]}));
        let index = Index::new(&sale);
        assert_eq!(explained("shop_1", &index, &campaign).order(), None);
        index.steps.get()
    };
    let flat = json!({"coupon": codes("code", 1_000)});
    for kind in ["all", "any"] {
        let nested = |when: Value| json!({kind: [when]});
        let deep = (1..limits::CONDITION_DEPTH).fold(flat.clone(), |when, _| nested(when));
        assert_eq!(taken(deep), taken(flat.clone()), "{kind}");
    }
}

#[test]
fn a_value_that_is_listed_often_is_counted_once() {
    let mut sale = sale(100, 1);
    for line in &mut sale.lines {
        line.collections = vec!["same".to_owned(); 50];
    }
    let rules: Vec<Value> = (0..limits::TREE_RULES)
        .map(|_| json!({"per_item": {"items": {"collection": vec!["same"; 100]}, "trees": 1}}))
        .collect();
    let campaign = campaign(&json!({"trees": rules}));
    let index = Index::new(&sale);
    assert_eq!(order("shop_1", &index, &campaign).unwrap().trees, 100 * 20);
    let entries = limits::COLLECTIONS_PER_SALE;
    // Each rule reads each entry once, in addition to the look-ups.
    let most = limits::TREE_RULES * (entries + 100 * 30);
    assert!(index.steps.get() <= most, "{} steps", index.steps.get());
}

#[test]
fn collections_beyond_the_limit_are_left_out_and_cost_no_other_detail() {
    let sale = sale(1_000, 10);
    let index = Index::new(&sale);
    assert_eq!(index.collections.len(), limits::COLLECTIONS_PER_SALE);
    let items = |kind: &str, value: &str| serde_json::from_value(json!({kind: [value]})).unwrap();
    assert!(index.has(&items("collection", "c4999")));
    assert!(!index.has(&items("collection", "c5000")));
    assert!(index.has(&items("sku", "s999")));
    let compared = scan::Index::new(&sale);
    assert!(compared.has(&items("collection", "c4999")));
    assert!(!compared.has(&items("collection", "c5000")));
}

#[test]
fn titles_are_searched_as_far_as_the_limit_and_items_without_titles_beyond_it() {
    let mut sale = sale(1_000, 0);
    for line in &mut sale.lines {
        line.title = "x".repeat(1_000);
    }
    for (line, is_found) in [(130, true), (131, false)] {
        let mut sale = sale.clone();
        sale.lines[line].title = "y".repeat(1_000);
        let index = Index::new(&sale);
        let items = serde_json::from_value(json!({"title_contains": ["y"]})).unwrap();
        assert_eq!(index.has(&items), is_found, "line {line}");
        assert_eq!(scan::Index::new(&sale).has(&items), is_found, "line {line}");
        assert_eq!(index.matches(&crate::ItemMatch::Every).len(), 1_000);
    }
}

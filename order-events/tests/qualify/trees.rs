//! Tests of the trees that each rule counts, and of its words.

use order_events::{Sale, explain, limits, qualify};
use serde_json::json;

use crate::support::{SHOP, campaign, line_with_sku, reason, sale, words};

#[test]
fn per_order_counts_once_whatever_was_bought() {
    assert_eq!(words(json!({"per_order": {"trees": 1}}), &sale()), "each order: 1 tree");
    assert_eq!(words(json!({"per_order": {"trees": 2}}), &sale()), "each order: 2 trees");
}

#[test]
fn per_item_counts_units_and_names_what_matched() {
    for (items, trees, expected) in [
        (json!("every"), 1, "3 × any item: 3 trees"),
        (json!({"product": ["11"]}), 1, "2 × product 11: 2 trees"),
        (json!({"variant": ["102"]}), 1, "1 × variant 102: 1 tree"),
        (json!({"sku": ["MUG-BLUE", "MUG-RED"]}), 3, "2 × SKU MUG-BLUE: 6 trees"),
        (json!({"collection": ["tea"]}), 2, "1 × collection tea: 2 trees"),
        (json!({"title_contains": ["mug", "blue"]}), 1, "2 × title with \"mug\": 2 trees"),
        (json!({"sku": ["TEA-500", "MUG-BLUE"]}), 1, "2 × SKU MUG-BLUE, 1 × SKU TEA-500: 3 trees"),
        (json!({"sku": ["MUG"]}), 1, "no order"),
    ] {
        let rule = json!({"per_item": {"items": items, "trees": trees}});
        assert_eq!(words(rule, &sale()), expected);
    }
}

#[test]
fn lines_with_the_same_value_are_counted_together() {
    let mut sale = sale();
    sale.lines.push(line_with_sku("MUG-BLUE", 5));
    let rule = json!({"per_item": {"items": {"sku": ["MUG-BLUE"]}, "trees": 1}});
    assert_eq!(words(rule, &sale), "7 × SKU MUG-BLUE: 7 trees");
}

#[test]
fn a_line_in_two_listed_collections_counts_once() {
    let mut sale = sale();
    sale.lines[0].collections = vec!["gifts".to_owned(), "kitchen".to_owned()];
    let items = json!({"collection": ["kitchen", "gifts"]});
    let rule = json!({"per_item": {"items": items, "trees": 1}});
    assert_eq!(words(rule, &sale), "2 × collection gifts: 2 trees");
}

#[test]
fn after_three_values_the_rest_is_summed_up() {
    let mut sale = sale();
    sale.lines = ["A", "B", "C", "D", "E"].iter().map(|sku| line_with_sku(sku, 2)).collect();
    let rule = json!({"per_item": {"items": {"sku": ["E", "D", "C", "B", "A"]}, "trees": 1}});
    assert_eq!(words(rule, &sale), "2 × SKU A, 2 × SKU B, 2 × SKU C and 4 more: 10 trees");
}

#[test]
fn per_amount_counts_full_amounts_only() {
    for (each, currency, trees, expected) in [
        (1000, "USD", 1, "4 × 10.00 USD of 40.00 USD spent: 4 trees"),
        (1001, "USD", 1, "3 × 10.01 USD of 40.00 USD spent: 3 trees"),
        (4000, "USD", 1, "1 × 40.00 USD of 40.00 USD spent: 1 tree"),
        (1500, "USD", 5, "2 × 15.00 USD of 40.00 USD spent: 10 trees"),
        (4001, "USD", 1, "no order"),
        (1000, "EUR", 1, "no order"),
        (0, "USD", 1, "no order"),
        (-1, "USD", 1, "no order"),
    ] {
        let rule = json!({"per_amount": {"each": each, "currency": currency, "trees": trees}});
        assert_eq!(words(rule, &sale()), expected);
    }
}

#[test]
fn rules_add_up_and_those_that_count_nothing_are_not_named() {
    let rules = json!([
        {"per_item": {"items": {"sku": ["MUG-BLUE"]}, "trees": 1}},
        {"per_item": {"items": {"sku": ["MUG-RED"]}, "trees": 1}},
        {"per_order": {"trees": 1}},
        {"per_order": {"trees": 0}},
    ]);
    let expected = "2 × SKU MUG-BLUE: 2 trees; each order: 1 tree";
    assert_eq!(reason(json!({"trees": rules}), &sale()), expected);
}

#[test]
fn the_cap_per_order_is_named_only_where_it_takes_trees_away() {
    for (trees, cap, expected) in [
        (3, 4, "each order: 3 trees"),
        (3, 3, "each order: 3 trees"),
        (3, 2, "each order: 3 trees; capped at 2 trees per order"),
        (3, 1, "each order: 3 trees; capped at 1 tree per order"),
        (3, 0, "no order"),
    ] {
        let rules = json!([{"per_order": {"trees": trees}}]);
        assert_eq!(reason(json!({"trees": rules, "cap_per_order": cap}), &sale()), expected);
    }
}

#[test]
fn the_cap_per_month_changes_no_single_order() {
    let conditions = json!({"trees": [{"per_order": {"trees": 9}}], "cap_per_month": 1});
    assert_eq!(reason(conditions, &sale()), "each order: 9 trees");
}

#[test]
fn what_a_cap_per_month_leaves_is_named_only_where_it_takes_trees_away() {
    let twice = json!([{"per_order": {"trees": 3}}, {"per_order": {"trees": 2}}]);
    for (rules, cap, left, trees, expected) in [
        (json!([{"per_order": {"trees": 3}}]), 9, 3, 3, "each order: 3 trees"),
        (
            json!([{"per_order": {"trees": 3}}]),
            9,
            2,
            2,
            "each order: 3 trees; cut to 2 trees by the campaign's cap per month",
        ),
        (
            json!([{"per_order": {"trees": 3}}]),
            2,
            1,
            1,
            "each order: 3 trees; capped at 2 trees per order; cut to 1 tree by the campaign's cap \
             per month",
        ),
        (
            twice.clone(),
            9,
            0,
            0,
            "each order: 3 trees; each order: 2 trees; together 5 trees; no trees: the \
             campaign's cap per month was used up",
        ),
        (twice, 9, 5, 5, "each order: 3 trees; each order: 2 trees"),
    ] {
        let campaign = campaign(json!({"trees": rules, "cap_per_order": cap}));
        let order = qualify(SHOP, &sale(), std::slice::from_ref(&campaign)).remove(0);
        let order = order.within_month(left);
        assert_eq!((order.trees, order.reason.to_string().as_str()), (trees, expected));
        let explained = explain(SHOP, &sale(), &campaign).within_month(left);
        assert_eq!(explained.to_string(), expected);
    }
    let nothing = campaign(json!({"when": "opted_in", "trees": [{"per_order": {"trees": 1}}]}));
    let explained = explain(SHOP, &sale(), &nothing);
    assert_eq!(explained.clone().within_month(0), explained);
}

#[test]
fn a_part_of_a_bundle_counts_by_its_own_ids_only() {
    let mut sale = sale();
    sale.lines[0].bundled = true;
    for (items, expected) in [
        (json!("every"), "1 × any item: 1 tree"),
        (json!({"product": ["11"]}), "2 × product 11: 2 trees"),
        (json!({"variant": ["101"]}), "2 × variant 101: 2 trees"),
        (json!({"sku": ["MUG-BLUE"]}), "2 × SKU MUG-BLUE: 2 trees"),
        (json!({"collection": ["kitchen"]}), "no order"),
        (json!({"title_contains": ["mug"]}), "no order"),
    ] {
        let rule = json!({"per_item": {"items": items, "trees": 1}});
        assert_eq!(words(rule, &sale), expected, "{items}");
    }
}

#[test]
fn the_limit_of_trees_is_the_last_cap() {
    let rules = json!([{"per_order": {"trees": u32::MAX}}, {"per_order": {"trees": u32::MAX}}]);
    let campaign = campaign(json!({"trees": rules, "cap_per_order": u32::MAX}));
    let orders = qualify(SHOP, &sale(), &[campaign]);
    assert_eq!(orders[0].trees, limits::TREES_PER_ORDER);
    assert!(orders[0].reason.to_string().ends_with("; capped at 1000000 trees per order"));
}

#[test]
fn sums_beyond_every_integer_saturate_at_the_cap() {
    let mut sale: Sale = sale();
    for line in &mut sale.lines {
        line.quantity = u32::MAX;
    }
    (sale.total, sale.items_total, sale.refunded) = (i64::MAX, i64::MAX, i64::MIN);
    for rule in [
        json!({"per_item": {"items": "every", "trees": u32::MAX}}),
        json!({"per_amount": {"each": 1, "currency": "USD", "trees": u32::MAX}}),
    ] {
        let orders = qualify(SHOP, &sale, &[campaign(json!({"trees": [rule, rule]}))]);
        assert_eq!(orders[0].trees, limits::TREES_PER_ORDER);
    }
}

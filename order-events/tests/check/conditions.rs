//! Tests of campaigns that are rejected for one field.

use order_events::{Campaign, Condition, Conditions, limits};
use serde_json::{Value, json};

use crate::support::{campaign, parse};

/// Returns the error of conditions, or an empty text.
fn refusal(conditions: Value) -> String {
    let conditions: Conditions = parse(conditions);
    conditions.check().map_or_else(|error| error.to_string(), |()| String::new())
}

fn refusal_of_when(when: Value) -> String {
    refusal(json!({"when": when, "trees": [{"per_order": {"trees": 1}}]}))
}

fn refusal_of_rule(rule: Value) -> String {
    refusal(json!({"trees": [{"per_order": {"trees": 1}}, rule]}))
}

#[test]
fn an_empty_list_is_refused_wherever_it_is() {
    let nothing = "is empty, so nothing can ever match: name at least one";
    for (when, expected) in [
        (json!({"all": []}), "when.all: is empty: name at least one condition".to_owned()),
        (json!({"any": []}), "when.any: is empty: name at least one condition".to_owned()),
        (
            json!({"not": {"all": []}}),
            "when.not.all: is empty: name at least one condition".to_owned(),
        ),
        (json!({"coupon": []}), format!("when.coupon: {nothing} coupon")),
        (json!({"shop": []}), format!("when.shop: {nothing} shop")),
        (json!({"item": {"product": []}}), format!("when.item.product: {nothing} product id")),
        (json!({"item": {"variant": []}}), format!("when.item.variant: {nothing} variant id")),
        (json!({"item": {"sku": []}}), format!("when.item.sku: {nothing} SKU")),
        (
            json!({"item": {"collection": []}}),
            format!("when.item.collection: {nothing} collection"),
        ),
        (
            json!({"any": ["opted_in", {"item": {"title_contains": []}}]}),
            format!("when.any[1].item.title_contains: {nothing} part of a title"),
        ),
    ] {
        assert_eq!(refusal_of_when(when), expected);
    }
    assert_eq!(
        refusal_of_rule(json!({"per_item": {"items": {"sku": []}, "trees": 1}})),
        format!("trees[1].per_item.items.sku: {nothing} SKU")
    );
    assert_eq!(
        refusal(json!({"trees": []})),
        "trees: is empty, so no sale can order a tree: name at least one rule"
    );
}

#[test]
fn every_value_of_a_list_says_something() {
    assert_eq!(
        refusal_of_when(json!({"item": {"title_contains": ["mug", ""]}})),
        "when.item.title_contains[1]: is empty: name a value, or leave it out"
    );
    assert_eq!(
        refusal_of_when(json!({"coupon": ["TEN\nOFF"]})),
        "when.coupon[0]: must not hold control characters, such as tabs and line ends"
    );
    assert_eq!(
        refusal_of_when(json!({"shop": ["a".repeat(limits::ID_BYTES + 1)]})),
        "when.shop[0]: must be at most 1020 bytes long"
    );
}

#[test]
fn amounts_and_trees_are_from_one_to_their_limit() {
    for (number, amount, trees) in [
        (-1, "must be at least 1", ""),
        (0, "must be at least 1", "must be at least 1"),
        (1, "", ""),
        (1_000_000, "", ""),
        (1_000_001, "", "must be at most 1000000"),
        (limits::AMOUNT, "", "-"),
        (limits::AMOUNT + 1, "must be at most 9007199254740991", "-"),
    ] {
        let at = |path: &str, message: &str| match message {
            "" => String::new(),
            message => format!("{path}: {message}"),
        };
        let minimum = json!({"minimum_amount": {"amount": number, "currency": "USD"}});
        assert_eq!(refusal_of_when(minimum), at("when.minimum_amount.amount", amount));
        let each = json!({"per_amount": {"each": number, "currency": "USD", "trees": 1}});
        assert_eq!(refusal_of_rule(each), at("trees[1].per_amount.each", amount));
        if number < 0 || trees == "-" {
            continue;
        }
        for (rule, path) in [
            (json!({"per_order": {"trees": number}}), "trees[1].per_order.trees"),
            (json!({"per_item": {"items": "every", "trees": number}}), "trees[1].per_item.trees"),
            (
                json!({"per_amount": {"each": 1, "currency": "USD", "trees": number}}),
                "trees[1].per_amount.trees",
            ),
        ] {
            assert_eq!(refusal_of_rule(rule), at(path, trees));
        }
        let capped = json!({"trees": [{"per_order": {"trees": 1}}], "cap_per_order": number});
        assert_eq!(refusal(capped), at("cap_per_order", trees));
    }
}

#[test]
fn a_cap_per_month_has_a_limit_of_its_own() {
    for (cap, expected) in [
        (0, "cap_per_month: must be at least 1"),
        (1, ""),
        (1_000_000_000, ""),
        (1_000_000_001, "cap_per_month: must be at most 1000000000"),
    ] {
        let capped = json!({"trees": [{"per_order": {"trees": 1}}], "cap_per_month": cap});
        assert_eq!(refusal(capped), expected);
    }
}

#[test]
fn a_window_has_a_bound_and_ends_after_it_starts() {
    let (early, late) = ("2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z");
    let order = "when.sold_between.until: must be later than the start, or nothing is ever within";
    for (from, until, expected) in [
        (json!(null), json!(null), "when.sold_between: has no bounds: name from, until or both"),
        (json!(late), json!(early), order),
        (json!(early), json!(early), order),
        (json!(null), json!("1970-01-01T00:00:00Z"), order),
        (json!(early), json!(late), ""),
        (json!(early), json!(null), ""),
        (json!(null), json!(late), ""),
    ] {
        let when = json!({"sold_between": {"from": from, "until": until}});
        assert_eq!(refusal_of_when(when), expected);
    }
}

#[test]
fn conditions_are_at_most_ten_levels_deep() {
    let nested =
        |levels: usize| (1..levels).fold(json!("opted_in"), |inner, _| json!({"not": inner}));
    assert_eq!(refusal_of_when(nested(10)), "");
    let path = format!("when{}", ".not".repeat(10));
    assert_eq!(
        refusal_of_when(nested(11)),
        format!("{path}: is more than 10 levels deep: use fewer")
    );
    let mixed = json!({"any": [{"all": [nested(8)]}, {"all": [nested(9)]}]});
    assert!(refusal_of_when(mixed).starts_with("when.any[1].all[0].not"));
}

#[test]
fn conditions_are_counted_over_the_whole_campaign() {
    let many = |number: usize| json!({"any": vec![json!("opted_in"); number]});
    assert_eq!(refusal_of_when(many(99)), "");
    assert_eq!(
        refusal_of_when(many(100)),
        "when.any[99]: is too much: a campaign may hold at most 100 conditions in all"
    );
}

#[test]
fn values_are_counted_over_the_whole_campaign() {
    let skus = |number: usize| vec!["A"; number];
    let conditions = |number: usize| {
        json!({
            "when": {"item": {"sku": skus(1_500)}},
            "trees": [{"per_item": {"items": {"sku": skus(number)}, "trees": 1}}],
        })
    };
    assert_eq!(refusal(conditions(500)), "");
    assert_eq!(
        refusal(conditions(501)),
        "trees[0].per_item.items.sku: is too much: a campaign may hold at most 2000 values in all"
    );
    let parts = |number: usize| json!({"item": {"title_contains": skus(number)}});
    assert_eq!(refusal_of_when(json!({"any": [parts(25), parts(25)]})), "");
    assert_eq!(
        refusal_of_when(json!({"any": [parts(25), parts(26)]})),
        "when.any[1].item.title_contains: \
         is too much: a campaign may hold at most 50 parts of titles in all"
    );
}

#[test]
fn a_campaign_has_at_most_twenty_rules() {
    let rules = |number: usize| json!({"trees": vec![json!({"per_order": {"trees": 1}}); number]});
    assert_eq!(refusal(rules(20)), "");
    assert_eq!(refusal(rules(21)), "trees: has 21 entries: at most 20 are allowed");
}

#[test]
fn the_other_fields_of_a_campaign_are_checked_too() {
    let refusal = |change: fn(&mut Campaign)| {
        let mut campaign = campaign(json!({"trees": [{"per_order": {"trees": 1}}]}));
        change(&mut campaign);
        campaign.check().map_or_else(|error| error.to_string(), |()| String::new())
    };
    assert_eq!(refusal(|_| ()), "");
    assert_eq!(refusal(|each| each.id.clear()), "id: is empty: name a value, or leave it out");
    assert_eq!(refusal(|each| each.version = 0), "version: must be at least 1");
    assert_eq!(refusal(|each| each.name = " ".to_owned()), "name: is empty: name the campaign");
    assert_eq!(
        refusal(|each| each.name = "a".repeat(limits::TITLE_BYTES + 1)),
        "name: must be at most 1020 bytes long"
    );
    assert_eq!(
        refusal(|each| {
            each.starts_at = "2026-12-01T00:00:00Z".parse().ok();
            each.ends_at = each.starts_at;
        }),
        "ends_at: must be later than the start, or nothing is ever within"
    );
    assert_eq!(
        refusal(|each| each.conditions.when = Some(Condition::Any(Vec::new()))),
        "conditions.when.any: is empty: name at least one condition"
    );
    assert_eq!(
        refusal(|each| each.conditions.trees.clear()),
        "conditions.trees: is empty, so no sale can order a tree: name at least one rule"
    );
}

#[test]
fn conditions_of_the_wrong_shape_are_refused_by_the_same_path() {
    for (conditions, expected) in [
        (
            json!({"trees": [{"per_order": {"trees": -1}}]}),
            "trees[0].per_order.trees: invalid value",
        ),
        (
            json!({"trees": [{"per_order": {"trees": 1, "each": 1}}]}),
            "trees[0].per_order.each: unknown field `each`",
        ),
        (json!({"trees": [], "cap": 1}), "cap: unknown field `cap`"),
        (
            json!({"trees": [{"per_item": {"items": {"skus": []}, "trees": 1}}]}),
            "trees[0].per_item.items: unknown variant `skus`",
        ),
        (json!({"when": {"coupons": ["A"]}, "trees": []}), "when: unknown variant `coupons`"),
        (
            json!({"when": {"minimum_amount": {"amount": 1, "currency": "usd"}}, "trees": []}),
            "when.minimum_amount.currency: unknown currency",
        ),
        (
            json!({"when": {"sold_between": {"form": null}}, "trees": []}),
            "when.sold_between.form: unknown field `form`",
        ),
        (json!({"when": {"all": [], "any": []}, "trees": []}), "when: "),
        (json!({}), "missing field `trees`"),
    ] {
        let text = conditions.to_string();
        let mut reader = serde_json::Deserializer::from_str(&text);
        let error = serde_path_to_error::deserialize::<_, Conditions>(&mut reader).unwrap_err();
        assert!(error.to_string().starts_with(expected), "{error} is not {expected}");
    }
}

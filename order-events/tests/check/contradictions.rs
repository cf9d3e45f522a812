//! Tests of conditions that can never hold, and of their errors.

use order_events::Conditions;
use serde_json::{Value, json};

use crate::support::{campaign, parse};

/// Returns the error of a campaign with this `when` that counts a tree for each order.
fn refusal(when: Value) -> String {
    let conditions = json!({"when": when, "trees": [{"per_order": {"trees": 1}}]});
    check(conditions)
}

fn check(conditions: Value) -> String {
    let conditions: Conditions = parse(conditions);
    conditions.check().map_or_else(|error| error.to_string(), |()| String::new())
}

fn amount(amount: i64, currency: &str) -> Value {
    json!({"minimum_amount": {"amount": amount, "currency": currency}})
}

fn sold(from: &str, until: &str) -> Value {
    let day = |day: &str| match day {
        "" => json!(null),
        day => json!(format!("2026-11-{day}T00:00:00Z")),
    };
    json!({"sold_between": {"from": day(from), "until": day(until)}})
}

fn not(condition: Value) -> Value {
    json!({"not": condition})
}

/// Asserts that two conditions exclude each other, and that each may hold without the other.
fn assert_excluded(one: Value, other: Value, why: &str) {
    let path = |index: usize, condition: &Value| match condition.get("not") {
        Some(_) => format!("when.all[{index}].not"),
        None => format!("when.all[{index}]"),
    };
    let (first, last) = (path(0, &one), path(1, &other));
    let together = format!("{last}: can never be true together with {first}: {why}");
    assert_eq!(refusal(json!({"all": [one, other]})), together);
    assert_eq!(refusal(json!({"any": [one, other]})), "");
}

fn assert_possible(conditions: Vec<Value>) {
    assert_eq!(refusal(json!({"all": conditions})), "", "{conditions:?}");
}

#[test]
fn a_sale_has_one_currency_and_one_amount() {
    let why = "a sale has one currency and one amount";
    assert_excluded(amount(1, "USD"), amount(1, "EUR"), why);
    assert_excluded(amount(20, "USD"), not(amount(20, "USD")), why);
    assert_excluded(amount(20, "USD"), not(amount(10, "USD")), why);
    assert_possible(vec![amount(20, "USD"), amount(10, "USD")]);
    assert_possible(vec![amount(20, "USD"), not(amount(21, "USD"))]);
    assert_possible(vec![amount(20, "USD"), not(amount(20, "EUR"))]);
    assert_possible(vec![not(amount(20, "USD")), not(amount(20, "EUR"))]);
}

#[test]
fn a_coupon_cannot_be_asked_for_and_ruled_out() {
    let why = "no coupon that is asked for is left";
    assert_excluded(json!({"coupon": ["TEN"]}), not(json!({"coupon": ["ten", "B"]})), why);
    assert_possible(vec![json!({"coupon": ["TEN", "C"]}), not(json!({"coupon": ["TEN", "B"]}))]);
    assert_possible(vec![json!({"coupon": ["TEN"]}), json!({"coupon": ["B"]})]);
    assert_possible(vec![not(json!({"coupon": ["TEN"]})), not(json!({"coupon": ["B"]}))]);
}

#[test]
fn two_lists_together_can_rule_a_coupon_out() {
    let when = json!({"all": [
        {"coupon": ["A", "B"]}, {"not": {"coupon": ["A"]}}, {"not": {"coupon": ["B"]}}
    ]});
    assert_eq!(
        refusal(when),
        "when.all[2].not: can never be true together with when.all[1].not and when.all[0]: \
         no coupon that is asked for is left"
    );
}

#[test]
fn a_customer_opted_in_or_did_not() {
    let why = "a customer opted in or did not";
    assert_excluded(json!("opted_in"), not(json!("opted_in")), why);
    assert_possible(vec![json!("opted_in"), not(not(json!("opted_in")))]);
}

#[test]
fn a_sale_is_made_in_one_shop() {
    let why = "no shop is left";
    assert_excluded(json!({"shop": ["a", "b"]}), json!({"shop": ["c"]}), why);
    assert_excluded(json!({"shop": ["a"]}), not(json!({"shop": ["a", "b"]})), why);
    assert_possible(vec![json!({"shop": ["a", "b"]}), json!({"shop": ["b", "c"]})]);
    assert_possible(vec![json!({"shop": ["a", "b"]}), not(json!({"shop": ["a"]}))]);
    let when = json!({"all": [{"shop": ["a", "b"]}, {"shop": ["b", "c"]}, {"shop": ["c", "a"]}]});
    assert_eq!(
        refusal(when),
        "when.all[2]: can never be true together with when.all[1] and when.all[0]: no shop is left"
    );
}

#[test]
fn windows_must_overlap_and_leave_an_instant() {
    let why = "no instant is left";
    assert_excluded(sold("01", "10"), sold("10", "20"), why);
    assert_excluded(sold("05", "10"), not(sold("05", "10")), why);
    assert_excluded(sold("05", "10"), not(sold("01", "")), why);
    assert_excluded(not(sold("", "10")), not(sold("10", "")), why);
    assert_possible(vec![sold("01", "10"), sold("09", "20")]);
    assert_possible(vec![sold("05", "10"), not(sold("05", "09"))]);
    assert_possible(vec![sold("05", "10"), not(sold("06", "20"))]);
    assert_possible(vec![not(sold("", "10")), not(sold("11", ""))]);
    let gap = json!({"all": [sold("01", "09"), not(sold("01", "04")), not(sold("04", "09"))]});
    assert!(refusal(gap).ends_with("no instant is left"));
}

#[test]
fn an_item_cannot_be_asked_for_and_ruled_out() {
    let why = "no item that is asked for is left";
    let item = |items: Value| json!({"item": items});
    for kind in ["product", "variant", "sku", "collection"] {
        assert_excluded(item(json!({kind: ["a"]})), not(item(json!({kind: ["b", "a"]}))), why);
        assert_possible(vec![item(json!({kind: ["a", "c"]})), not(item(json!({kind: ["a"]})))]);
        assert_possible(vec![item(json!({kind: ["a"]})), item(json!({kind: ["b"]}))]);
        assert_possible(vec![item(json!("every")), not(item(json!({kind: ["a"]})))]);
        assert_possible(vec![
            item(json!({kind: ["a"]})),
            not(item(json!({"title_contains": ["a"]}))),
        ]);
    }
    assert_possible(vec![item(json!({"product": ["a"]})), not(item(json!({"sku": ["a"]})))]);
    assert_excluded(item(json!("every")), not(item(json!("every"))), why);
}

#[test]
fn a_part_of_a_bundle_is_no_item_of_every_and_is_found_by_its_own_ids() {
    let why = "no item that is asked for is left";
    let asked = |kind: &str| json!({"item": {kind: ["a"]}});
    let nothing = || not(json!({"item": "every"}));
    for kind in ["product", "variant", "sku"] {
        assert_possible(vec![asked(kind), nothing()]);
    }
    for kind in ["collection", "title_contains"] {
        assert_excluded(asked(kind), nothing(), why);
    }
}

#[test]
fn a_title_with_a_part_has_each_part_of_that_part() {
    let why = "no item that is asked for is left";
    let title = |part: &str| json!({"item": {"title_contains": [part]}});
    assert_excluded(title("Blue Mug"), not(title("mug")), why);
    assert_possible(vec![title("mug"), not(title("blue mug"))]);
}

#[test]
fn every_way_through_the_choices_is_tried() {
    let choice = json!({"any": [{"shop": ["b"]}, {"all": ["opted_in", {"shop": ["c"]}]}]});
    assert_eq!(
        refusal(json!({"all": [{"shop": ["a"]}, choice]})),
        "when.all[1].any: can never be true, whichever of its conditions holds; for one, see \
         when.all[1].any[0] and when.all[0]: no shop is left"
    );
    let neither = json!({"all": [{"not": "opted_in"}, {"not": {"shop": ["a"]}}]});
    let either = json!({"not": {"all": [{"not": "opted_in"}, {"not": {"shop": ["a"]}}]}});
    assert!(refusal(json!({"all": [neither, either]})).starts_with("when.all[1].not.all: "));
    assert_possible(vec![
        json!({"shop": ["c"]}),
        json!({"any": [{"shop": ["b"]}, {"shop": ["c"]}]}),
    ]);
}

#[test]
fn none_of_a_list_is_each_of_it_ruled_out() {
    let neither = json!({"not": {"any": [{"shop": ["a"]}, "opted_in"]}});
    assert_eq!(
        refusal(json!({"all": ["opted_in", neither]})),
        "when.all[1].not.any[1]: can never be true together with when.all[0]: \
         a customer opted in or did not"
    );
}

#[test]
fn choices_that_exclude_each_other_are_found() {
    let one = json!({"any": [amount(1, "USD"), amount(1, "EUR")]});
    let other = json!({"any": [amount(1, "GBP"), amount(1, "CHF")]});
    assert!(refusal(json!({"all": [one, other]})).contains("a sale has one currency"));
    let shared = json!({"any": [amount(1, "GBP"), amount(1, "EUR")]});
    assert_possible(vec![one, shared]);
}

#[test]
fn a_choice_of_one_is_no_choice() {
    assert_eq!(
        refusal(json!({"all": [{"any": ["opted_in"]}, {"not": "opted_in"}]})),
        "when.all[0].any[0]: can never be true together with when.all[1].not: \
         a customer opted in or did not"
    );
}

#[test]
fn a_rule_that_can_never_count_is_refused() {
    let per_euro = json!({"per_amount": {"each": 100, "currency": "EUR", "trees": 1}});
    assert_eq!(
        check(
            json!({"when": amount(100, "USD"), "trees": [{"per_order": {"trees": 1}}, per_euro]})
        ),
        "trees[1].per_amount: can never count a tree together with when: \
         a sale has one currency and one amount"
    );
    let per_large_amount = json!({"per_amount": {"each": 500, "currency": "USD", "trees": 1}});
    assert_eq!(
        check(json!({"when": {"not": amount(300, "USD")}, "trees": [per_large_amount]})),
        "trees[0].per_amount: can never count a tree together with when.not: \
         a sale has one currency and one amount"
    );
    let per_mug = json!({"per_item": {"items": {"sku": ["MUG"]}, "trees": 1}});
    assert_eq!(
        check(json!({"when": {"not": {"item": {"sku": ["MUG"]}}}, "trees": [per_mug]})),
        "trees[0].per_item: can never count a tree together with when.not: \
         no item that is asked for is left"
    );
    let either = json!({"any": [amount(1, "USD"), amount(1, "GBP")]});
    assert_eq!(
        check(json!({"when": either, "trees": [per_euro]})),
        "trees[0].per_amount: can never count a tree, whichever condition of when.any holds; \
         for one, see when.any[0]: a sale has one currency and one amount"
    );
    assert_eq!(check(json!({"when": amount(100, "EUR"), "trees": [per_euro]})), "");
    assert_eq!(check(json!({"trees": [per_euro, per_large_amount, per_mug]})), "");
}

#[test]
fn the_dates_of_the_campaign_are_a_condition() {
    let refusal = |when: Value| {
        let mut campaign = campaign(json!({"when": when, "trees": [{"per_order": {"trees": 1}}]}));
        campaign.starts_at = "2026-11-10T00:00:00Z".parse().ok();
        campaign.ends_at = "2026-11-20T00:00:00Z".parse().ok();
        campaign.check().map_or_else(|error| error.to_string(), |()| String::new())
    };
    assert_eq!(refusal(sold("10", "")), "");
    assert_eq!(refusal(not(sold("11", ""))), "");
    let expected = "conditions.when: can never be true together with the dates of the campaign: \
                    no instant is left";
    assert_eq!(refusal(sold("20", "")), expected);
    assert_eq!(refusal(sold("", "10")), expected);
}

#[test]
fn a_search_that_would_take_too_long_is_given_up_and_accepted() {
    let pair = |index: usize| {
        json!({"any": [
            {"coupon": [format!("A{index}")]}, {"coupon": [format!("B{index}")]}
        ]})
    };
    let mut all: Vec<Value> = (0..20).map(pair).collect();
    all.extend([json!({"any": [{"shop": ["a"]}, {"shop": ["b"]}]}), json!({"shop": ["c"]})]);
    all.reverse();
    let started = std::time::Instant::now();
    assert_eq!(refusal(json!({"all": all})), "");
    assert!(started.elapsed().as_secs() < 5, "took {:?}", started.elapsed());
}

#[test]
fn a_search_whose_ways_hold_many_demands_is_given_up_sooner() {
    let with_demands = |number: usize| {
        let mut all =
            vec![json!({"shop": ["c"]}), json!({"any": [{"shop": ["a"]}, {"shop": ["b"]}]})];
        all.extend((0..10).map(|_| json!({"any": [amount(1, "USD"), amount(2, "USD")]})));
        all.extend((0..number).map(|index| json!({"coupon": [format!("A{index}")]})));
        refusal(json!({"all": all}))
    };
    assert!(with_demands(1).ends_with("no shop is left"));
    assert_eq!(with_demands(60), "");
}

#[test]
fn lists_that_are_too_long_to_compare_are_accepted() {
    let names = |prefix: &str, number: usize| -> Vec<String> {
        (0..number).map(|index| format!("{prefix}{index}")).collect()
    };
    let coupons = |number: usize| {
        let coupon = json!({"coupon": names("A", number)});
        refusal(json!({"all": [coupon, not(coupon.clone())]}))
    };
    assert!(coupons(300).ends_with("no coupon that is asked for is left"));
    assert_eq!(coupons(400), "");
    let items = |number: usize| {
        let item = json!({"item": {"sku": names("A", number)}});
        refusal(json!({"all": [item, not(item.clone())]}))
    };
    assert!(items(300).ends_with("no item that is asked for is left"));
    assert_eq!(items(400), "");
    let shops = |number: usize| {
        let shop = |prefix: &str| json!({"shop": names(prefix, number)});
        refusal(json!({"all": [shop("A"), shop("B")]}))
    };
    assert!(shops(130).ends_with("no shop is left"));
    assert_eq!(shops(200), "");
    // Required values alone need no comparison, for lists of any length.
    let long = json!({"coupon": names("A", 900)});
    let when = json!({"all": [long, long, "opted_in", {"not": "opted_in"}]});
    assert!(refusal(when).ends_with("a customer opted in or did not"));
}

//! Tests of each condition.

use order_events::Timestamp;
use serde_json::json;

use crate::support::{SHOP, campaign, holds, sale};
use order_events::qualify;

#[test]
fn a_campaign_without_a_condition_takes_every_sale() {
    let conditions = json!({"when": null, "trees": [{"per_order": {"trees": 1}}]});
    let orders = qualify(SHOP, &sale(), &[campaign(conditions)]);
    assert_eq!(orders.len(), 1);
    assert_eq!((orders[0].campaign.as_str(), orders[0].version), ("campaign_1", 3));
}

#[test]
fn all_any_and_not_combine_conditions() {
    let (yes, no) = (json!({"shop": [SHOP]}), json!("opted_in"));
    for (when, expected) in [
        (json!({"all": [yes, yes]}), true),
        (json!({"all": [yes, no]}), false),
        (json!({"all": []}), true),
        (json!({"any": [no, yes]}), true),
        (json!({"any": [no, no]}), false),
        (json!({"any": []}), false),
        (json!({"not": no}), true),
        (json!({"not": yes}), false),
        (json!({"not": {"any": [no, {"all": [yes, no]}]}}), true),
    ] {
        assert_eq!(holds(when.clone(), &sale()), expected, "{when}");
    }
}

#[test]
fn a_minimum_amount_counts_the_items_and_not_the_shipping() {
    for (amount, currency, expected) in
        [(3999, "USD", true), (4000, "USD", true), (4001, "USD", false), (1, "EUR", false)]
    {
        let when = json!({"minimum_amount": {"amount": amount, "currency": currency}});
        assert_eq!(holds(when.clone(), &sale()), expected, "{when}");
    }
}

#[test]
fn a_coupon_is_compared_whole_and_without_case() {
    for (coupons, expected) in [
        (json!(["TENOFF"]), true),
        (json!(["OTHER", "tenoff"]), true),
        (json!(["TEN"]), false),
        (json!(["TENOFF2"]), false),
    ] {
        assert_eq!(holds(json!({"coupon": coupons}), &sale()), expected, "{coupons}");
    }
}

#[test]
fn only_a_customer_who_said_yes_has_opted_in() {
    for (opted_in, expected) in [(Some(true), true), (Some(false), false), (None, false)] {
        let mut sale = sale();
        sale.opted_in = opted_in;
        assert_eq!(holds(json!("opted_in"), &sale), expected, "{opted_in:?}");
    }
}

#[test]
fn a_shop_is_told_by_our_id_of_it() {
    for (shops, expected) in [
        (json!(["shop_2", "shop_1"]), true),
        (json!(["shop_11"]), false),
        (json!(["SHOP_1"]), false),
    ] {
        assert_eq!(holds(json!({"shop": shops}), &sale()), expected, "{shops}");
    }
}

#[test]
fn a_window_holds_its_first_instant_and_not_its_end() {
    let (before, sold, after) =
        ("2026-11-22T08:51:48.999Z", "2026-11-22T08:51:49Z", "2026-11-22T09:51:49.001+01:00");
    for (from, until, expected) in [
        (json!(sold), json!(null), true),
        (json!(after), json!(null), false),
        (json!(null), json!(sold), false),
        (json!(null), json!(after), true),
        (json!(before), json!(after), true),
        (json!(null), json!(null), true),
    ] {
        let when = json!({"sold_between": {"from": from, "until": until}});
        assert_eq!(holds(when.clone(), &sale()), expected, "{when}");
    }
}

#[test]
fn an_item_is_told_by_whole_ids() {
    for (items, expected) in [
        (json!("every"), true),
        (json!({"product": ["12"]}), true),
        (json!({"product": ["1"]}), false),
        (json!({"product": ["101"]}), false),
        (json!({"variant": ["101"]}), true),
        (json!({"variant": ["11"]}), false),
        (json!({"sku": ["OTHER", "TEA-500"]}), true),
        (json!({"sku": ["TEA"]}), false),
        (json!({"sku": ["tea-500"]}), false),
        (json!({"collection": ["kitchen"]}), true),
        (json!({"collection": ["Kitchen"]}), false),
        (json!({"collection": ["kit"]}), false),
    ] {
        assert_eq!(holds(json!({"item": items}), &sale()), expected, "{items}");
    }
}

#[test]
fn a_title_is_searched_without_the_case_of_ascii_letters() {
    for (part, expected) in [
        ("mug", true),
        ("BLUE M", true),
        ("Blue Mug", true),
        ("Blue Mugs", false),
        // The same letters in another order.
        ("gum", false),
        ("GRÜNER", false),
        ("GRüNER", true),
        ("", false),
    ] {
        assert_eq!(holds(json!({"item": {"title_contains": [part]}}), &sale()), expected, "{part}");
    }
}

#[test]
fn a_line_without_an_id_matches_no_list_of_ids() {
    let mut sale = sale();
    sale.lines.truncate(1);
    sale.lines[0].sku = None;
    sale.lines[0].collections.clear();
    assert!(!holds(json!({"item": {"sku": [""]}}), &sale));
    assert!(!holds(json!({"item": {"collection": [""]}}), &sale));
    assert!(holds(json!({"item": "every"}), &sale));
}

#[test]
fn a_sale_without_lines_has_no_item() {
    let mut sale = sale();
    sale.lines.clear();
    assert!(!holds(json!({"item": "every"}), &sale));
}

#[test]
fn a_campaign_holds_from_its_start_up_to_its_end() {
    let sold = sale().sold_at;
    let later = Timestamp::from_milliseconds(sold.milliseconds() + 1);
    for (starts_at, ends_at, expected) in [
        (Some(sold), None, 1),
        (later, None, 0),
        (None, Some(sold), 0),
        (None, later, 1),
        (Some(sold), later, 1),
    ] {
        let mut campaign = campaign(json!({"trees": [{"per_order": {"trees": 1}}]}));
        (campaign.starts_at, campaign.ends_at) = (starts_at, ends_at);
        assert_eq!(qualify(SHOP, &sale(), &[campaign]).len(), expected);
    }
}

#[test]
fn every_campaign_that_qualifies_makes_its_own_order() {
    let mut first = campaign(json!({"trees": [{"per_order": {"trees": 1}}]}));
    let none = campaign(json!({"when": "opted_in", "trees": [{"per_order": {"trees": 1}}]}));
    let mut last = first.clone();
    (first.id, last.id) = ("a".to_owned(), "b".to_owned());
    let orders = qualify(SHOP, &sale(), &[last, none, first]);
    let ids: Vec<&str> = orders.iter().map(|order| order.campaign.as_str()).collect();
    assert_eq!(ids, ["b", "a"]);
}

//! The campaign that a storefront gets: enough to send every sale that qualifies, and no more.

use order_events::{Campaign, Condition, ItemMatch, count_trees};
use proptest::prelude::*;
use serde_json::json;

use crate::arbitrary::{campaign, id, sale};
use crate::support;

fn names_a_coupon_or_a_shop(condition: &Condition) -> bool {
    match condition {
        Condition::Coupon(_) | Condition::Shop(_) => true,
        Condition::All(list) | Condition::Any(list) => list.iter().any(names_a_coupon_or_a_shop),
        Condition::Not(inner) => names_a_coupon_or_a_shop(inner),
        _ => false,
    }
}

proptest! {
    #[test]
    fn every_sale_that_qualifies_may_qualify_in_the_storefront(
        campaign in campaign(true), sale in sale(), shop in id(),
    ) {
        let trees = count_trees(&shop, &sale, &campaign);
        let storefront = campaign.for_storefront(&shop);
        let possible = storefront.as_ref().map_or(0, |campaign| campaign.count_trees(&shop, &sale));
        prop_assert!(trees == 0 || possible == trees, "{trees} {possible}");
        if campaign.is_certain(&shop) {
            prop_assert_eq!(possible, trees);
        }
    }

    #[test]
    fn no_coupon_and_no_shop_is_named(campaign in campaign(true), shop in id()) {
        if let Some(storefront) = campaign.for_storefront(&shop) {
            let when = storefront.conditions.when.as_ref();
            prop_assert!(!when.is_some_and(names_a_coupon_or_a_shop));
            prop_assert_eq!(storefront.conditions.cap_per_month, None);
        }
    }
}

fn when(condition: &serde_json::Value) -> Campaign {
    support::campaign(json!({"when": condition, "trees": [{"per_order": {"trees": 1}}]}))
}

/// Returns the condition that the storefront of `shop_1` gets; `None` if it gets none.
fn left(condition: &serde_json::Value) -> Option<Condition> {
    when(condition).for_storefront("shop_1").expect("a sale can qualify").conditions.when
}

#[test]
fn conditions_on_coupons_and_shops_are_decided_by_the_worker() {
    let item = || Some(Condition::Item(ItemMatch::Sku(vec!["A".to_owned()])));
    let sku = json!({"item": {"sku": ["A"]}});
    assert_eq!(left(&json!({"coupon": ["SECRET"]})), None);
    assert_eq!(left(&json!({"not": {"coupon": ["SECRET"]}})), None);
    assert_eq!(left(&json!({"all": [{"coupon": ["SECRET"]}, sku]})), item());
    assert_eq!(left(&json!({"any": [{"coupon": ["SECRET"]}, sku]})), None);
    assert_eq!(left(&json!({"any": [{"all": [{"shop": ["shop_2"]}, "opted_in"]}, sku]})), item());
    assert_eq!(left(&json!({"all": [{"not": {"shop": ["shop_2"]}}, sku]})), item());
}

#[test]
fn the_rules_of_another_shop_are_left_out() {
    let of_another = when(&json!({"all": [{"shop": ["shop_2"]}, {"coupon": ["SECRET"]}]}));
    assert_eq!(of_another.for_storefront("shop_1"), None);
    assert!(of_another.is_certain("shop_1") && !of_another.is_certain("shop_2"));
}

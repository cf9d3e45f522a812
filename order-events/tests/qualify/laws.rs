//! Tests of the rules that hold for every sale and every campaign.

use order_events::reason::Part;
use order_events::{Explanation, Line, Order, Sale, count_trees, explain, limits, qualify};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::json;

use crate::arbitrary::{campaign, id, sale};
use crate::support::{self, holds, line_with_sku};

/// Returns the trees of one sale under one campaign.
fn trees(shop: &str, sale: &Sale, campaign: &order_events::Campaign) -> u32 {
    let orders = qualify(shop, sale, std::slice::from_ref(campaign));
    orders.first().map_or(0, |order| order.trees)
}

proptest! {
    #[test]
    fn an_order_has_at_least_one_tree_and_at_most_its_caps(
        shop in id(), sale in sale(), campaign in campaign(true),
    ) {
        let most = campaign.conditions.cap_per_order.unwrap_or(u32::MAX);
        for order in qualify(&shop, &sale, &[campaign]) {
            prop_assert!((1..=most.min(limits::TREES_PER_ORDER)).contains(&order.trees));
        }
    }

    #[test]
    fn counting_without_a_reason_gives_the_same_trees(
        shop in id(), sale in sale(), campaign in campaign(true),
    ) {
        prop_assert_eq!(count_trees(&shop, &sale, &campaign), trees(&shop, &sale, &campaign));
    }

    #[test]
    fn the_units_that_a_reason_names_are_those_that_were_counted(
        shop in id(), sale in sale(), campaign in campaign(true),
    ) {
        for Order { reason, .. } in qualify(&shop, &sale, &[campaign]) {
            for part in reason.parts {
                if let Part::PerItem { matched, trees, .. } = part {
                    let units: u64 = matched.iter().map(|each| each.units).sum();
                    prop_assert!(units > 0 && (trees == u64::MAX || trees % units == 0));
                }
            }
        }
    }

    #[test]
    fn the_reason_accounts_for_every_tree(
        shop in id(), sale in sale(), campaign in campaign(true),
    ) {
        for Order { trees, reason, .. } in qualify(&shop, &sale, &[campaign]) {
            let counted: u128 = reason.parts.iter().map(|part| u128::from(part.trees())).sum();
            match reason.cap {
                None => prop_assert_eq!(u128::from(trees), counted),
                Some(cap) => prop_assert!(trees == cap && u128::from(cap) < counted),
            }
            prop_assert!(!reason.to_string().is_empty());
        }
    }

    #[test]
    fn a_campaign_orders_the_same_whichever_others_there_are(
        shop in id(), sale in sale(), campaigns in vec(campaign(true), 0..4),
    ) {
        let alone = campaigns.iter().flat_map(|each| qualify(&shop, &sale, std::slice::from_ref(each)));
        prop_assert_eq!(alone.collect::<Vec<_>>(), qualify(&shop, &sale, &campaigns));
    }

    #[test]
    fn more_units_never_order_fewer_trees_unless_a_condition_says_not(
        shop in id(), sale in sale(), campaign in campaign(false), more in 0..1000_u32,
        index in any::<prop::sample::Index>(),
    ) {
        prop_assume!(!sale.lines.is_empty());
        let mut larger = sale.clone();
        let line = index.index(sale.lines.len());
        larger.lines[line].quantity = larger.lines[line].quantity.saturating_add(more);
        prop_assert!(trees(&shop, &larger, &campaign) >= trees(&shop, &sale, &campaign));
    }

    #[test]
    fn a_larger_refund_never_orders_more_trees_unless_a_condition_says_not(
        shop in id(), sale in sale(), campaign in campaign(false), money in 0..10_000_i64,
        units in 0..3_u32, index in any::<prop::sample::Index>(),
    ) {
        let mut returned = sale.clone();
        returned.refunded = returned.refunded.saturating_add(money);
        if !sale.lines.is_empty() {
            let line = index.index(sale.lines.len());
            returned.lines[line].refunded = returned.lines[line].refunded.saturating_add(units);
        }
        prop_assert!(trees(&shop, &returned, &campaign) <= trees(&shop, &sale, &campaign));
    }

    #[test]
    fn a_title_is_searched_as_if_all_ascii_letters_were_small(
        title in "[aAbBüÜ]{0,8}", part in "[aAbBüÜ]{0,3}",
    ) {
        let sale = Sale { lines: vec![Line { title: title.clone(), ..line_with_sku("A", 1) }], ..support::sale() };
        let is_in = title.to_ascii_lowercase().contains(&part.to_ascii_lowercase());
        let when = json!({"item": {"title_contains": [part]}});
        prop_assert_eq!(holds(when, &sale), is_in && !part.is_empty());
    }

    #[test]
    fn the_explanation_gives_the_order_or_says_what_stands_in_the_way(
        shop in id(), sale in sale(), campaign in campaign(true),
    ) {
        let order = qualify(&shop, &sale, std::slice::from_ref(&campaign)).pop();
        match explain(&shop, &sale, &campaign) {
            Explanation::Qualifies(explained) => prop_assert_eq!(Some(explained), order),
            Explanation::OrdersNothing(hindrances) => {
                prop_assert_eq!(order, None);
                prop_assert!(!hindrances.is_empty());
                prop_assert!(hindrances.iter().all(|hindrance| !hindrance.is_empty()));
            }
        }
    }
}

//! Generates campaigns: sensible ones, absurd ones, and ones as large and deep as JSON allows.

use order_events::{Campaign, Condition, Conditions, ItemMatch, TreeRule, limits};

use super::values::{SHOPS, amount, count, currency, id, timestamp, title_part};
use crate::random::Random;

/// The deepest levels of `not` that the JSON reader accepts, and a few beyond.
const DEEPEST: u32 = 130;

pub(crate) fn campaign(random: &mut Random) -> Campaign {
    let when = match random.below(50) {
        0 => Some(deep(random)),
        1..=24 => None,
        _ => Some(condition(random, 3)),
    };
    Campaign {
        id: random.pick(&["campaign_1", "campaign_2", "\u{6728}", ""]).to_owned(),
        version: count(random),
        name: title_part(random),
        starts_at: random.one_in(8).then(|| timestamp(random)),
        ends_at: random.one_in(8).then(|| timestamp(random)),
        conditions: Conditions {
            when,
            trees: random.list(4, rule),
            cap_per_order: random.one_in(3).then(|| count(random)),
            cap_per_month: random.one_in(3).then(|| count(random)),
        },
    }
}

/// Returns as many campaigns as a merchant may have, each with as many tree rules as it may have.
pub(crate) fn huge(random: &mut Random) -> Vec<Campaign> {
    let campaigns = (0..limits::CAMPAIGNS_PER_MERCHANT).map(|_| {
        let mut campaign = campaign(random);
        campaign.conditions.trees = (0..limits::TREE_RULES).map(|_| rule(random)).collect();
        campaign
    });
    campaigns.collect()
}

fn condition(random: &mut Random, levels: u32) -> Condition {
    if levels > 0 && random.one_in(3) {
        let list = |random: &mut Random| random.list(3, |random| condition(random, levels - 1));
        return match random.below(3) {
            0 => Condition::All(list(random)),
            1 => Condition::Any(list(random)),
            _ => Condition::Not(Box::new(condition(random, levels - 1))),
        };
    }
    match random.below(6) {
        0 => Condition::MinimumAmount { amount: amount(random), currency: currency(random) },
        1 => Condition::Coupon(random.list(3, |random| in_any_case(id(random), random))),
        2 => Condition::OptedIn,
        3 => Condition::Shop(random.list(2, |random| random.pick(&SHOPS).to_owned())),
        4 => Condition::SoldBetween {
            from: random.known(3, timestamp),
            until: random.known(3, timestamp),
        },
        _ => Condition::Item(items(random)),
    }
}

/// Returns a condition within many others.
fn deep(random: &mut Random) -> Condition {
    let mut condition = condition(random, 0);
    for _ in 0..random.below(DEEPEST) {
        condition = match random.below(20) {
            0 => Condition::All(vec![condition]),
            1 => Condition::Any(vec![condition]),
            _ => Condition::Not(Box::new(condition)),
        };
    }
    condition
}

fn in_any_case(text: String, random: &mut Random) -> String {
    match random.below(3) {
        0 => text.to_lowercase(),
        1 => text.to_uppercase(),
        _ => text,
    }
}

fn rule(random: &mut Random) -> TreeRule {
    match random.below(4) {
        0 => TreeRule::PerOrder { trees: count(random) },
        1 => TreeRule::PerAmount {
            each: each(random),
            currency: currency(random),
            trees: count(random),
        },
        _ => TreeRule::PerItem { items: items(random), trees: count(random) },
    }
}

/// Returns an amount that orders once: less than most sales cost.
fn each(random: &mut Random) -> i64 {
    if random.one_in(6) { amount(random) } else { i64::from(random.below(2_000)) + 1 }
}

fn items(random: &mut Random) -> ItemMatch {
    match random.below(6) {
        0 => ItemMatch::Every,
        1 => ItemMatch::Product(random.list(8, id)),
        2 => ItemMatch::Variant(random.list(8, id)),
        3 => ItemMatch::Sku(random.list(8, id)),
        4 => ItemMatch::Collection(random.list(8, id)),
        _ => ItemMatch::TitleContains(random.list(8, title_part)),
    }
}

//! Random sales and campaigns, with few ids so that they often match, and amounts up to the largest
//! integer.

use order_events::{
    Campaign, Condition, Conditions, Currency, ItemMatch, Line, Platform, Sale, SaleStatus,
    Timestamp, TreeRule,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

pub(crate) fn currency() -> impl Strategy<Value = Currency> {
    prop::sample::select(vec!["USD", "EUR", "JPY", "KWD", "CLF"])
        .prop_map(|code| code.parse().unwrap())
}

pub(crate) fn timestamp() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        Just(Timestamp::MIN),
        Just(Timestamp::MAX),
        (0..=Timestamp::MAX.milliseconds())
            .prop_map(|at| Timestamp::from_milliseconds(at).unwrap()),
        (0..10_i64).prop_map(|at| Timestamp::from_milliseconds(at).unwrap()),
    ]
}

/// Returns mostly realistic amounts, and the limits of `i64`.
pub(crate) fn amount() -> impl Strategy<Value = i64> {
    prop_oneof![
        8 => 0..10_000_i64,
        1 => any::<i64>(),
        1 => prop::sample::select(vec![i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX - 1, i64::MAX]),
    ]
}

/// Returns mostly zero, because a fully refunded sale orders nothing.
fn refunded() -> impl Strategy<Value = i64> {
    prop_oneof![3 => Just(0), 1 => amount()]
}

fn count() -> impl Strategy<Value = u32> {
    prop_oneof![8 => 0..5_u32, 1 => any::<u32>(), 1 => Just(u32::MAX)]
}

pub(crate) fn id() -> impl Strategy<Value = String> {
    prop_oneof![8 => "[ab]", 1 => "\\PC{0,8}", 1 => any::<String>()]
}

fn title() -> impl Strategy<Value = String> {
    prop_oneof![8 => "[aAbB ]{0,4}", 1 => "\\PC{0,8}"]
}

prop_compose! {
    pub(crate) fn line()(
        product in option::of(id()), variant in option::of(id()), sku in option::of(id()),
        title in title(), quantity in count(), refunded in count(), total in amount(),
        collections in vec(id(), 0..3), bundled in prop::bool::weighted(0.2),
    ) -> Line {
        Line { product, variant, sku, title, quantity, refunded, total, collections, bundled }
    }
}

fn status() -> impl Strategy<Value = SaleStatus> {
    prop_oneof![
        3 => Just(SaleStatus::Placed),
        6 => Just(SaleStatus::Paid),
        1 => Just(SaleStatus::Cancelled),
        1 => Just(SaleStatus::Refunded),
    ]
}

fn platform() -> impl Strategy<Value = Platform> {
    prop::sample::select(vec![
        Platform::Shopify,
        Platform::Woocommerce,
        Platform::Ga4,
        Platform::Bigcommerce,
        Platform::Magento,
        Platform::Wix,
        Platform::Squarespace,
        Platform::Custom,
    ])
}

prop_compose! {
    pub(crate) fn sale()(
        platform in platform(), id in id(), sold_at in timestamp(), updated_at in timestamp(),
        (status, test, currency) in (status(), any::<bool>(), currency()),
        (total, items_total, refunded) in (amount(), amount(), refunded()),
        coupons in vec(id(), 0..3), opted_in in any::<Option<bool>>(),
        lines in vec(line(), 0..4),
    ) -> Sale {
        Sale {
            platform, id, sold_at, updated_at, status, test, currency, total, items_total,
            refunded, coupons, opted_in, lines,
        }
    }
}

pub(crate) fn items() -> impl Strategy<Value = ItemMatch> {
    let ids = || vec(id(), 0..3);
    prop_oneof![
        Just(ItemMatch::Every),
        ids().prop_map(ItemMatch::Product),
        ids().prop_map(ItemMatch::Variant),
        ids().prop_map(ItemMatch::Sku),
        ids().prop_map(ItemMatch::Collection),
        vec(title(), 0..3).prop_map(ItemMatch::TitleContains),
    ]
}

fn plain_condition() -> impl Strategy<Value = Condition> {
    prop_oneof![
        (amount(), currency())
            .prop_map(|(amount, currency)| Condition::MinimumAmount { amount, currency }),
        vec(id(), 0..3).prop_map(Condition::Coupon),
        Just(Condition::OptedIn),
        vec(id(), 0..3).prop_map(Condition::Shop),
        (option::of(timestamp()), option::of(timestamp()))
            .prop_map(|(from, until)| Condition::SoldBetween { from, until }),
        items().prop_map(Condition::Item),
    ]
}

/// Returns conditions, with or without `not` among them.
pub(crate) fn condition(with_not: bool) -> impl Strategy<Value = Condition> {
    plain_condition().prop_recursive(4, 16, 3, move |inner| {
        let not = u32::from(with_not);
        prop_oneof![
            2 => vec(inner.clone(), 0..3).prop_map(Condition::All),
            2 => vec(inner.clone(), 0..3).prop_map(Condition::Any),
            not => inner.prop_map(|inner| Condition::Not(Box::new(inner))),
        ]
    })
}

fn rule() -> impl Strategy<Value = TreeRule> {
    prop_oneof![
        count().prop_map(|trees| TreeRule::PerOrder { trees }),
        (items(), count()).prop_map(|(items, trees)| TreeRule::PerItem { items, trees }),
        (amount(), currency(), count()).prop_map(|(each, currency, trees)| TreeRule::PerAmount {
            each,
            currency,
            trees
        }),
    ]
}

prop_compose! {
    pub(crate) fn conditions(with_not: bool)(
        when in option::of(condition(with_not)), trees in vec(rule(), 0..4),
        cap_per_order in option::of(count()), cap_per_month in option::of(count()),
    ) -> Conditions {
        Conditions { when, trees, cap_per_order, cap_per_month }
    }
}

prop_compose! {
    pub(crate) fn campaign(with_not: bool)(
        id in "[a-z]{1,4}", version in 1..9_u32, name in "\\PC{1,8}",
        starts_at in option::weighted(0.2, timestamp()),
        ends_at in option::weighted(0.2, timestamp()),
        conditions in conditions(with_not),
    ) -> Campaign {
        Campaign { id, version, name, starts_at, ends_at, conditions }
    }
}

//! Compares the search for contradictions with trying every sale of a small world.

use order_events::{
    Campaign, Condition, Conditions, ItemMatch, Line, Sale, Timestamp, TreeRule, qualify,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::json;

use crate::support::{line_with_sku, sale};

fn at(milliseconds: i64) -> Timestamp {
    Timestamp::from_milliseconds(milliseconds).unwrap()
}

fn names(some: &'static [&'static str]) -> impl Strategy<Value = Vec<String>> {
    vec(prop::sample::select(some).prop_map(str::to_owned), 1..3)
}

/// Returns a condition of one kind, about the values of the small world.
fn plain(kind: usize) -> BoxedStrategy<Condition> {
    let currency =
        || prop::sample::select(vec!["USD", "EUR"]).prop_map(|code| code.parse().unwrap());
    match kind {
        0 => (1..=2_i64, currency())
            .prop_map(|(amount, currency)| Condition::MinimumAmount { amount, currency })
            .boxed(),
        1 => names(&["x", "X", "y"]).prop_map(Condition::Coupon).boxed(),
        2 => Just(Condition::OptedIn).boxed(),
        3 => names(&["a", "b"]).prop_map(Condition::Shop).boxed(),
        4 => (option::of(0..2_i64), option::of(2..4_i64))
            .prop_filter("a window has a bound", |(from, until)| from.is_some() || until.is_some())
            .prop_map(|(from, until)| Condition::SoldBetween {
                from: from.map(at),
                until: until.map(at),
            })
            .boxed(),
        _ => prop_oneof![
            Just(ItemMatch::Every),
            names(&["p", "q"]).prop_map(ItemMatch::Product),
            names(&["Mug", "red mug"]).prop_map(ItemMatch::TitleContains),
        ]
        .prop_map(Condition::Item)
        .boxed(),
    }
}

/// Returns conditions of at most two kinds, so that the test can try all sales that differ in them.
fn condition() -> impl Strategy<Value = (Condition, Vec<usize>)> {
    (0..6_usize, 0..6_usize).prop_flat_map(|(one, other)| {
        let plain = prop_oneof![plain(one), plain(other)];
        let tree = plain.prop_recursive(3, 8, 3, |inner| {
            prop_oneof![
                3 => vec(inner.clone(), 1..4).prop_map(Condition::All),
                2 => vec(inner.clone(), 1..4).prop_map(Condition::Any),
                2 => inner.prop_map(|inner| Condition::Not(Box::new(inner))),
            ]
        });
        let kinds = if one == other { vec![one] } else { vec![one, other] };
        // Several at once, so that about half of them exclude each other.
        (vec(tree, 2..6).prop_map(Condition::All), Just(kinds))
    })
}

fn item(product: Option<&str>, title: &str) -> Line {
    let product = product.map(str::to_owned);
    Line { product, title: title.to_owned(), ..line_with_sku("A", 1) }
}

/// Returns every subset of some things.
fn subsets<T: Clone>(things: &[T]) -> Vec<Vec<T>> {
    things.iter().fold(vec![Vec::new()], |sets, thing| {
        let with = sets.iter().map(|set| [set.as_slice(), std::slice::from_ref(thing)].concat());
        sets.iter().cloned().chain(with).collect()
    })
}

/// Returns the shop and the sale, in every way that one kind of condition can distinguish.
fn variants(kind: usize, (shop, sale): (&'static str, Sale)) -> Vec<(&'static str, Sale)> {
    let with = |change: &dyn Fn(&mut Sale)| {
        let mut sale = sale.clone();
        change(&mut sale);
        (shop, sale)
    };
    match kind {
        0 => [("USD", 0), ("USD", 1), ("USD", 2), ("EUR", 0), ("EUR", 1), ("EUR", 2), ("GBP", 2)]
            .map(|(code, cost)| {
                with(&|sale| {
                    (sale.currency, sale.items_total) = (code.parse().unwrap(), cost);
                })
            })
            .to_vec(),
        1 => subsets(&["x".to_owned(), "y".to_owned()])
            .into_iter()
            .map(|coupons| with(&|sale| sale.coupons.clone_from(&coupons)))
            .collect(),
        2 => [Some(true), Some(false)].map(|yes| with(&|sale| sale.opted_in = yes)).to_vec(),
        3 => ["a", "b", "c"].map(|shop| (shop, sale.clone())).to_vec(),
        4 => (0..4).map(|time| with(&|sale| sale.sold_at = at(time))).collect(),
        _ => subsets(&[
            item(Some("p"), ""),
            item(Some("q"), ""),
            item(None, "a mug"),
            item(None, "a red mug"),
            item(None, "tea"),
            Line { bundled: true, ..item(Some("p"), "") },
            Line { bundled: true, ..item(Some("q"), "") },
        ])
        .into_iter()
        .map(|lines| with(&|sale| sale.lines.clone_from(&lines)))
        .collect(),
    }
}

fn any_sale_qualifies(campaign: &Campaign, kinds: &[usize]) -> bool {
    let mut sale = sale();
    (sale.lines, sale.coupons, sale.refunded) = (Vec::new(), Vec::new(), 0);
    let sales = kinds.iter().fold(vec![("c", sale)], |sales, kind| {
        sales.into_iter().flat_map(|each| variants(*kind, each)).collect()
    });
    sales.iter().any(|(shop, sale)| !qualify(shop, sale, std::slice::from_ref(campaign)).is_empty())
}

proptest! {
    #[test]
    fn a_condition_is_refused_exactly_when_no_sale_can_meet_it((when, kinds) in condition()) {
        let mut campaign = crate::support::campaign(json!({"trees": [{"per_order": {"trees": 1}}]}));
        campaign.conditions.when = Some(when);
        let checked = campaign.check().map_err(|error| error.to_string());
        prop_assert_eq!(checked.is_ok(), any_sale_qualifies(&campaign, &kinds), "{:?}", checked);
    }

    #[test]
    fn a_rule_is_refused_exactly_when_no_sale_can_count(
        (when, kinds) in condition(), items in plain(5),
    ) {
        let Condition::Item(items) = items else { return Ok(()) };
        let conditions = Conditions {
            when: Some(when),
            trees: vec![TreeRule::PerItem { items, trees: 1 }],
            cap_per_order: None,
            cap_per_month: None,
        };
        let mut campaign = crate::support::campaign(json!({"trees": []}));
        campaign.conditions = conditions;
        let kinds: Vec<usize> = if kinds.contains(&5) { kinds } else { [kinds, vec![5]].concat() };
        let checked = campaign.check().map_err(|error| error.to_string());
        prop_assert_eq!(checked.is_ok(), any_sale_qualifies(&campaign, &kinds), "{:?}", checked);
    }
}

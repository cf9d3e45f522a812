//! Decides for each kind of condition if required and excluded values leave no possible value.

use crate::check::contradiction::Demand;
use crate::{Condition, Currency, ItemMatch, Timestamp};

/// The first millisecond after the last instant.
const END: i64 = Timestamp::MAX.milliseconds().saturating_add(1);

/// Returns the number of values in the list of a condition; 1 if it has no list.
pub(super) fn values(condition: &Condition) -> usize {
    match condition {
        Condition::Coupon(values) | Condition::Shop(values) => values.len(),
        Condition::Item(items) => listed(items).map_or(1, <[String]>::len),
        _ => 1,
    }
}

fn listed(items: &ItemMatch) -> Option<&[String]> {
    match items {
        ItemMatch::Every => None,
        ItemMatch::Product(values)
        | ItemMatch::Variant(values)
        | ItemMatch::Sku(values)
        | ItemMatch::Collection(values)
        | ItemMatch::TitleContains(values) => Some(values),
    }
}

/// Returns the values that one kind of condition reads, split into required and excluded ones.
fn of<'a, T: 'a>(
    demands: &'a [&Demand<'a>],
    is_true: bool,
    read: fn(&'a Condition) -> Option<T>,
) -> impl Iterator<Item = T> + 'a {
    let wanted = demands.iter().filter(move |demand| demand.is_true == is_true);
    wanted.filter_map(move |demand| read(demand.condition))
}

fn amount(condition: &Condition) -> Option<(Currency, i64)> {
    match condition {
        Condition::MinimumAmount { amount, currency } => Some((*currency, *amount)),
        _ => None,
    }
}

/// Returns true if amounts exclude each other. A sale has one currency, so only amounts in the
/// required currency can be excluded.
pub(super) fn exclude_amounts(demands: &[&Demand<'_>]) -> bool {
    let Some((currency, _)) = of(demands, true, amount).next() else { return false };
    let most = of(demands, true, amount).map(|(_, amount)| amount).max().unwrap_or_default();
    of(demands, true, amount).any(|(other, _)| other != currency)
        || of(demands, false, amount).any(|(other, amount)| other == currency && amount <= most)
}

fn strings(condition: &Condition) -> Option<&Vec<String>> {
    match condition {
        Condition::Coupon(values) | Condition::Shop(values) => Some(values),
        _ => None,
    }
}

/// Returns true if coupons exclude each other. A sale may have many coupons: each required list
/// needs one that is not excluded.
pub(super) fn exclude_coupons(demands: &[&Demand<'_>]) -> bool {
    of(demands, true, strings).any(|asked| {
        asked.iter().all(|code| {
            of(demands, false, strings).flatten().any(|other| other.eq_ignore_ascii_case(code))
        })
    })
}

/// Returns true if shops exclude each other. A sale has one shop: it must be on every required list
/// and on no excluded one.
pub(super) fn exclude_shops(demands: &[&Demand<'_>]) -> bool {
    let Some(first) = of(demands, true, strings).next() else { return false };
    !first.iter().any(|shop| {
        of(demands, true, strings).all(|asked| asked.contains(shop))
            && !of(demands, false, strings).any(|ruled_out| ruled_out.contains(shop))
    })
}

/// Returns the first instant of a window in milliseconds, and the first one after it.
fn window(condition: &Condition) -> Option<(i64, i64)> {
    match condition {
        Condition::SoldBetween { from, until } => Some((
            from.unwrap_or(Timestamp::MIN).milliseconds(),
            until.map_or(END, Timestamp::milliseconds),
        )),
        _ => None,
    }
}

/// Returns true if instants exclude each other. A sale has one instant: it must be in every
/// required window and in no excluded one.
pub(super) fn exclude_instants(demands: &[&Demand<'_>]) -> bool {
    let mut first = of(demands, true, window).map(|(from, _)| from).max().unwrap_or(0);
    let end = of(demands, true, window).map(|(_, until)| until).min().unwrap_or(END);
    // Skip each window that excludes the first instant, until none does.
    while let Some((_, until)) =
        of(demands, false, window).find(|(from, until)| (*from..*until).contains(&first))
    {
        first = until;
    }
    first >= end
}

fn items(condition: &Condition) -> Option<&ItemMatch> {
    match condition {
        Condition::Item(items) => Some(items),
        _ => None,
    }
}

/// Returns true if items exclude each other. A sale may have many items: each required match needs
/// a value that is not excluded.
pub(super) fn exclude_items(demands: &[&Demand<'_>]) -> bool {
    of(demands, true, items).any(|asked| {
        let is_ruled_out = |value: &String| {
            of(demands, false, items).any(|ruled_out| rules_out(ruled_out, asked, value))
        };
        match listed(asked) {
            Some(values) => values.iter().all(is_ruled_out),
            None => of(demands, false, items).any(|ruled_out| *ruled_out == ItemMatch::Every),
        }
    })
}

/// Returns true if `ruled_out` excludes every item that `asked` matches by `value`.
fn rules_out(ruled_out: &ItemMatch, asked: &ItemMatch, value: &String) -> bool {
    match (ruled_out, asked) {
        // A part of a bundle is no item of `every`, but its own ids still match it.
        (ItemMatch::Every, ItemMatch::Collection(_) | ItemMatch::TitleContains(_)) => true,
        (ItemMatch::Product(values), ItemMatch::Product(_))
        | (ItemMatch::Variant(values), ItemMatch::Variant(_))
        | (ItemMatch::Sku(values), ItemMatch::Sku(_))
        | (ItemMatch::Collection(values), ItemMatch::Collection(_)) => values.contains(value),
        // A title that contains the required part also contains every part of that part.
        (ItemMatch::TitleContains(parts), ItemMatch::TitleContains(_)) => {
            parts.iter().any(|part| crate::qualify::contains(value, part))
        }
        _ => false,
    }
}

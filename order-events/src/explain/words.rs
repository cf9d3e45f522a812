//! Sentences about one condition and one sale.

use crate::qualify::Index;
use crate::{Condition, Currency, ItemMatch, Money, Sale, Timestamp};

/// Values that a sentence names before it counts the rest.
const NAMED_VALUES: usize = 3;

impl Condition {
    /// Returns the reasons why the condition is not `wanted` for the sale, one sentence per
    /// obstacle; none if it is. Evaluates each condition once, however deep it is.
    pub(super) fn hindrances(&self, shop: &str, index: &Index<'_>, wanted: bool) -> Vec<String> {
        let sale = index.sale;
        let hindrances = |each: &Self| each.hindrances(shop, index, wanted);
        let sentence = match self {
            Self::All(list) | Self::Any(list) if matches!(self, Self::All(_)) == wanted => {
                return list.iter().flat_map(hindrances).collect();
            }
            Self::Not(condition) => return condition.hindrances(shop, index, !wanted),
            Self::All(list) | Self::Any(list) => {
                let ways: Vec<Vec<String>> = list.iter().map(hindrances).collect();
                // One that is as wanted decides.
                if ways.iter().any(Vec::is_empty) {
                    return Vec::new();
                }
                let (start, between) = if matches!(self, Self::Any(_)) {
                    ("no way to qualify is met", " or ")
                } else {
                    ("the campaign leaves out sales of which all this is true", " and ")
                };
                format!("{start}: {}", in_brackets(&ways, between))
            }
            _ if self.holds(shop, index) == wanted => return Vec::new(),
            Self::MinimumAmount { amount, currency } => {
                minimum_amount(*amount, *currency, sale, wanted)
            }
            Self::Coupon(codes) => coupon(codes, index, wanted),
            Self::OptedIn => opted_in(sale.opted_in).to_owned(),
            Self::Shop(shops) if wanted => {
                format!("it was sold in {shop}, the campaign asks for {}", names(shops))
            }
            Self::Shop(_) => format!("it was sold in {shop}, which the campaign leaves out"),
            Self::SoldBetween { from, until } => {
                let verb = if wanted { "asks for" } else { "leaves out" };
                let window = window(*from, *until);
                format!("it was sold at {}, the campaign {verb} sales {window}", sale.sold_at)
            }
            Self::Item(items) if wanted => missing(items, index),
            Self::Item(items) => present(items, index),
        };
        vec![sentence]
    }
}

fn in_brackets(ways: &[Vec<String>], between: &str) -> String {
    let ways: Vec<String> = ways.iter().map(|way| format!("({})", way.join("; "))).collect();
    ways.join(between)
}

/// Returns `A, B or C`, with a number for the values after the third.
pub(crate) fn names(values: &[String]) -> String {
    let named: Vec<&str> = values.iter().take(NAMED_VALUES).map(String::as_str).collect();
    match (values.len().saturating_sub(named.len()), named.split_last()) {
        (0, Some((last, rest))) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        (0, _) => named.concat(),
        (others, _) => format!("{} or {others} more", named.join(", ")),
    }
}

/// Returns `the items cost 12.00 USD`.
pub(super) fn cost(sale: &Sale) -> String {
    let after = if sale.refunded > 0 { " after refunds" } else { "" };
    format!("the items cost {}{after}", sale.spent())
}

fn minimum_amount(amount: i64, currency: Currency, sale: &Sale, wanted: bool) -> String {
    if sale.currency != currency {
        return format!("the sale is in {}, the campaign asks for {currency}", sale.currency);
    }
    let bound = if wanted { "at least" } else { "less than" };
    format!("{}, the campaign asks for {bound} {}", cost(sale), Money { amount, currency })
}

fn coupon(codes: &[String], index: &Index<'_>, wanted: bool) -> String {
    if !wanted {
        let used: Vec<String> = index.coupons(codes).into_iter().cloned().collect();
        return format!("the coupon {} was used, which the campaign leaves out", names(&used));
    }
    let has_none = index.sale.coupons.is_empty();
    let used = if has_none { "no coupon was used" } else { "other coupons were used" };
    format!("{used}, the campaign asks for {}", names(codes))
}

/// Returns the obstacle: a missing opt-in, or an opt-in that the campaign excludes.
fn opted_in(opted_in: Option<bool>) -> &'static str {
    match opted_in {
        None => "the shop does not tell whether the customer opted in, the campaign asks for it",
        Some(false) => "the customer did not opt in, the campaign asks for it",
        Some(true) => "the customer opted in, the campaign asks for customers who did not",
    }
}

fn window(from: Option<Timestamp>, until: Option<Timestamp>) -> String {
    match (from, until) {
        (Some(from), Some(until)) => format!("from {from} and before {until}"),
        (Some(from), None) => format!("from {from}"),
        (None, Some(until)) => format!("before {until}"),
        (None, None) => "of any time".to_owned(),
    }
}

/// Returns the reason why no unit matches: none was bought, or every one was returned.
pub(super) fn missing(items: &ItemMatch, index: &Index<'_>) -> String {
    let which = which(items, None);
    if index.has_returned(items) {
        format!("every item{which} was returned")
    } else {
        format!("no item{which} was bought")
    }
}

fn present(items: &ItemMatch, index: &Index<'_>) -> String {
    let matches = index.matches(items);
    let value = matches.first().map(|(_, value)| *value);
    format!("an item{} was bought, which the campaign leaves out", which(items, value))
}

/// Describes the matched items by one value or by all of them: ` with the SKU MUG-BLUE or MUG-RED`.
pub(crate) fn which(items: &ItemMatch, value: Option<&str>) -> String {
    let named = |values: &[String]| value.map_or_else(|| names(values), str::to_owned);
    match items {
        ItemMatch::Every => String::new(),
        ItemMatch::Product(ids) => format!(" of the product {}", named(ids)),
        ItemMatch::Variant(ids) => format!(" of the variant {}", named(ids)),
        ItemMatch::Sku(skus) => format!(" with the SKU {}", named(skus)),
        ItemMatch::Collection(all) => format!(" in the collection {}", named(all)),
        ItemMatch::TitleContains(parts) => format!(" with {} in its title", named(parts)),
    }
}

//! The only rule engine: decides which campaigns a sale qualifies for, and how many trees it
//! orders.

mod condition;
#[cfg(feature = "sorted")]
mod index;
mod items;
#[cfg(any(test, not(feature = "sorted")))]
mod scan;

#[cfg(feature = "sorted")]
pub(crate) use index::Index;
pub(crate) use items::contains;
#[cfg(not(feature = "sorted"))]
pub(crate) use scan::Index;

use std::collections::BTreeMap;

use crate::reason::{Matched, Part, Reason};
use crate::{Campaign, Conditions, Currency, ItemMatch, Money, Sale, Timestamp, TreeRule, limits};

/// The trees that one sale orders under one campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Id of the campaign.
    pub campaign: String,
    /// The version of the campaign that was applied.
    pub version: u32,
    /// The number of trees: at least one, unless [`Order::within_month`] left none.
    pub trees: u32,
    /// The reason for this number of trees; `Display` writes it as text.
    pub reason: Reason,
}

impl Order {
    /// Returns the order under a campaign whose cap per month has `left` trees left. If the cap
    /// cuts off any tree, the reason says so, even if no tree is left.
    #[must_use]
    pub fn within_month(mut self, left: u32) -> Self {
        if self.trees > left {
            self.trees = left;
            self.reason.month = Some(left);
        }
        self
    }
}

/// Returns the orders of one sale, in the order of the campaigns. Campaigns under which it orders
/// no tree are omitted. Each campaign is evaluated independently of the others.
///
/// `shop` is our id of the shop that made the sale. The sale has no field for it: the shop's key or
/// webhook identifies the shop, never the content of the sale.
///
/// A sale that was cancelled or refunded in full orders nothing. For a sale that is placed and not
/// paid ([`Sale::awaits_payment`]) these are the orders that take effect with the payment: until
/// then the caller holds them back. A test sale orders like any other: the caller decides whether
/// it is billed.
///
/// Any input gives a result: arithmetic saturates, and [`limits::TREES_PER_ORDER`] is the final
/// cap.
///
/// ```
/// use order_events::{Campaign, Sale, qualify};
/// # let sale: Sale = serde_json::from_str(include_str!("../examples/sale.json"))?;
/// # let campaign: Campaign = serde_json::from_str(include_str!("../examples/campaign.json"))?;
/// let orders = qualify("shop_1", &sale, &[campaign]);
/// assert_eq!(orders[0].trees, 2);
/// assert_eq!(orders[0].reason.to_string(), "2 × SKU MUG-BLUE: 2 trees");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn qualify(shop: &str, sale: &Sale, campaigns: &[Campaign]) -> Vec<Order> {
    if sale.is_void() {
        return Vec::new();
    }
    let index = Index::new(sale);
    campaigns.iter().filter_map(|campaign| order(shop, &index, campaign)).collect()
}

/// Returns the trees that [`qualify`] orders for a sale under one campaign, without the reason; 0
/// if it orders none. A storefront needs only this number, so it downloads no reasons.
///
/// ```
/// use order_events::{Campaign, Sale, count_trees};
/// # let sale: Sale = serde_json::from_str(include_str!("../examples/sale.json"))?;
/// # let campaign: Campaign = serde_json::from_str(include_str!("../examples/campaign.json"))?;
/// assert_eq!(count_trees("shop_1", &sale, &campaign), 2);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn count_trees(shop: &str, sale: &Sale, campaign: &Campaign) -> u32 {
    count(shop, sale, (campaign.starts_at, campaign.ends_at), &campaign.conditions)
}

/// Counts the trees of a sale under conditions that hold between two instants.
pub(crate) fn count(shop: &str, sale: &Sale, dates: Dates, conditions: &Conditions) -> u32 {
    let index = Index::new(sale);
    if sale.is_void() || !is_met(shop, &index, dates, conditions) {
        return 0;
    }
    let mut counted = 0_u64;
    for rule in &conditions.trees {
        counted = counted.saturating_add(trees(rule, &index));
    }
    cap(conditions, counted).0
}

/// The start and the end of a campaign.
type Dates = (Option<Timestamp>, Option<Timestamp>);

/// Returns true if a campaign runs at the time of the sale and its conditions hold.
fn is_met(shop: &str, index: &Index<'_>, (from, until): Dates, conditions: &Conditions) -> bool {
    index.sale.sold_at.is_within(from, until)
        && conditions.when.as_ref().is_none_or(|when| when.holds(shop, index))
}

/// Returns the order of a sale that is not void.
fn order(shop: &str, index: &Index<'_>, campaign: &Campaign) -> Option<Order> {
    let dates = (campaign.starts_at, campaign.ends_at);
    let is_met = is_met(shop, index, dates, &campaign.conditions);
    if is_met { counted(index, campaign) } else { None }
}

/// Returns the order of a sale that is not void and meets the conditions.
pub(crate) fn counted(index: &Index<'_>, campaign: &Campaign) -> Option<Order> {
    let conditions = &campaign.conditions;
    let parts: Vec<Part> = conditions.trees.iter().filter_map(|rule| part(rule, index)).collect();
    let counted = parts.iter().fold(0_u64, |sum, part| sum.saturating_add(part.trees()));
    let (trees, cap) = cap(conditions, counted);
    (trees > 0).then(|| Order {
        campaign: campaign.id.clone(),
        version: campaign.version,
        trees,
        reason: Reason { parts, cap, month: None },
    })
}

/// Returns the trees that the caps leave of `counted`, and the cap if it cut off any.
fn cap(conditions: &Conditions, counted: u64) -> (u32, Option<u32>) {
    let cap = conditions.cap_per_order.unwrap_or(u32::MAX).min(limits::TREES_PER_ORDER);
    match u32::try_from(counted) {
        Ok(trees) if trees <= cap => (trees, None),
        _ => (cap, Some(cap)),
    }
}

/// Counts the trees of one rule.
fn trees(rule: &TreeRule, index: &Index<'_>) -> u64 {
    match rule {
        TreeRule::PerOrder { trees } => u64::from(*trees),
        TreeRule::PerItem { items, trees } => {
            let mut units = 0_u64;
            for (line, _) in index.matches(items) {
                units = units.saturating_add(u64::from(line.kept()));
            }
            units.saturating_mul(u64::from(*trees))
        }
        TreeRule::PerAmount { each, currency, trees } => {
            times(*each, *currency, index.sale).saturating_mul(u64::from(*trees))
        }
    }
}

/// Returns the number of full amounts that the items cost.
fn times(each: i64, currency: Currency, sale: &Sale) -> u64 {
    let spent = sale.spent();
    if spent.currency != currency || each <= 0 {
        return 0;
    }
    spent.amount.checked_div(each).and_then(|times| u64::try_from(times).ok()).unwrap_or(0)
}

/// Returns the count of one rule; `None` if it counts no tree.
fn part(rule: &TreeRule, index: &Index<'_>) -> Option<Part> {
    let sale = index.sale;
    let part = match rule {
        TreeRule::PerItem { items, trees } => {
            let matched = matched(items, index);
            let units = matched.iter().fold(0_u64, |sum, each| sum.saturating_add(each.units));
            let trees = units.saturating_mul(u64::from(*trees));
            Part::PerItem { kind: items.into(), matched, trees }
        }
        TreeRule::PerOrder { .. } => Part::PerOrder { trees: trees(rule, index) },
        TreeRule::PerAmount { each, currency, .. } => Part::PerAmount {
            times: times(*each, *currency, sale),
            each: Money { amount: *each, currency: *currency },
            spent: sale.spent(),
            trees: trees(rule, index),
        },
    };
    (part.trees() > 0).then_some(part)
}

/// Returns the units that match and were not returned, grouped by the value they matched, in the
/// order of the sale's lines.
fn matched(items: &ItemMatch, index: &Index<'_>) -> Vec<Matched> {
    let mut all: Vec<Matched> = Vec::new();
    let mut places = BTreeMap::new();
    for (line, value) in index.matches(items) {
        let units = u64::from(line.kept());
        let place = *places.entry(value).or_insert(all.len());
        match all.get_mut(place) {
            Some(each) => each.units = each.units.saturating_add(units),
            None => all.push(Matched { value: value.to_owned(), units }),
        }
    }
    all
}

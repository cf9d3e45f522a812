//! The one rule engine: which campaigns a sale qualifies for, and how many trees it orders.

mod condition;
mod items;

pub(crate) use items::contains;

use crate::reason::{Matched, Part, Reason};
use crate::{Campaign, Conditions, ItemMatch, Money, Sale, TreeRule, limits};

/// The trees that one sale orders under one campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Id of the campaign.
    pub campaign: String,
    /// The version of the campaign that was applied.
    pub version: u32,
    /// How many trees: at least one, unless [`Order::within_month`] left none.
    pub trees: u32,
    /// Why so many; its `Display` is the words.
    pub reason: Reason,
}

impl Order {
    /// The order under a campaign whose cap per month has `left` trees left. The reason says so
    /// where that cuts anything off, also when no tree is left.
    #[must_use]
    pub fn within_month(mut self, left: u32) -> Self {
        if self.trees > left {
            self.trees = left;
            self.reason.month = Some(left);
        }
        self
    }
}

/// The orders of one sale, in the order of the campaigns; campaigns under which it orders no tree
/// are left out. Each campaign is looked at by itself, so none changes what another orders.
///
/// `shop` is our id of the shop that made the sale. The sale has no field for it: a sale is what
/// the shop says, and which shop is speaking follows from its key or its webhook, never from what
/// it says.
///
/// A sale that was cancelled, or whose money was returned in full, orders nothing. For a sale that is
/// placed and not paid ([`Sale::awaits_payment`]) these are the orders that it has once it is paid:
/// until then the caller holds them back. A test sale orders like any other: whether it is billed
/// is the caller's decision, not a condition.
///
/// Any input gives an answer: arithmetic saturates, and [`limits::TREES_PER_ORDER`] is the last
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
    campaigns.iter().filter_map(|campaign| order(shop, sale, campaign)).collect()
}

fn order(shop: &str, sale: &Sale, campaign: &Campaign) -> Option<Order> {
    let conditions = &campaign.conditions;
    let is_running = sale.sold_at.is_within(campaign.starts_at, campaign.ends_at);
    if !is_running || !conditions.when.as_ref().is_none_or(|when| when.holds(shop, sale)) {
        return None;
    }
    let (trees, reason) = count(conditions, sale);
    (trees > 0).then(|| Order {
        campaign: campaign.id.clone(),
        version: campaign.version,
        trees,
        reason,
    })
}

/// The trees of a sale of which the conditions hold, and why so many.
fn count(conditions: &Conditions, sale: &Sale) -> (u32, Reason) {
    let parts: Vec<Part> = conditions.trees.iter().filter_map(|rule| part(rule, sale)).collect();
    let counted = parts.iter().fold(0_u64, |sum, part| sum.saturating_add(part.trees()));
    let cap = conditions.cap_per_order.unwrap_or(u32::MAX).min(limits::TREES_PER_ORDER);
    match u32::try_from(counted) {
        Ok(trees) if trees <= cap => (trees, Reason { parts, cap: None, month: None }),
        _ => (cap, Reason { parts, cap: Some(cap), month: None }),
    }
}

/// What one rule counts; `None` is no tree.
fn part(rule: &TreeRule, sale: &Sale) -> Option<Part> {
    let part = match rule {
        TreeRule::PerOrder { trees } => Part::PerOrder { trees: u64::from(*trees) },
        TreeRule::PerItem { items, trees } => {
            let matched = matched(items, sale);
            let units = matched.iter().fold(0_u64, |sum, each| sum.saturating_add(each.units));
            Part::PerItem {
                kind: items.into(),
                matched,
                trees: units.saturating_mul(u64::from(*trees)),
            }
        }
        TreeRule::PerAmount { each, currency, trees } => {
            let spent = sale.spent();
            if spent.currency != *currency || *each <= 0 {
                return None;
            }
            let times = u64::try_from(spent.amount.checked_div(*each)?).ok()?;
            Part::PerAmount {
                times,
                each: Money { amount: *each, currency: *currency },
                spent,
                trees: times.saturating_mul(u64::from(*trees)),
            }
        }
    };
    (part.trees() > 0).then_some(part)
}

/// The units that match and were not returned, by the value they matched, in the order of the
/// sale's lines.
fn matched(items: &ItemMatch, sale: &Sale) -> Vec<Matched> {
    let mut all: Vec<Matched> = Vec::new();
    for line in sale.lines.iter().filter(|line| line.kept() > 0) {
        let Some(value) = items.value(line) else { continue };
        let units = u64::from(line.kept());
        match all.iter_mut().find(|each| each.value == value) {
            Some(each) => each.units = each.units.saturating_add(units),
            None => all.push(Matched { value: value.to_owned(), units }),
        }
    }
    all
}

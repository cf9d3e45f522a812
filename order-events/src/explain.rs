//! Explains to the shop owner why a sale does not qualify.

pub(crate) mod words;

use std::fmt;

use crate::qualify::{Index, counted};
use crate::{Campaign, Money, Order, Sale, SaleStatus, TreeRule};

/// The result of a campaign for a sale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Explanation {
    /// The sale qualifies, and this is its order.
    Qualifies(Order),
    /// The sale orders no tree, for each of these reasons: `the items cost 12.00 USD, the campaign
    /// asks for at least 20.00 USD`.
    OrdersNothing(Vec<String>),
}

/// Explains the result of a campaign for a sale of the shop with our id `shop`. Returns the same
/// order as [`qualify()`], or at least one reason why there is none. An unpaid sale is treated like
/// a paid one.
///
/// ```
/// use order_events::{Campaign, Sale, explain};
/// # let mut sale: Sale = serde_json::from_str(include_str!("../examples/sale.json"))?;
/// # let campaign: Campaign = serde_json::from_str(include_str!("../examples/campaign.json"))?;
/// sale.refunded = 2398;
/// assert_eq!(
///     explain("shop_1", &sale, &campaign).to_string(),
///     "the items cost 12.00 USD after refunds, the campaign asks for at least 20.00 USD"
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn explain(shop: &str, sale: &Sale, campaign: &Campaign) -> Explanation {
    explained(shop, &Index::new(sale), campaign)
}

/// Explains the result of each campaign for a sale, as [`explain`] does, and indexes the sale only
/// once.
#[must_use]
pub fn explain_all(shop: &str, sale: &Sale, campaigns: &[Campaign]) -> Vec<Explanation> {
    let index = Index::new(sale);
    campaigns.iter().map(|campaign| explained(shop, &index, campaign)).collect()
}

/// Evaluates each condition once, because the explanation is also the decision.
pub(crate) fn explained(shop: &str, index: &Index<'_>, campaign: &Campaign) -> Explanation {
    if let Some(hindrance) = why_void(index.sale) {
        return Explanation::OrdersNothing(vec![hindrance]);
    }
    let hindrances = unmet(shop, index, campaign);
    let order = if hindrances.is_empty() { counted(index, campaign) } else { None };
    order.map_or_else(
        || Explanation::OrdersNothing(why_nothing(hindrances, index, campaign)),
        Explanation::Qualifies,
    )
}

impl Explanation {
    /// Returns the order of the sale; `None` if it orders no tree.
    #[must_use]
    pub fn order(&self) -> Option<&Order> {
        match self {
            Self::Qualifies(order) => Some(order),
            Self::OrdersNothing(_) => None,
        }
    }

    /// Returns the explanation under a campaign whose cap per month has `left` trees left; see
    /// [`Order::within_month`].
    #[must_use]
    pub fn within_month(self, left: u32) -> Self {
        match self {
            Self::Qualifies(order) => Self::Qualifies(order.within_month(left)),
            nothing @ Self::OrdersNothing(_) => nothing,
        }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Qualifies(order) => order.reason.fmt(formatter),
            Self::OrdersNothing(hindrances) => formatter.write_str(&hindrances.join("; ")),
        }
    }
}

/// Returns the reasons why the campaign does not run or its conditions do not hold.
fn unmet(shop: &str, index: &Index<'_>, campaign: &Campaign) -> Vec<String> {
    let mut all = Vec::new();
    let sold_at = index.sale.sold_at;
    if let Some(starts_at) = campaign.starts_at.filter(|starts_at| sold_at < *starts_at) {
        all.push(format!("it was sold at {sold_at}, before the campaign starts at {starts_at}"));
    }
    if let Some(ends_at) = campaign.ends_at.filter(|ends_at| *ends_at <= sold_at) {
        all.push(format!("it was sold at {sold_at}, when the campaign was over since {ends_at}"));
    }
    if let Some(when) = &campaign.conditions.when {
        all.extend(when.hindrances(shop, index, true));
    }
    all
}

/// Returns the reasons why a sale orders no tree: the unmet conditions, if there are any.
fn why_nothing(unmet: Vec<String>, index: &Index<'_>, campaign: &Campaign) -> Vec<String> {
    let mut all = unmet;
    if all.is_empty() {
        all = campaign.conditions.trees.iter().map(|rule| why_no_tree(rule, index)).collect();
    }
    if campaign.conditions.cap_per_order == Some(0) {
        all = vec!["the campaign caps every order at no tree".to_owned()];
    }
    if all.is_empty() {
        all.push("the campaign has no rule that counts trees".to_owned());
    }
    all
}

fn why_void(sale: &Sale) -> Option<String> {
    if !sale.is_void() {
        return None;
    }
    Some(match sale.status {
        SaleStatus::Cancelled => "the sale was cancelled".to_owned(),
        SaleStatus::Refunded => "the sale was refunded in full".to_owned(),
        SaleStatus::Placed | SaleStatus::Paid => {
            let money = |amount| Money { amount, currency: sale.currency };
            // A gift card is not charged, but the amount it paid can be returned.
            let (worth, how) = if sale.total < sale.items_total {
                (sale.items_total, "that the items cost")
            } else {
                (sale.total, "charged")
            };
            format!("{} of the {} {how} were returned", money(sale.refunded), money(worth))
        }
    })
}

/// Returns the reason why a rule counts no tree for a sale that meets the conditions.
fn why_no_tree(rule: &TreeRule, index: &Index<'_>) -> String {
    let sale = index.sale;
    match rule {
        TreeRule::PerItem { items, trees } if *trees > 0 => words::missing(items, index),
        TreeRule::PerAmount { each, currency, trees } if *trees > 0 && *each > 0 => {
            let each = Money { amount: *each, currency: *currency };
            if sale.currency == *currency {
                let cost = words::cost(sale);
                format!("{cost}, the campaign counts each full {each}")
            } else {
                format!("the sale is in {}, the campaign counts {currency}", sale.currency)
            }
        }
        _ => "the campaign counts no trees".to_owned(),
    }
}

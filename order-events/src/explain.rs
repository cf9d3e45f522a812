//! Explains to the shop owner why a sale does not qualify.

mod words;

use std::fmt;

use crate::qualify::{Index, order};
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

fn explained(shop: &str, index: &Index<'_>, campaign: &Campaign) -> Explanation {
    let order = if index.sale.is_void() { None } else { order(shop, index, campaign) };
    order.map_or_else(
        || Explanation::OrdersNothing(hindrances(shop, index, campaign)),
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

fn hindrances(shop: &str, index: &Index<'_>, campaign: &Campaign) -> Vec<String> {
    let sale = index.sale;
    if let Some(hindrance) = why_void(sale) {
        return vec![hindrance];
    }
    let mut all = Vec::new();
    let sold_at = sale.sold_at;
    if let Some(starts_at) = campaign.starts_at.filter(|starts_at| sold_at < *starts_at) {
        all.push(format!("it was sold at {sold_at}, before the campaign starts at {starts_at}"));
    }
    if let Some(ends_at) = campaign.ends_at.filter(|ends_at| *ends_at <= sold_at) {
        all.push(format!("it was sold at {sold_at}, when the campaign was over since {ends_at}"));
    }
    let when = campaign.conditions.when.as_ref();
    if let Some(when) = when.filter(|when| !when.holds(shop, index)) {
        all.extend(when.hindrances(shop, index, true));
    }
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

//! Decides if a condition holds for a sale.

use super::Index;
use crate::Condition;

impl Condition {
    /// Returns true if this holds for a sale of the shop with our id `shop`.
    pub(crate) fn holds(&self, shop: &str, index: &Index<'_>) -> bool {
        let sale = index.sale;
        match self {
            Self::All(conditions) => conditions.iter().all(|each| each.holds(shop, index)),
            Self::Any(conditions) => conditions.iter().any(|each| each.holds(shop, index)),
            Self::Not(condition) => !condition.holds(shop, index),
            Self::MinimumAmount { amount, currency } => {
                let spent = sale.spent();
                spent.currency == *currency && spent.amount >= *amount
            }
            Self::Coupon(codes) => index.has_coupon(codes),
            Self::OptedIn => sale.opted_in == Some(true),
            Self::Shop(shops) => shops.iter().any(|each| each == shop),
            Self::SoldBetween { from, until } => sale.sold_at.is_within(*from, *until),
            Self::Item(items) => index.has(items),
        }
    }
}

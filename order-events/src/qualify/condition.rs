//! Whether a condition holds of a sale.

use crate::{Condition, Sale};

impl Condition {
    /// Whether this is true of a sale of the shop with our id `shop`.
    pub(crate) fn holds(&self, shop: &str, sale: &Sale) -> bool {
        match self {
            Self::All(conditions) => conditions.iter().all(|each| each.holds(shop, sale)),
            Self::Any(conditions) => conditions.iter().any(|each| each.holds(shop, sale)),
            Self::Not(condition) => !condition.holds(shop, sale),
            Self::MinimumAmount { amount, currency } => {
                let spent = sale.spent();
                spent.currency == *currency && spent.amount >= *amount
            }
            Self::Coupon(codes) => codes
                .iter()
                .any(|code| sale.coupons.iter().any(|used| used.eq_ignore_ascii_case(code))),
            Self::OptedIn => sale.opted_in == Some(true),
            Self::Shop(shops) => shops.iter().any(|each| each == shop),
            Self::SoldBetween { from, until } => sale.sold_at.is_within(*from, *until),
            Self::Item(items) => {
                sale.lines.iter().any(|line| line.kept() > 0 && items.value(line).is_some())
            }
        }
    }
}

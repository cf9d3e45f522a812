//! The public part of a campaign, for the storefront of a shop.

use serde::{Deserialize, Serialize};

use crate::qualify::count;
use crate::{Campaign, Condition, Conditions, Sale, Timestamp};

/// A campaign as the storefront of one shop evaluates it. It names no coupon and no shop, so
/// everybody may read it.
///
/// A sale that qualifies for the campaign qualifies for this too. If [`is_certain`] says so, it
/// orders the same trees; otherwise only the Worker knows whether a coupon decides against it.
///
/// [`is_certain`]: Campaign::is_certain
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct StorefrontCampaign {
    /// Our id of the campaign.
    pub id: String,
    /// First instant at which a sale qualifies.
    #[serde(default)]
    pub starts_at: Option<Timestamp>,
    /// First instant at which a sale no longer qualifies.
    #[serde(default)]
    pub ends_at: Option<Timestamp>,
    /// Which sales may qualify, and how many trees each orders. There is no condition on coupons or
    /// shops, and no cap per month.
    pub conditions: Conditions,
}

impl StorefrontCampaign {
    /// Counts the trees of a sale of the shop with our id `shop`, as
    /// [`count_trees`](crate::count_trees) does.
    #[must_use]
    pub fn count_trees(&self, shop: &str, sale: &Sale) -> u32 {
        count(shop, sale, (self.starts_at, self.ends_at), &self.conditions)
    }
}

impl Campaign {
    /// Returns the campaign as the storefront of the shop with our id `shop` may read it; `None` if
    /// no sale of that shop can qualify.
    ///
    /// ```
    /// use order_events::{Campaign, Condition};
    /// # let mut campaign: Campaign =
    /// #     serde_json::from_str(include_str!("../examples/campaign.json"))?;
    /// campaign.conditions.when = Some(Condition::All(vec![
    ///     Condition::Coupon(vec!["SECRET".to_owned()]),
    ///     Condition::OptedIn,
    /// ]));
    /// let storefront = campaign.for_storefront("shop_1").unwrap();
    /// assert_eq!(storefront.conditions.when, Some(Condition::OptedIn));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn for_storefront(&self, shop: &str) -> Option<StorefrontCampaign> {
        let when = match self.reduced(shop, true) {
            Reduced::Never => return None,
            Reduced::Always => None,
            Reduced::If(condition) => Some(condition),
        };
        Some(StorefrontCampaign {
            id: self.id.clone(),
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            conditions: Conditions {
                when,
                trees: self.conditions.trees.clone(),
                cap_per_order: self.conditions.cap_per_order,
                cap_per_month: None,
            },
        })
    }

    /// Returns true if no coupon affects the sales of this shop, so that the storefront's count is
    /// final.
    #[must_use]
    pub fn is_certain(&self, shop: &str) -> bool {
        self.reduced(shop, true) == self.reduced(shop, false)
    }

    /// Returns the condition for sales of this shop, if every condition on coupons counts for the
    /// sale (`coupons_help`) or against it.
    fn reduced(&self, shop: &str, coupons_help: bool) -> Reduced {
        let when = self.conditions.when.as_ref();
        when.map_or(Reduced::Always, |when| when.reduced(shop, coupons_help))
    }
}

/// A condition in which the known facts about the shop are replaced by their values.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Reduced {
    Always,
    Never,
    If(Condition),
}

impl From<bool> for Reduced {
    fn from(holds: bool) -> Self {
        if holds { Self::Always } else { Self::Never }
    }
}

impl Condition {
    fn reduced(&self, shop: &str, coupons: bool) -> Reduced {
        match self {
            Self::Coupon(_) => coupons.into(),
            Self::Shop(shops) => shops.iter().any(|each| each == shop).into(),
            Self::Not(inner) => match inner.reduced(shop, !coupons) {
                Reduced::Always => Reduced::Never,
                Reduced::Never => Reduced::Always,
                Reduced::If(condition) => Reduced::If(Self::Not(Box::new(condition))),
            },
            Self::All(list) => combined(list, Self::All, true, |each| each.reduced(shop, coupons)),
            Self::Any(list) => combined(list, Self::Any, false, |each| each.reduced(shop, coupons)),
            other => Reduced::If(other.clone()),
        }
    }
}

/// Combines conditions, without those that do not matter; `empty` is the value of a combination
/// without conditions.
fn combined(
    list: &[Condition],
    combine: fn(Vec<Condition>) -> Condition,
    empty: bool,
    reduce: impl Fn(&Condition) -> Reduced,
) -> Reduced {
    let mut left = Vec::new();
    for condition in list {
        match reduce(condition) {
            Reduced::If(condition) => left.push(condition),
            constant if constant == empty.into() => {}
            constant => return constant,
        }
    }
    if left.is_empty() {
        return empty.into();
    }
    match <[Condition; 1]>::try_from(left) {
        Ok([only]) => Reduced::If(only),
        Err(several) => Reduced::If(combine(several)),
    }
}

//! Campaigns and their conditions as data: the qualifying sales and the number of trees per sale.

use serde::{Deserialize, Serialize};

use crate::{Currency, Timestamp};

/// The JSON Schema (draft 2020-12) of [`Conditions`], for forms and for `OpenAPI`.
pub const CONDITIONS_SCHEMA: &str = include_str!("../conditions.schema.json");

/// A named, dated set of conditions. It applies to sales from `starts_at` up to, not including,
/// `ends_at`; `None` is no bound.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Campaign {
    /// Our id of the campaign.
    pub id: String,
    /// Counts the changes of the campaign, from 1. Each order stores the version that it was
    /// evaluated under.
    pub version: u32,
    /// The merchant's name for it.
    pub name: String,
    /// First instant at which a sale qualifies.
    #[serde(default)]
    pub starts_at: Option<Timestamp>,
    /// First instant at which a sale no longer qualifies.
    #[serde(default)]
    pub ends_at: Option<Timestamp>,
    /// The qualifying sales and the number of trees per sale.
    pub conditions: Conditions,
}

/// The qualifying sales (`when`) and the trees of each (the sum of `trees`).
///
/// ```
/// let conditions: order_events::Conditions = serde_json::from_str(r#"{
///     "when": {"minimum_amount": {"amount": 2000, "currency": "USD"}},
///     "trees": [{"per_item": {"items": {"sku": ["MUG-BLUE"]}, "trees": 1}}],
///     "cap_per_order": 10
/// }"#)?;
/// assert_eq!(conditions.cap_per_order, Some(10));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conditions {
    /// The condition that the sale must meet; `None` accepts every sale.
    #[serde(default)]
    pub when: Option<Condition>,
    /// The rules that count trees; the counts are added up.
    pub trees: Vec<TreeRule>,
    /// Most trees that one sale orders under this campaign.
    #[serde(default)]
    pub cap_per_order: Option<u32>,
    /// Most trees that all sales of one month order under this campaign. [`qualify`] evaluates one
    /// sale; the Worker applies this cap over the month.
    ///
    /// [`qualify`]: crate::qualify()
    #[serde(default)]
    pub cap_per_month: Option<u32>,
}

/// A statement that is true or false of a sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Condition {
    /// Every one of these is true.
    All(Vec<Condition>),
    /// At least one of these is true.
    Any(Vec<Condition>),
    /// This is false.
    Not(Box<Condition>),
    /// The items cost at least this much, after discounts and refunds, in this currency.
    MinimumAmount {
        /// Minor units of `currency`.
        amount: i64,
        /// A sale in another currency does not qualify.
        currency: Currency,
    },
    /// One of these coupons was used. Upper and lower case of ASCII letters are equal.
    Coupon(Vec<String>),
    /// The customer opted in to planting. In a shop that does not ask, this is always false.
    OptedIn,
    /// The sale was made in one of these shops, by our ids of them.
    Shop(Vec<String>),
    /// The sale was made in this window, by the shop's clock.
    SoldBetween {
        /// First instant of the window; `None` is no bound.
        #[serde(default)]
        from: Option<Timestamp>,
        /// First instant after the window; `None` is no bound.
        #[serde(default)]
        until: Option<Timestamp>,
    },
    /// At least one unit matches and was not returned.
    Item(ItemMatch),
}

/// A rule that counts trees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum TreeRule {
    /// This many trees for the sale, independent of its items.
    PerOrder {
        /// Trees for the sale.
        trees: u32,
    },
    /// This many trees for each unit that matches and was not returned.
    PerItem {
        /// The items that count.
        items: ItemMatch,
        /// Trees for each unit.
        trees: u32,
    },
    /// This many trees for each full amount of the items' cost, net of refunds.
    PerAmount {
        /// The full amount, in minor units of `currency`.
        each: i64,
        /// A sale in another currency orders nothing.
        currency: Currency,
        /// Trees for each full amount.
        trees: u32,
    },
}

/// The matching items of a sale: any item with one of these values. Ids are compared whole and
/// exactly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemMatch {
    /// Every item.
    Every,
    /// By product id.
    Product(Vec<String>),
    /// By variant id.
    Variant(Vec<String>),
    /// By stock keeping unit.
    Sku(Vec<String>),
    /// By collection or category, as the shop's adapter names it.
    Collection(Vec<String>),
    /// By a part of the title. Upper and lower case of ASCII letters are equal. All other letters
    /// must match exactly, because Unicode tables would be the largest part of the plugin.
    TitleContains(Vec<String>),
}

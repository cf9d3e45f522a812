//! Campaigns and their conditions as data: which sales qualify, and how many trees each orders.

use serde::{Deserialize, Serialize};

use crate::{Currency, Timestamp};

/// A named, dated set of conditions. It holds for sales from `starts_at` up to, not including,
/// `ends_at`; `None` is no bound.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Campaign {
    /// Our id of the campaign.
    pub id: String,
    /// Counts the changes of the campaign, from 1; each order keeps the version it was made under.
    pub version: u32,
    /// What the merchant calls it.
    pub name: String,
    /// First instant at which a sale qualifies.
    #[serde(default)]
    pub starts_at: Option<Timestamp>,
    /// First instant at which a sale no longer qualifies.
    #[serde(default)]
    pub ends_at: Option<Timestamp>,
    /// Which sales qualify, and how many trees each orders.
    pub conditions: Conditions,
}

/// Which sales qualify (`when`) and how many trees each orders (the sum of `trees`).
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
    /// What must be true of the sale; `None` is every sale.
    #[serde(default)]
    pub when: Option<Condition>,
    /// How the trees are counted; the counts add up.
    pub trees: Vec<TreeRule>,
    /// Most trees that one sale orders under this campaign.
    #[serde(default)]
    pub cap_per_order: Option<u32>,
}

/// Something that is true or false of a sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
    /// At least one item of the sale matches.
    Item(ItemMatch),
}

/// How trees are counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum TreeRule {
    /// So many trees for the sale, whatever was bought.
    PerOrder {
        /// Trees for the sale.
        trees: u32,
    },
    /// So many trees for each unit that matches and was not returned.
    PerItem {
        /// Which items count.
        items: ItemMatch,
        /// Trees for each unit.
        trees: u32,
    },
    /// So many trees for each full amount that the items cost, net of refunds.
    PerAmount {
        /// Minor units of `currency` that order once.
        each: i64,
        /// A sale in another currency orders nothing.
        currency: Currency,
        /// Trees for each full amount.
        trees: u32,
    },
}

/// Which items of a sale are meant: any item with one of these, compared whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemMatch {
    /// By product id.
    Product(Vec<String>),
    /// By stock keeping unit.
    Sku(Vec<String>),
}

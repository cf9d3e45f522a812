//! Campaigns and their conditions as data: which sales qualify, and how many trees each orders.

use serde::{Deserialize, Serialize};

use crate::{Currency, Timestamp};

/// The JSON Schema (draft 2020-12) of [`Conditions`], for forms and for `OpenAPI`.
pub const CONDITIONS_SCHEMA: &str = include_str!("../conditions.schema.json");

/// A named, dated set of conditions. It holds for sales from `starts_at` up to, not including,
/// `ends_at`; `None` is no bound.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
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
    /// Most trees that all sales of one month order under this campaign. [`qualify`] sees one sale
    /// and leaves this cap to the Worker, which sees the month.
    ///
    /// [`qualify`]: crate::qualify()
    #[serde(default)]
    pub cap_per_month: Option<u32>,
}

/// Something that is true or false of a sale.
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
    /// One of these coupons was used. Capital and small letters of ASCII are the same.
    Coupon(Vec<String>),
    /// The customer opted in to planting. A shop that does not ask has nobody who did.
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

/// Which items of a sale are meant: any item with one of these. Ids are compared whole and exactly.
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
    /// By a part of the title. Capital and small letters of ASCII are the same; all others must be
    /// equal, because the tables of Unicode would be the largest thing in the plugin.
    TitleContains(Vec<String>),
}

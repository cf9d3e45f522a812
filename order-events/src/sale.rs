//! The sale: what the shop sold, in one canonical shape without personal data.

use serde::{Deserialize, Serialize};

use crate::{Currency, Money, Timestamp};

/// What a shop sold. The types have no place for personal data.
///
/// Amounts are integers in minor units of `currency`; every one of them is zero or more.
///
/// ```
/// let sale: order_events::Sale = serde_json::from_str(include_str!("../examples/sale.json"))?;
/// assert_eq!(sale.lines.len(), 1);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Sale {
    /// Where the sale was made.
    pub platform: Platform,
    /// The shop's own order id as text, the same from every source of that shop.
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 1020))]
    pub id: String,
    /// When the buyer bought, by the shop's clock.
    pub sold_at: Timestamp,
    /// When the shop last changed the sale, by the shop's clock.
    pub updated_at: Timestamp,
    /// How far the sale has come.
    pub status: SaleStatus,
    /// A test order: qualifies like any other, and is never billed.
    pub test: bool,
    /// The currency of every amount in the sale.
    pub currency: Currency,
    /// What the buyer was charged in all, before refunds.
    #[cfg_attr(feature = "schema", schema(minimum = 0, maximum = 9_007_199_254_740_991_i64))]
    pub total: i64,
    /// What the lines cost after discounts, without shipping, and without tax where the platform
    /// tells the tax apart.
    #[cfg_attr(feature = "schema", schema(minimum = 0, maximum = 9_007_199_254_740_991_i64))]
    pub items_total: i64,
    /// Money returned so far.
    #[cfg_attr(feature = "schema", schema(minimum = 0, maximum = 9_007_199_254_740_991_i64))]
    pub refunded: i64,
    /// Codes of the coupons used.
    #[cfg_attr(feature = "schema", schema(max_items = 1000))]
    pub coupons: Vec<String>,
    /// Whether the customer opted in to planting; `None` where the shop does not ask.
    pub opted_in: Option<bool>,
    /// What was bought.
    #[cfg_attr(feature = "schema", schema(max_items = 1000))]
    pub lines: Vec<Line>,
}

impl Sale {
    /// What the items cost after discounts, less the money returned, and never below zero. Money
    /// returned for shipping or tax is taken off too, because platforms do not tell it apart.
    #[must_use]
    pub fn spent(&self) -> Money {
        let amount = self.items_total.saturating_sub(self.refunded).max(0);
        Money { amount, currency: self.currency }
    }

    /// Whether nothing is left of the sale: it was cancelled, or its money was returned in full. A
    /// gift card or store credit makes `total` smaller than what the items cost, and then a refund
    /// is measured against the items.
    #[must_use]
    pub fn is_void(&self) -> bool {
        let is_returned = self.total == 0 || self.refunded >= self.total.max(self.items_total);
        matches!(self.status, SaleStatus::Cancelled | SaleStatus::Refunded)
            || (self.refunded > 0 && is_returned)
    }

    /// Whether the sale is placed and not paid: [`qualify`](crate::qualify()) returns the orders
    /// that it has once the payment arrives, and until then it orders nothing.
    #[must_use]
    pub fn awaits_payment(&self) -> bool {
        self.status == SaleStatus::Placed
    }
}

/// One line of a sale.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Line {
    /// The shop's product id.
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 1020))]
    pub product: Option<String>,
    /// The shop's variant id.
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 1020))]
    pub variant: Option<String>,
    /// The stock keeping unit.
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 1020))]
    pub sku: Option<String>,
    /// The title that the buyer saw.
    #[cfg_attr(feature = "schema", schema(max_length = 1020))]
    pub title: String,
    /// Units bought.
    #[cfg_attr(feature = "schema", schema(minimum = 1, maximum = 1_000_000))]
    pub quantity: u32,
    /// Units returned so far.
    #[cfg_attr(feature = "schema", schema(maximum = 1_000_000))]
    pub refunded: u32,
    /// What the line cost after discounts, and without tax where the platform tells it apart.
    #[cfg_attr(feature = "schema", schema(minimum = 0, maximum = 9_007_199_254_740_991_i64))]
    pub total: i64,
    /// Ids or names of the collections or categories that the product is in.
    #[cfg_attr(feature = "schema", schema(max_items = 1000))]
    pub collections: Vec<String>,
    /// Whether this is a part of a bundle that has its own line. Parts count by their own product,
    /// variant or SKU; the bundle counts for everything else.
    #[serde(default, skip_serializing_if = "is_false")]
    pub bundled: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

impl Line {
    /// Units bought and not returned.
    #[must_use]
    pub fn kept(&self) -> u32 {
        self.quantity.saturating_sub(self.refunded)
    }
}

/// The platforms that sales come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Platform {
    /// Shopify.
    Shopify,
    /// WooCommerce on WordPress.
    Woocommerce,
    /// Any shop that pushes Google Analytics 4 `purchase` events.
    Ga4,
    /// BigCommerce.
    Bigcommerce,
    /// Magento or Adobe Commerce.
    Magento,
    /// Wix.
    Wix,
    /// Squarespace.
    Squarespace,
    /// The shop's own code.
    Custom,
}

impl Platform {
    /// The word of the contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Shopify => "shopify",
            Self::Woocommerce => "woocommerce",
            Self::Ga4 => "ga4",
            Self::Bigcommerce => "bigcommerce",
            Self::Magento => "magento",
            Self::Wix => "wix",
            Self::Squarespace => "squarespace",
            Self::Custom => "custom",
        }
    }
}

/// How far a sale has come, from the first step to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum SaleStatus {
    /// Bought, and not yet money: on hold, pending or authorised.
    Placed,
    /// Paid, or as good as paid (`WooCommerce`'s `processing`).
    Paid,
    /// Cancelled.
    Cancelled,
    /// Refunded in full.
    Refunded,
}

impl SaleStatus {
    /// The word of the contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Placed => "placed",
            Self::Paid => "paid",
            Self::Cancelled => "cancelled",
            Self::Refunded => "refunded",
        }
    }
}

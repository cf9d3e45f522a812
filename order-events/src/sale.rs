//! The sale in one canonical shape without personal data.

use serde::{Deserialize, Serialize};

use crate::{Currency, Money, Timestamp};

/// A sale of a shop. The types have no fields for personal data.
///
/// Amounts are integers in minor units of `currency`, zero or more.
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
    /// The platform of the shop.
    pub platform: Platform,
    /// The shop's own order id as text, the same from every source of that shop.
    #[cfg_attr(feature = "schema", schema(min_length = 1, max_length = 1020))]
    pub id: String,
    /// The time of purchase, by the shop's clock.
    pub sold_at: Timestamp,
    /// The time of the shop's last change of the sale, by the shop's clock.
    pub updated_at: Timestamp,
    /// The progress of the sale.
    pub status: SaleStatus,
    /// A test order: it qualifies like any other and is never billed.
    pub test: bool,
    /// The currency of every amount in the sale.
    pub currency: Currency,
    /// The total that the buyer was charged, before refunds.
    #[cfg_attr(feature = "schema", schema(minimum = 0, maximum = 9_007_199_254_740_991_i64))]
    pub total: i64,
    /// The cost of the lines after discounts, without shipping, and without tax if the platform
    /// reports the tax separately.
    #[cfg_attr(feature = "schema", schema(minimum = 0, maximum = 9_007_199_254_740_991_i64))]
    pub items_total: i64,
    /// Money returned so far.
    #[cfg_attr(feature = "schema", schema(minimum = 0, maximum = 9_007_199_254_740_991_i64))]
    pub refunded: i64,
    /// Codes of the coupons used.
    #[cfg_attr(feature = "schema", schema(max_items = 1000))]
    pub coupons: Vec<String>,
    /// True if the customer opted in to planting; `None` if the shop does not ask.
    pub opted_in: Option<bool>,
    /// The items bought.
    #[cfg_attr(feature = "schema", schema(max_items = 1000))]
    pub lines: Vec<Line>,
}

impl Sale {
    /// Returns the cost of the items after discounts, less the money returned, and never below
    /// zero. Money returned for shipping or tax is subtracted too, because platforms do not report
    /// it separately.
    #[must_use]
    pub fn spent(&self) -> Money {
        let amount = self.items_total.saturating_sub(self.refunded).max(0);
        Money { amount, currency: self.currency }
    }

    /// Returns true if nothing of the sale remains: it was cancelled, or its money was returned in
    /// full. A gift card or store credit can make `total` smaller than the cost of the items. A
    /// refund is then compared with the cost of the items.
    #[must_use]
    pub fn is_void(&self) -> bool {
        let is_returned = self.total == 0 || self.refunded >= self.total.max(self.items_total);
        matches!(self.status, SaleStatus::Cancelled | SaleStatus::Refunded)
            || (self.refunded > 0 && is_returned)
    }

    /// Returns true if the sale is placed and not paid. [`qualify`](crate::qualify()) returns the
    /// orders that take effect with the payment; until then the sale orders nothing.
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
    /// The cost of the line after discounts, and without tax if the platform reports the tax
    /// separately.
    #[cfg_attr(feature = "schema", schema(minimum = 0, maximum = 9_007_199_254_740_991_i64))]
    pub total: i64,
    /// Ids or names of the collections or categories that the product is in.
    #[cfg_attr(feature = "schema", schema(max_items = 1000))]
    pub collections: Vec<String>,
    /// True if this is a part of a bundle that has its own line. Parts count by their own product,
    /// variant or SKU; the bundle counts for everything else.
    #[serde(default, skip_serializing_if = "is_false")]
    pub bundled: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

impl Line {
    /// Returns the units bought and not returned.
    #[must_use]
    pub fn kept(&self) -> u32 {
        self.quantity.saturating_sub(self.refunded)
    }
}

/// The platforms of shops.
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
    /// Returns the platform's name in the JSON contract.
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

/// The progress of a sale, from the first step to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum SaleStatus {
    /// Bought and not yet paid: on hold, pending or authorised.
    Placed,
    /// Paid, or treated as paid (`WooCommerce`'s `processing`).
    Paid,
    /// Cancelled.
    Cancelled,
    /// Refunded in full.
    Refunded,
}

impl SaleStatus {
    /// Returns the status's name in the JSON contract.
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

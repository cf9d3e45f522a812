//! The records of a purchase order, with the fields that its digest covers. Their names are those
//! of the API.

use serde::Deserialize;

/// The purchase order itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Head {
    /// `PO-2026-11-0042`.
    pub number: String,
    /// The month: `2026-11`.
    pub period: String,
    /// The ISO 4217 code.
    pub currency: String,
    /// The trees of all orders, less those that credits took back.
    pub trees: i64,
    /// Minor units of the currency.
    pub total: i64,
}

/// The orders, or the credits, of one campaign in one shop at one price; or a carried-over total.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Line {
    /// `orders`, `credits` or `carried over`.
    pub kind: String,
    /// The campaign's id; of a carried-over total, the id of its purchase order.
    pub campaign: Option<String>,
    /// The campaign's name at the close.
    pub campaign_name: String,
    /// The shop's id.
    pub shop: Option<String>,
    /// The shop's name at the close.
    pub shop_name: String,
    /// The number of orders, or of credits.
    pub orders: i64,
    /// Negative if credits took trees back.
    pub trees: i64,
    /// Minor units for one tree.
    pub unit_price: i64,
    /// Minor units.
    pub total: i64,
}

/// One order, one credit, or one carried-over total.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Item {
    /// The kind of its line.
    pub kind: String,
    /// Its id; of a carried-over total, the id of its purchase order.
    pub id: String,
    /// The order that a credit changes.
    pub order: Option<String>,
    /// The shop's id.
    pub shop: Option<String>,
    /// The shop's own id of the sale.
    pub sale: Option<String>,
    /// The merchant's reference of bought trees.
    pub reference: Option<String>,
    /// The campaign's id.
    pub campaign: Option<String>,
    /// The version of the campaign that ordered the trees.
    pub campaign_version: Option<i64>,
    /// Negative if a credit took trees back.
    pub trees: i64,
    /// Minor units for one tree.
    pub unit_price: i64,
    /// Minor units.
    pub total: i64,
    /// The reason in words.
    pub reason: String,
}

/// Returns the number of the purchase order at this place among those of its month:
/// `PO-2026-11-0042`.
#[must_use]
pub fn number(period: &str, sequence: i64) -> String {
    format!("PO-{period}-{sequence:04}")
}

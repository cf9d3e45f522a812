//! Claims that wait for the owner or for their shop's webhook, as the settings list them.

use crate::domain::formatting::trees;
use crate::domain::local_time::minute_in_words;
use crate::store::reviews::WaitingClaim;

/// A claim that waits, in words.
pub(crate) struct ClaimView<'a> {
    pub(crate) id: &'a str,
    /// The sale by the shop's order id.
    pub(crate) sale: String,
    pub(crate) shop: &'a str,
    pub(crate) trees: String,
    /// The bound that it exceeds.
    pub(crate) because: Option<&'a str>,
    /// When it came, in the merchant's time zone.
    pub(crate) received: String,
    pub(crate) received_at: i64,
}

impl<'a> ClaimView<'a> {
    pub(crate) fn new(claim: &'a WaitingClaim, time_zone: &str) -> Self {
        Self {
            id: &claim.id,
            sale: format!("Order {}", claim.sale_id),
            shop: &claim.shop,
            trees: trees(claim.trees),
            because: claim.held_because.as_deref(),
            received_at: claim.received_at,
            received: minute_in_words(claim.received_at, time_zone).unwrap_or_default(),
        }
    }
}

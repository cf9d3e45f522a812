//! Claims that wait for the owner's review, as the settings list them.

use crate::local_time::minute_in_words;
use crate::store::reviews::HeldClaim;

/// A claim that is held for review, in words.
pub(super) struct HeldView<'a> {
    pub(super) id: &'a str,
    /// The sale by the shop's order id.
    pub(super) sale: String,
    pub(super) shop: &'a str,
    pub(super) trees: String,
    /// The bound that it exceeds.
    pub(super) because: &'a str,
    /// When it came, in the merchant's time zone.
    pub(super) received: String,
    pub(super) received_at: i64,
}

impl<'a> HeldView<'a> {
    pub(super) fn new(claim: &'a HeldClaim, time_zone: &str) -> Self {
        Self {
            id: &claim.id,
            sale: format!("Order {}", claim.sale_id),
            shop: &claim.shop,
            trees: match claim.trees {
                1 => "1 tree".to_owned(),
                trees => format!("{trees} trees"),
            },
            because: &claim.held_because,
            received_at: claim.received_at,
            received: minute_in_words(claim.received_at, time_zone).unwrap_or_default(),
        }
    }
}

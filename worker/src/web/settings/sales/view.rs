//! Claims that wait for the owner's review, as the settings list them.

use crate::domain::local_time::minute_in_words;
use crate::store::reviews::HeldClaim;

/// A claim that is held for review, in words.
pub(crate) struct HeldView<'a> {
    pub(crate) id: &'a str,
    /// The sale by the shop's order id.
    pub(crate) sale: String,
    pub(crate) shop: &'a str,
    pub(crate) trees: String,
    /// The bound that it exceeds.
    pub(crate) because: &'a str,
    /// When it came, in the merchant's time zone.
    pub(crate) received: String,
    pub(crate) received_at: i64,
}

impl<'a> HeldView<'a> {
    pub(crate) fn new(claim: &'a HeldClaim, time_zone: &str) -> Self {
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

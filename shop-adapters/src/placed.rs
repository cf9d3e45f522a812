//! The sale as a browser sees it: it was placed, and what happened to it later is unknown.

use order_events::{Currency, Platform, Sale, SaleStatus, Timestamp};

/// A sale without amounts and lines, which its adapter adds.
pub(crate) fn placed(platform: Platform, id: String, at: Timestamp, currency: Currency) -> Sale {
    Sale {
        platform,
        id,
        sold_at: at,
        updated_at: at,
        status: SaleStatus::Placed,
        test: false,
        currency,
        total: 0,
        items_total: 0,
        refunded: 0,
        coupons: Vec::new(),
        opted_in: None,
        lines: Vec::new(),
    }
}

//! The sale as the buyer's browser reports it.

use order_events::{Currency, Platform, Sale, SaleStatus, Timestamp};

/// Returns a sale without amounts and lines, which its adapter adds. A browser cannot see the
/// payment, so it claims a paid sale.
pub(crate) fn claimed(platform: Platform, id: String, at: Timestamp, currency: Currency) -> Sale {
    Sale {
        platform,
        id,
        sold_at: at,
        updated_at: at,
        status: SaleStatus::Paid,
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

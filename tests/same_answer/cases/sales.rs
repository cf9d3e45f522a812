//! Generates sales.

use order_events::{Line, Platform, Sale, SaleStatus, limits};

use super::values::{amount, count, currency, id, timestamp, title};
use crate::random::Random;

const PLATFORMS: [Platform; 8] = [
    Platform::Shopify,
    Platform::Woocommerce,
    Platform::Ga4,
    Platform::Bigcommerce,
    Platform::Magento,
    Platform::Wix,
    Platform::Squarespace,
    Platform::Custom,
];

/// A sale is paid more often than in any other status.
const STATUSES: [SaleStatus; 12] = [
    SaleStatus::Placed,
    SaleStatus::Placed,
    SaleStatus::Placed,
    SaleStatus::Paid,
    SaleStatus::Paid,
    SaleStatus::Paid,
    SaleStatus::Paid,
    SaleStatus::Paid,
    SaleStatus::Paid,
    SaleStatus::Paid,
    SaleStatus::Cancelled,
    SaleStatus::Refunded,
];

pub(crate) fn sale(random: &mut Random) -> Sale {
    let lines = random.list(7, line);
    let items_total = amount(random);
    // The charge is mostly more than the items, because it includes shipping and tax.
    let total = if random.one_in(8) { amount(random) } else { items_total.saturating_add(799) };
    let refunded = match random.below(10) {
        0 => total,
        1 => amount(random),
        2 => total / 2,
        _ => 0,
    };
    Sale {
        platform: random.pick(&PLATFORMS),
        id: id(random),
        sold_at: timestamp(random),
        updated_at: timestamp(random),
        status: random.pick(&STATUSES),
        test: random.one_in(4),
        currency: currency(random),
        total,
        items_total,
        refunded,
        coupons: random.list(3, id),
        opted_in: random.pick(&[None, Some(true), Some(false)]),
        lines,
    }
}

/// Returns a sale with the most lines, all units at their limit.
pub(crate) fn huge(random: &mut Random) -> Sale {
    let lines = (0..limits::LINES_PER_SALE)
        .map(|_| Line { quantity: limits::QUANTITY, refunded: 0, ..line(random) })
        .collect();
    Sale { lines, status: SaleStatus::Paid, refunded: 0, ..sale(random) }
}

fn line(random: &mut Random) -> Line {
    let quantity = count(random);
    let refunded = match random.below(6) {
        0 => count(random),
        1 => quantity,
        _ => 0,
    };
    Line {
        product: random.known(4, id),
        variant: random.known(4, id),
        sku: random.known(4, id),
        title: title(random),
        quantity,
        refunded,
        total: amount(random),
        collections: random.list(3, id),
        bundled: random.below(6) == 0,
    }
}

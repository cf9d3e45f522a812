//! Subtracts separately reported refunds from a snapshot of the sale.

use std::collections::BTreeMap;

use super::{Refund, RefundLine};
use crate::{Line, Sale};

/// Updates `refunded` of the sale and of its lines, and `updated_at`.
pub(super) fn apply(sale: &mut Sale, refunds: &BTreeMap<String, Refund>) {
    let snapshot_at = sale.updated_at;
    let later = || refunds.values().filter(|refund| refund.at > snapshot_at);
    let same_currency = |refund: &&Refund| refund.currency == sale.currency;
    let with_later = sale.refunded.saturating_add(total(later().filter(same_currency)));
    sale.refunded = with_later.max(total(refunds.values().filter(same_currency)));
    for returned in later().flat_map(|refund| &refund.lines) {
        take_back(&mut sale.lines, returned, u64::from(returned.quantity));
    }
    for returned in refunds.values().flat_map(|refund| &refund.lines) {
        let known = known_units(refunds, returned);
        let counted =
            sum(sale.lines.iter().filter(|line| returned.is_of(line)), |line| line.refunded);
        take_back(&mut sale.lines, returned, known.saturating_sub(counted));
    }
    sale.updated_at = later().map(|refund| refund.at).fold(snapshot_at, Ord::max);
}

fn total<'a>(refunds: impl Iterator<Item = &'a Refund>) -> i64 {
    refunds.fold(0, |total, refund| total.saturating_add(refund.amount))
}

fn sum<T>(items: impl Iterator<Item = T>, units: impl Fn(T) -> u32) -> u64 {
    items.fold(0, |total, item| total.saturating_add(u64::from(units(item))))
}

/// Returns the units of the same item in all refunds.
fn known_units(refunds: &BTreeMap<String, Refund>, returned: &RefundLine) -> u64 {
    let lines = refunds.values().flat_map(|refund| &refund.lines);
    sum(lines.filter(|line| line.is_same_item(returned)), |line| line.quantity)
}

/// Counts units as returned on the lines of their item, from the first line on, at most the units
/// of each line.
pub(super) fn take_back(lines: &mut [Line], returned: &RefundLine, units: u64) {
    let mut left = units;
    for line in lines.iter_mut().filter(|line| returned.is_of(line)) {
        let taken = line.kept().min(u32::try_from(left).unwrap_or(u32::MAX));
        line.refunded = line.refunded.saturating_add(taken);
        left = left.saturating_sub(u64::from(taken));
    }
}

impl RefundLine {
    fn is_of(&self, line: &Line) -> bool {
        self.product == line.product && self.variant == line.variant && self.sku == line.sku
    }

    fn is_same_item(&self, other: &Self) -> bool {
        self.product == other.product && self.variant == other.variant && self.sku == other.sku
    }
}

//! The cap per month of one campaign, applied to sales one after another without storing anything.

use std::collections::BTreeMap;

use order_events::{Order, Timestamp};

use crate::domain::period::Period;

/// The rest of a campaign's cap in each calendar month.
pub(crate) struct MonthlyCap {
    cap: Option<u32>,
    zone: String,
    /// Trees that count already, by month.
    counted: BTreeMap<String, i64>,
}

impl MonthlyCap {
    /// As it stands when these trees of each month count already.
    pub(crate) fn new(cap: Option<u32>, zone: &str, counted: BTreeMap<String, i64>) -> Self {
        Self { cap, zone: zone.to_owned(), counted }
    }

    /// The order within what is left of its month, which it takes.
    pub(crate) fn apply(&mut self, sold_at: Timestamp, order: Order) -> Order {
        let (Some(cap), Some(month)) = (self.cap, month(sold_at, &self.zone)) else {
            return order;
        };
        let counted = self.counted.entry(month).or_default();
        let left = i64::from(cap).saturating_sub(*counted).max(0);
        let order = order.within_month(u32::try_from(left).unwrap_or(u32::MAX));
        *counted = counted.saturating_add(i64::from(order.trees));
        order
    }
}

/// The label of the calendar month of an instant.
pub(crate) fn month(sold_at: Timestamp, zone: &str) -> Option<String> {
    Some(Period::of(sold_at, zone)?.label)
}

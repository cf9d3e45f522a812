//! The table `purchase_order_quarters`: what was sold in each quarter of an hour, by triggers.

use serde::Deserialize;

use super::{Statement, Store, StoreError};

/// Milliseconds of a quarter of an hour.
pub(crate) const QUARTER: i64 = 15 * 60 * 1000;

/// The orders of one quarter of an hour on a purchase order.
#[derive(Deserialize)]
pub(crate) struct QuarterRow {
    /// Quarters of an hour since 1970.
    pub(crate) quarter: i64,
    pub(crate) orders: i64,
    pub(crate) trees: i64,
    /// Minor units of the purchase order's currency.
    pub(crate) total: i64,
}

/// Quarters that are read at most: those of a month and the month before it.
const QUARTERS_MAX: i64 = 6_000;

/// Those of earlier months, which joined this purchase order late, come first.
const OF_PURCHASE_ORDER: &str = "
SELECT quarter, orders, trees, total FROM purchase_order_quarters
WHERE purchase_order_id = ?1 AND orders > 0 ORDER BY quarter DESC LIMIT ?2";

/// The purchase order of the month of `?2`, if it is open.
const OF_MONTH: &str = "
SELECT quarter, orders, trees, total FROM purchase_order_quarters
WHERE purchase_order_id = (SELECT id FROM purchase_orders
    WHERE merchant_id = ?1 AND state = 'open' AND starts_at <= ?2 AND ends_at > ?2)
    AND orders > 0 ORDER BY quarter DESC LIMIT ?3";

impl Store {
    /// The quarters of an hour of a purchase order with orders in them, the latest first.
    pub(crate) async fn quarters(
        &self,
        purchase_order: &str,
    ) -> Result<Vec<QuarterRow>, StoreError> {
        self.all(OF_PURCHASE_ORDER, &[purchase_order.into(), QUARTERS_MAX.into()]).await
    }

    /// The same of the merchant's open purchase order of the month of `now`.
    pub(super) fn quarters_of_month_statement(
        &self,
        merchant: &str,
        now: i64,
    ) -> Result<Statement, StoreError> {
        self.statement(OF_MONTH, &[merchant.into(), now.into(), QUARTERS_MAX.into()])
    }
}

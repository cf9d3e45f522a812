//! The counters of a deployment, for its operator: sums that are kept, and rows that a partial index
//! holds only while they wait.

use serde::{Deserialize, Serialize};

use super::{Store, StoreError};

/// Rows that are counted of one kind, at most: more are a queue that does not move.
const COUNTED_MAX: i64 = 1000;

/// The counters. Counts of what waits end at 1,000.
#[derive(Deserialize, Serialize)]
pub(crate) struct Counters {
    /// Orders on purchase orders, ever.
    orders: i64,
    /// Trees that they order, less what credits took back.
    trees: i64,
    /// Orders whose claim waits for the confirmation of a webhook.
    unconfirmed_orders: i64,
    /// Orders that wait for the owner's review.
    held_orders: i64,
    /// Orders in a currency without a tree price.
    unpriced_orders: i64,
    /// Purchase orders whose month is over, and that are not closed.
    unclosed_purchase_orders: i64,
    /// Closed purchase orders without a digest, whose payer has not been asked to pay.
    unfinalized_purchase_orders: i64,
    /// Purchase orders that failed, and wait for the operator.
    set_aside_purchase_orders: i64,
    /// Purchase orders that are not paid, and whose next reminder has a date.
    unpaid_purchase_orders: i64,
    /// Payments without an outcome.
    pending_payments: i64,
    /// Refunds without an outcome.
    pending_refunds: i64,
    /// Mails to be sent.
    waiting_mails: i64,
    /// The time for which the last cron event was planned, in milliseconds since 1970.
    last_month_end_at: Option<i64>,
    /// The time when it ended; `null` while it runs, or if it was cut off.
    last_month_end_ended_at: Option<i64>,
    /// The fault that stopped it.
    last_month_end_fault: Option<String>,
}

const READ: &str = "
SELECT t.orders, t.trees,
    (SELECT count(*) FROM (SELECT 1 FROM orders WHERE waits_for = 'confirmation' LIMIT ?2))
        AS unconfirmed_orders,
    (SELECT count(*) FROM (SELECT 1 FROM orders WHERE waits_for = 'acceptance' LIMIT ?2))
        AS held_orders,
    (SELECT count(*) FROM (SELECT 1 FROM orders WHERE waits_for = 'price' LIMIT ?2))
        AS unpriced_orders,
    (SELECT count(*) FROM (SELECT 1 FROM purchase_orders
        WHERE state = 'open' AND ends_at <= ?1 LIMIT ?2)) AS unclosed_purchase_orders,
    (SELECT count(*) FROM (SELECT 1 FROM purchase_orders WHERE state = 'closed' LIMIT ?2))
        AS unfinalized_purchase_orders,
    (SELECT count(*) FROM (SELECT 1 FROM purchase_orders WHERE set_aside_at IS NOT NULL LIMIT ?2))
        AS set_aside_purchase_orders,
    (SELECT count(*) FROM (SELECT 1 FROM purchase_orders
        WHERE next_dunning_at IS NOT NULL LIMIT ?2)) AS unpaid_purchase_orders,
    (SELECT count(*) FROM (SELECT 1 FROM payments
        WHERE state IN ('pending', 'authentication needed') LIMIT ?2)) AS pending_payments,
    (SELECT count(*) FROM (SELECT 1 FROM refunds WHERE state = 'pending' LIMIT ?2))
        AS pending_refunds,
    (SELECT count(*) FROM (SELECT 1 FROM mails WHERE state = 'waiting' LIMIT ?2))
        + (SELECT count(*) FROM (SELECT 1 FROM account_mails WHERE state = 'waiting' LIMIT ?2))
        AS waiting_mails,
    r.scheduled_at AS last_month_end_at, r.ended_at AS last_month_end_ended_at,
    r.message AS last_month_end_fault
FROM public_totals t
LEFT JOIN month_end_runs r ON r.id = (SELECT max(id) FROM month_end_runs)
WHERE t.id = 1";

impl Store {
    /// The counters at `now`.
    pub(crate) async fn counters(&self, now: i64) -> Result<Counters, StoreError> {
        let counters = self.first(READ, &[now.into(), COUNTED_MAX.into()]).await?;
        counters.ok_or_else(|| StoreError::Failed("there is no row of public totals".into()))
    }
}

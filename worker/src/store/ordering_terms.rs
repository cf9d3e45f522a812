//! The columns of a merchant that its next orders follow, read along with a key, a shop or a review.

use serde::Deserialize;

use super::purchase_orders::Billing;
use super::write_guard::WriteGuard;
use crate::domain::ordering_pause::OrderingPause;

/// A merchant's month, pause and revision.
#[derive(Clone, Deserialize)]
pub(crate) struct OrderingTerms {
    pub(crate) time_zone: String,
    pub(crate) currency: String,
    /// The end of the merchant's latest purchase order, in milliseconds since 1970.
    latest_period_ends_at: Option<i64>,
    /// Since when no trees are ordered.
    paused_at: Option<i64>,
    /// The end of that pause, if it is one at the monthly budget.
    paused_until: Option<i64>,
    /// Counts the changes of all that a key and a shop may do.
    revision: i64,
}

/// The columns of [`OrderingTerms`], of the merchant `m`.
pub(super) const TERMS: &str = "m.time_zone, m.currency, m.revision,
    (SELECT max(ends_at) FROM purchase_orders WHERE merchant_id = m.id) AS latest_period_ends_at,
    coalesce(m.paused_at, m.budget_paused_at) AS paused_at,
    iif(m.paused_at IS NULL, m.budget_paused_until, NULL) AS paused_until";

impl OrderingTerms {
    /// The data that decides about the next purchase order.
    pub(crate) fn billing(&self) -> Billing<'_> {
        Billing {
            time_zone: &self.time_zone,
            currency: &self.currency,
            latest_period_ends_at: self.latest_period_ends_at,
        }
    }

    /// The span of time in which no trees are ordered.
    pub(crate) fn pause(&self) -> Option<OrderingPause> {
        OrderingPause::of(self.paused_at, self.paused_until)
    }

    /// The guard of writes by the key, shop or merchant with this id.
    pub(crate) fn guard<'a>(&self, id: &'a str) -> WriteGuard<'a> {
        WriteGuard { id, revision: self.revision }
    }
}

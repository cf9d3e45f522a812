//! The purchase order that is opened with the first order of its month.

use order_events::Timestamp;

use crate::crypto::link::PayLink;
use crate::crypto::new_id;
use crate::domain::period::Period;
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::store::purchase_orders::{Billing, MonthRow, NewPurchaseOrder};

/// A purchase order for the case that none is open.
pub(crate) struct NextPurchaseOrder<'a> {
    id: String,
    month: Period,
    own: Period,
    next: Period,
    currency: &'a str,
    link: PayLink,
}

impl<'a> NextPurchaseOrder<'a> {
    /// For what was sold at this instant: of its own month, or, where that is closed, of the month
    /// of now or the one after the merchant's latest purchase order.
    pub(crate) fn of(
        context: &RequestContext,
        billing: Billing<'a>,
        sold_at: Timestamp,
    ) -> Result<Self, Problem> {
        let (latest, zone) = (billing.latest_period_ends_at, billing.time_zone);
        let unknown = || Problem::internal("The merchant's time zone is not known");
        let month = Period::of(sold_at, zone).ok_or_else(unknown)?;
        // Behind the latest purchase order, there is nothing that could be closed.
        let latest_before = latest.filter(|latest| *latest <= sold_at.milliseconds());
        let own = Period::after(latest_before, sold_at, zone).ok_or_else(unknown)?;
        let next = Period::after(latest, context.now, zone).ok_or_else(unknown)?;
        let id = new_id("po")?;
        let link = PayLink::create(context.usable_keys(), &id)?;
        Ok(Self { id, month, own, next, currency: billing.currency, link })
    }

    /// As it is stored.
    pub(crate) fn row(&self) -> NewPurchaseOrder<'_> {
        NewPurchaseOrder {
            id: &self.id,
            month: &self.month.label,
            own: row(&self.own),
            next: row(&self.next),
            currency: self.currency,
            link_hash: &self.link.hash,
            link_encrypted: self.link.encrypted.as_deref(),
        }
    }
}

fn row(period: &Period) -> MonthRow<'_> {
    MonthRow {
        period: &period.label,
        starts_at: period.starts_at.milliseconds(),
        ends_at: period.ends_at.milliseconds(),
    }
}

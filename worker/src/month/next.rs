//! The purchase order that is opened with the first order of its month.

use super::period::Period;
use crate::auth::link::token;
use crate::auth::{hash, new_id};
use crate::context::RequestContext;
use crate::problem::Problem;
use crate::store::purchase_orders::{Billing, NewPurchaseOrder};

/// A purchase order for the case that none is open.
pub(crate) struct NextPurchaseOrder<'a> {
    id: String,
    period: Period,
    currency: &'a str,
    link_hash: String,
}

impl<'a> NextPurchaseOrder<'a> {
    /// For the month of now, or the one after the merchant's latest purchase order.
    pub(crate) fn of(context: &RequestContext, billing: Billing<'a>) -> Result<Self, Problem> {
        let period = Period::after(billing.latest_period_ends_at, context.now, billing.time_zone)
            .ok_or_else(|| Problem::internal("The merchant's time zone is not known"))?;
        let id = new_id("po")?;
        let link_hash = hash(&token(&context.settings.link_secret, &id));
        Ok(Self { id, period, currency: billing.currency, link_hash })
    }

    /// As it is stored.
    pub(crate) fn row(&self) -> NewPurchaseOrder<'_> {
        NewPurchaseOrder {
            id: &self.id,
            period: &self.period.label,
            starts_at: self.period.starts_at.milliseconds(),
            ends_at: self.period.ends_at.milliseconds(),
            currency: self.currency,
            link_hash: &self.link_hash,
        }
    }
}

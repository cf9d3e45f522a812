//! Month ends: closes purchase orders, charges cards and sends reminders.

mod charge;
pub(crate) mod close;
pub(crate) mod digests;
mod dunning;
pub(crate) mod dunning_schedule;
mod inline;
mod invocation_limits;
mod isolated;
mod messages;
pub(crate) mod month_end;
mod queue;
mod unpriced;

//! Terms and rules of the product that know neither the database nor HTTP.

pub(crate) mod campaign_pauses;
pub(crate) mod claim_limits;
pub(crate) mod consent;
pub(crate) mod days;
pub(crate) mod decline;
pub(crate) mod formatting;
pub(crate) mod local_time;
pub(crate) mod names;
pub(crate) mod ordering_pause;
pub(crate) mod origin;
pub(crate) mod payment_outcome;
pub(crate) mod period;
pub(crate) mod retry_schedule;
pub(crate) mod site;
pub(crate) mod states;

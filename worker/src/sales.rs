//! From a reported sale to its orders.

pub(crate) mod campaigns;
pub(crate) mod claim;
pub(crate) mod connections;
pub(crate) mod copies;
pub(crate) mod evaluate;
pub(crate) mod evaluation_budget;
pub(crate) mod import;
pub(crate) mod ingest;
pub(crate) mod monthly_cap;
pub(crate) mod next_purchase_order;
pub(crate) mod outcomes;
pub(crate) mod preview;
pub(crate) mod pull;
pub(crate) mod quarantine;
pub(crate) mod review;
pub(crate) mod shop_reports;
pub(crate) mod shops;
pub(crate) mod webhook_secret;

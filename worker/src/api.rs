//! The JSON API: one file or folder for each resource. No SQL.

pub(crate) mod buy_trees;
pub(crate) mod campaigns;
pub(crate) mod connections;
pub(crate) mod health;
pub(crate) mod keys;
pub(crate) mod openapi;
pub(crate) mod operator;
pub(crate) mod orders;
pub(crate) mod purchase_orders;
pub(crate) mod quarantine;
pub(crate) mod sales;
pub(crate) mod shops;
pub(crate) mod storefront;
pub(crate) mod totals;

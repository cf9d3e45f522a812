//! One file a resource; no SQL.

pub(crate) mod body;
pub(crate) mod buy_trees;
pub(crate) mod campaigns;
pub(crate) mod creation;
pub(crate) mod cross_origin;
pub(crate) mod docs;
pub(crate) mod health;
pub(crate) mod items;
pub(crate) mod keys;
pub(crate) mod mailbox;
pub(crate) mod operator;
pub(crate) mod order;
pub(crate) mod order_list;
pub(crate) mod orders;
pub(crate) mod pay;
pub(crate) mod payments;
pub(crate) mod purchase_orders;
pub(crate) mod quarantine;
#[cfg(test)]
pub(crate) mod responses;
pub(crate) mod sales;
pub(crate) mod search;
pub(crate) mod settings;
pub(crate) mod shop_webhook;
pub(crate) mod shops;
pub(crate) mod sign_in;
pub(crate) mod simulate;
pub(crate) mod storefront;
pub(crate) mod stripe_webhook;
pub(crate) mod table;
pub(crate) mod totals;
pub(crate) mod webhooks;

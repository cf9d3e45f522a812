//! One file a resource; no SQL.

pub(crate) mod body;
pub(crate) mod campaigns;
pub(crate) mod cross_origin;
pub(crate) mod orders;
pub(crate) mod pay;
pub(crate) mod purchase_orders;

//! The SQL of the operator's commands.

pub(crate) mod demo;
pub(crate) mod merchants;
pub(crate) mod operator_keys;
pub(crate) mod payments;
pub(crate) mod prices;
pub(crate) mod schema;
pub(crate) mod security_events;
pub(crate) mod set_aside;
mod statement;

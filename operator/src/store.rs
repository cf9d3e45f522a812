//! The SQL of the operator's commands.

pub(crate) mod demo;
pub(crate) mod merchants;
pub(crate) mod payments;
pub(crate) mod prices;
pub(crate) mod schema;
mod statement;

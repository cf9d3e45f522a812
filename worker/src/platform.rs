//! The base of every room: the request's context, errors and time limits.

pub(crate) mod address;
pub(crate) mod config;
pub(crate) mod context;
pub(crate) mod log;
pub(crate) mod network;
pub(crate) mod outgoing;
pub(crate) mod problem;
pub(crate) mod timeout;

//! Between the Workers runtime and the handlers: routes, bodies, idempotency, lists.

pub(crate) mod body;
pub(crate) mod cross_origin;
pub(crate) mod csv;
mod delivery;
mod edge_cache;
pub(crate) mod headers;
pub(crate) mod idempotency;
#[cfg(test)]
mod limits_page;
pub(crate) mod pagination;
pub(crate) mod request_body;
#[cfg(test)]
pub(crate) mod responses;
pub(crate) mod router;
pub(crate) mod runtime;

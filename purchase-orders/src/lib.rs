//! A closed purchase order as its digest covers it: the head, the lines, and every order.
//!
//! This crate is compiled into the Worker, which computes the digest at the close, and into the
//! page that recomputes it. It knows no I/O and no clock.

pub mod digest;
pub mod records;
pub mod recount;

pub use digest::Digest;
pub use records::{Head, Item, Line, number};
pub use recount::Recount;

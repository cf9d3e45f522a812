//! The contract between shops, storefront plugin and Worker: the sale, the conditions that turn it
//! into tree orders, and the one function that evaluates them.
//!
//! This crate is compiled into the plugin and into the Worker. It knows no I/O, no clock and no
//! randomness, so both get the same result from the same input.

/// Unit tests share the random sales of the other tests.
#[cfg(test)]
extern crate self as order_events;

pub mod campaign;
pub mod check;
pub mod currency;
pub mod describe;
pub mod explain;
pub mod limits;
pub mod merge;
pub mod money;
pub mod order_event;
pub mod qualify;
pub mod reason;
pub mod sale;
#[cfg(feature = "schema")]
mod schema;
pub mod storefront;
mod text;
pub mod timestamp;

pub use campaign::{Campaign, Condition, Conditions, ItemMatch, TreeRule};
pub use check::CheckError;
pub use currency::Currency;
pub use describe::Names;
pub use explain::{Explanation, explain, explain_all};
pub use merge::{PaymentNote, Proof, Refund, RefundLine, SaleFacts, Snapshot};
pub use money::Money;
pub use order_event::OrderEvent;
pub use qualify::{Order, count_trees, qualify};
pub use reason::Reason;
pub use sale::{Line, Platform, Sale, SaleStatus};
pub use storefront::StorefrontCampaign;
pub use timestamp::Timestamp;

/// The code of the README, run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

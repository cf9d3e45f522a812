//! What each shop platform sends, turned into the canonical [`order_events::Sale`].
//!
//! One module a platform, one module a fact: its payload as types that hold only what a sale needs
//! (personal data has no field, so it is dropped while reading), and `sale`, which converts it.
//! This crate knows no I/O, no clock and no JSON parser: payloads implement `Deserialize`, and the
//! caller brings the reader. The storefront plugin reads them from values of JavaScript.

mod answer;
pub mod bigcommerce;
mod check;
mod decimal;
mod error;
mod field;
mod found;
pub mod ga4;
mod id;
pub mod magento;
mod number;
mod placed;
pub mod shopify;
#[cfg(feature = "signatures")]
mod signature;
pub mod squarespace;
#[cfg(feature = "json")]
pub mod webhook;
pub mod wix;
pub mod woocommerce;

pub use answer::Answer;
pub use decimal::Decimal;
pub use error::{AdapterError, Problem};
pub use field::Field;
pub use found::Found;
pub use id::Id;

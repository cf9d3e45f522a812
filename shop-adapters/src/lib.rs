//! What each shop platform sends, turned into the canonical [`order_events::Sale`].
//!
//! One module a platform, one module a fact: its payload as types that hold only what a sale needs
//! (personal data has no field, so it is dropped while reading), and `sale`, which converts it.
//! This crate knows no I/O and no clock. Payloads implement `Deserialize`, and ask for nothing but
//! texts, lists and objects, so that their reader decides what an odd shape says: with the feature
//! `json` that is [`json`](mod@json); the storefront plugin reads them from values of JavaScript.

pub mod bigcommerce;
mod browser_sale;
mod decimal;
mod error;
mod field;
pub mod ga4;
mod instant;
mod items;
#[cfg(feature = "json")]
pub mod json;
pub mod magento;
mod opt_in;
pub mod shopify;
#[cfg(feature = "signatures")]
mod signature;
pub mod squarespace;
mod storefront_payload;
mod text;
#[cfg(feature = "json")]
pub mod webhook;
pub mod wix;
pub mod woocommerce;

pub use error::{AdapterError, Problem};
pub use field::Field;
pub use storefront_payload::Found;

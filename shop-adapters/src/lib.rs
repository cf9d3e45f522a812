//! Adapters from each shop platform's payloads to the canonical [`order_events::Sale`].
//!
//! There is one module per platform and one per kind of payload. Each has types that hold only the
//! fields of a sale, so personal data is dropped while reading, and `sale`, which converts them.
//! This crate knows no I/O and no clock. Payloads implement `Deserialize` and ask only for texts,
//! lists and objects; their reader interprets odd shapes. With the feature `json` the reader is
//! [`json`](mod@json). The storefront plugin reads them from JavaScript values.

pub mod bigcommerce;
mod browser_sale;
mod decimal;
mod error;
mod field;
pub mod ga4;
#[cfg(feature = "import")]
pub mod import;
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

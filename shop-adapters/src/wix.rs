//! Wix Stores.

pub mod purchase;

pub use purchase::Purchase;

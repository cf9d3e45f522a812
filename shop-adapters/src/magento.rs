//! Magento Open Source and Adobe Commerce.

pub mod purchase;

pub use purchase::Purchase;

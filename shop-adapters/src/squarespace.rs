//! Squarespace.

pub mod order;

pub use order::Order;

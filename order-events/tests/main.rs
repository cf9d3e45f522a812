//! The tests of the contract, one module per subject.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking; clippy.toml excuses functions with #[test] only"
)]
#![allow(
    clippy::needless_pass_by_value,
    reason = "helpers take the JSON that json! has just made, which reads better by value"
)]

mod arbitrary;
mod check;
mod describe;
mod explain;
mod merge;
mod money;
mod qualify;
mod readme;
mod round_trips;
mod schema;
mod storefront;
mod support;
mod timestamp;

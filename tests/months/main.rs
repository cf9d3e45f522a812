//! The end of months under every fault: killed, interleaved, refused, lost. `npm run months` runs all
//! of it; `npm test` a part.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "in a test, a panic is the message"
)]

mod firings;
mod kills;
mod provider_faults;
mod store_faults;
mod world;
mod year;

/// Whether everything is to be tried, or so much as fits into `npm test`.
fn is_full() -> bool {
    std::env::var("MONTHS").is_ok_and(|length| length == "full")
}

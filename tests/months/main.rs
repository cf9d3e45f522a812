//! Tests the end of months under every fault: kills, overlaps, rejections, lost calls. `npm run
//! months` runs all of them; `npm test` runs a part.

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

/// Returns true if every case runs; `npm test` runs only a part.
fn is_full() -> bool {
    std::env::var("MONTHS").is_ok_and(|length| length == "full")
}

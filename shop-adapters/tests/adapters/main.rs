//! Tests every adapter with real payloads of its platform and with any other input.

#![allow(clippy::arithmetic_side_effects, reason = "a test that overflows may panic")]

#[cfg(test)]
mod bigcommerce;
#[cfg(test)]
mod browser_values;
#[cfg(test)]
mod details;
#[cfg(test)]
mod ga4;
#[cfg(test)]
mod import;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod magento;
#[cfg(test)]
mod shopify_checkout_completed;
#[cfg(test)]
mod shopify_edits;
#[cfg(test)]
mod shopify_order;
#[cfg(test)]
mod shopify_refund;
#[cfg(test)]
mod squarespace;
#[cfg(test)]
mod support;
#[cfg(test)]
mod units;
#[cfg(test)]
mod waiting;
#[cfg(test)]
mod wix;
#[cfg(test)]
mod woocommerce;
#[cfg(test)]
mod woocommerce_island;

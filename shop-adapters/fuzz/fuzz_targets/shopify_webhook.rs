//! Reads any bytes as the body of a Shopify webhook.

#![no_main]

use libfuzzer_sys::fuzz_target;
use shop_adapters::shopify::webhook;
use shop_adapters_fuzz::{delivery_or_error, received_at};

fuzz_target!(|bytes: &[u8]| delivery_or_error(webhook::read(bytes, received_at())));

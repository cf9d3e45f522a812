//! Reads any bytes as a web pixel event of Shopify.

#![no_main]

use libfuzzer_sys::fuzz_target;
use shop_adapters::shopify;
use shop_adapters_fuzz::sale_or_error;

fuzz_target!(|bytes: &[u8]| sale_or_error(bytes, shopify::checkout_completed::sale));

//! Reads any bytes as a data island of our `WordPress` plugin.

#![no_main]

use libfuzzer_sys::fuzz_target;
use shop_adapters::woocommerce;
use shop_adapters_fuzz::sale_or_error;

fuzz_target!(|bytes: &[u8]| sale_or_error(bytes, woocommerce::island::sale));

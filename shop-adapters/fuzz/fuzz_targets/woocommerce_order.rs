//! Reads any bytes as an order of `WooCommerce`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use shop_adapters::woocommerce;
use shop_adapters_fuzz::sale_or_error;

fuzz_target!(|bytes: &[u8]| sale_or_error(bytes, woocommerce::order::sale));

//! Reads any bytes as an order of `BigCommerce`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use shop_adapters::bigcommerce;
use shop_adapters_fuzz::{received_at, sale_or_error};

fuzz_target!(|bytes: &[u8]| sale_or_error(bytes, |payload| bigcommerce::order::sale(
    payload,
    received_at()
)));

//! Reads any bytes as an order of Squarespace.

#![no_main]

use libfuzzer_sys::fuzz_target;
use shop_adapters::squarespace;
use shop_adapters_fuzz::{received_at, sale_or_error};

fuzz_target!(|bytes: &[u8]| sale_or_error(bytes, |payload| squarespace::order::sale(
    payload,
    received_at()
)));

//! Reads any bytes as an entry of a data layer.

#![no_main]

use libfuzzer_sys::fuzz_target;
use shop_adapters::ga4;
use shop_adapters_fuzz::{received_at, sale_or_error};

fuzz_target!(|bytes: &[u8]| sale_or_error(bytes, |payload| ga4::purchase::sale(
    payload,
    received_at()
)));

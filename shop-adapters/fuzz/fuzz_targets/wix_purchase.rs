//! Reads any bytes as a purchase of Wix.

#![no_main]

use libfuzzer_sys::fuzz_target;
use shop_adapters::wix;
use shop_adapters_fuzz::{received_at, sale_or_error};

fuzz_target!(|bytes: &[u8]| sale_or_error(bytes, |payload| wix::purchase::sale(
    payload,
    received_at()
)));

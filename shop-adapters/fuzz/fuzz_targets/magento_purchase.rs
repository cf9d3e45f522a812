//! Reads any bytes as the tracking data of Magento.

#![no_main]

use libfuzzer_sys::fuzz_target;
use shop_adapters::magento;
use shop_adapters_fuzz::{received_at, sale_or_error};

fuzz_target!(|bytes: &[u8]| sale_or_error(bytes, |payload| magento::purchase::sale(
    payload,
    received_at()
)));

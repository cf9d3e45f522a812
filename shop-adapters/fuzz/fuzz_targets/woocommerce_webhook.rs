//! Reads any bytes as the body of a `WooCommerce` webhook.

#![no_main]

use libfuzzer_sys::fuzz_target;
use shop_adapters::woocommerce::webhook;
use shop_adapters_fuzz::{delivery_or_error, received_at};

fuzz_target!(|bytes: &[u8]| {
    for topic in [None, Some("order.restored"), Some("product.updated")] {
        delivery_or_error(webhook::read(bytes, topic, received_at()));
    }
});

//! Reads any bytes as a refund of Shopify: as the part of a sale, and as a separate fact.

#![no_main]

use libfuzzer_sys::fuzz_target;
use order_events::SaleFacts;
use shop_adapters::json;
use shop_adapters::shopify::refund;
use shop_adapters_fuzz::sale_or_error;

fuzz_target!(|bytes: &[u8]| {
    sale_or_error(bytes, refund::sale);
    let Ok(payload) = json::read(bytes) else { return };
    match refund::fact(payload) {
        Ok(fact) => {
            assert!(!fact.order_id.is_empty());
            assert_eq!(SaleFacts::from_refund(fact.refund_id, fact.refund).check(), Ok(()));
        }
        Err(error) => assert!(!error.to_string().contains('\n')),
    }
});

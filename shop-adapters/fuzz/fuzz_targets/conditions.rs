//! Evaluates any sale under any campaigns: `{"sale": …, "campaigns": […]}`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use order_events::{Campaign, Sale, limits, qualify};
use serde::Deserialize;

#[derive(Deserialize)]
struct Input {
    sale: Sale,
    campaigns: Vec<Campaign>,
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(Input { sale, campaigns }) = serde_json::from_slice(bytes) else { return };
    let orders = qualify("shop_1", &sale, &campaigns);
    assert!(orders.iter().all(|order| order.trees <= limits::TREES_PER_ORDER));
    assert_eq!(orders, qualify("shop_1", &sale, &campaigns));
    for campaign in &campaigns {
        let alone = qualify("shop_1", &sale, std::slice::from_ref(campaign));
        let cap = campaign.conditions.cap_per_order.unwrap_or(limits::TREES_PER_ORDER);
        assert!(alone.iter().all(|order| order.trees <= cap && orders.contains(order)));
        assert!(!campaign.check().is_err_and(|error| error.to_string().contains('\n')));
    }
});

//! Sales for tests and benchmarks.

use serde_json::{Value, json};

/// A paid sale of 35.98 USD: two blue mugs, sold and received in November 2026.
#[must_use]
pub fn two_mugs(id: &str) -> Value {
    json!({
        "platform": "woocommerce",
        "id": id,
        "sold_at": "2026-11-22T08:51:49Z",
        "updated_at": "2026-11-22T08:52:53Z",
        "status": "paid",
        "test": false,
        "currency": "USD",
        "total": 4395,
        "items_total": 3598,
        "refunded": 0,
        "coupons": [],
        "opted_in": null,
        "lines": [{
            "product": "11", "variant": null, "sku": "MUG-BLUE", "title": "Blue mug",
            "quantity": 2, "refunded": 0, "total": 3598, "collections": []
        }]
    })
}

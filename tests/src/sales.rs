//! Sales for tests and benchmarks.

use std::time::{SystemTime, UNIX_EPOCH};

use order_events::Timestamp;
use serde_json::{Value, json};

/// Returns a paid sale of 35.98 USD: two blue mugs, sold and received in November 2026.
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

/// The same sale, sold and last changed now: a claim that comes later than a week is held for
/// review.
#[must_use]
pub fn sold_now(mut sale: Value) -> Value {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now = i64::try_from(since.as_millis()).ok().and_then(Timestamp::from_milliseconds);
    let now = now.map(Timestamp::to_rfc3339).unwrap_or_default();
    for field in ["sold_at", "updated_at"] {
        if let Some(at) = sale.get_mut(field) {
            *at = json!(now);
        }
    }
    sale
}

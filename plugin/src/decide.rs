//! From what the page found to the order event: read, qualify, write.

use js_sys::Object;
#[cfg(feature = "sale")]
use order_events::Sale;
use order_events::StorefrontCampaign;
use shop_adapters::Found;
use wasm_bindgen::{JsValue, throw_str};

use crate::{event, js_value};

/// The order event; `None` when no campaign qualifies. Throws what is malformed.
pub(crate) fn order_event(
    found: &JsValue,
    key: &str,
    shop: &str,
    campaigns: &JsValue,
) -> Option<Object> {
    let found: Found = js_value::read(found);
    // To say which field is wrong, every adapter would have to carry its paths: 5 KB of the module.
    let Ok(sale) = found.into_sale() else {
        throw_str("it needs an id, the time it was sold, a status, a currency and amounts")
    };
    let campaigns: Vec<StorefrontCampaign> = js_value::read(campaigns);
    for campaign in &campaigns {
        if campaign.count_trees(shop, &sale) > 0 {
            return Some(event::of(key, &sale));
        }
    }
    None
}

/// The trees of a sale under each campaign, as `[id, trees]`. Throws what is malformed.
#[cfg(feature = "sale")]
pub(crate) fn count_trees(sale: &JsValue, shop: &str, campaigns: &JsValue) -> js_sys::Array {
    let sale: Sale = js_value::read(sale);
    let campaigns: Vec<StorefrontCampaign> = js_value::read(campaigns);
    let counts = js_sys::Array::new();
    for campaign in &campaigns {
        let trees = campaign.count_trees(shop, &sale);
        if trees > 0 {
            let id = JsValue::from_str(&campaign.id);
            counts.push(&js_sys::Array::of2(&id, &JsValue::from(trees)));
        }
    }
    counts
}

//! Turns the sale on a page into an order event: reads it, evaluates the campaigns, writes the
//! event.

use js_sys::Object;
#[cfg(feature = "sale")]
use order_events::Sale;
use order_events::StorefrontCampaign;
use shop_adapters::Found;
use wasm_bindgen::{JsValue, throw_str};

use crate::{event, js_value};

/// Returns the order event; `None` if no campaign qualifies. Throws if a value is malformed.
pub(crate) fn order_event(
    found: &JsValue,
    key: &str,
    shop: &str,
    campaigns: &JsValue,
) -> Option<Object> {
    let found: Found = js_value::read(found);
    // Naming the wrong field would need its path in every adapter: 5 KB of the module.
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

/// Returns the trees of a sale as `[id, trees]`, for each campaign that orders any. Throws if a
/// value is malformed.
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

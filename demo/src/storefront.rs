//! Storefront pages that a buyer sees after paying, filled with real payloads.

use order_events::Timestamp;
use serde_json::{Value as Json, json};

use crate::Storefront;
use crate::template::{Value, fill, page};

const SHOPIFY_EVENT: &str =
    include_str!("../../shop-adapters/tests/samples/shopify-checkout-completed.json");
const WOOCOMMERCE_DELIVERY: &str =
    include_str!("../../shop-adapters/tests/samples/woocommerce-order-created.http");
const CUSTOM_PIXEL: &str = include_str!("../../shop-adapters/install/shopify-custom-pixel.js");

const SHOPIFY_THANK_YOU: &str = include_str!("../pages/shopify_thank_you.html");
const SHOPIFY_PIXEL: &str = include_str!("../pages/shopify_pixel.html");
const ORDER_RECEIVED: &str = include_str!("../pages/order_received.html");

/// Writes Shopify's thank-you page, with the sandboxed frame that custom pixels run in.
#[must_use]
pub fn shopify_thank_you(order: u64) -> String {
    let content = fill(SHOPIFY_THANK_YOU, &[("order", Value::Text(&order.to_string()))]);
    page("Thank you for your order", "", &content)
}

/// Writes the document in that frame: Shopify's interface to pixels, and the code that a shop owner
/// pastes. The order is placed at `now`.
///
/// # Errors
/// If the sample of Shopify's event is no JSON.
pub fn shopify_pixel(
    storefront: &Storefront,
    order: u64,
    now: Timestamp,
) -> Result<String, serde_json::Error> {
    let mut event: Json = serde_json::from_str(SHOPIFY_EVENT)?;
    if let Some(id) = event.pointer_mut("/data/checkout/order/id") {
        *id = json!(format!("gid://shopify/OrderIdentity/{order}"));
    }
    // The order gets a new date, because the sample is years old and campaigns count only sales
    // from now on.
    if let Some(timestamp) = event.get_mut("timestamp") {
        *timestamp = json!(now.to_rfc3339());
    }
    let pixel = CUSTOM_PIXEL
        .replace("WORKER_ADDRESS", &storefront.worker)
        .replace("PUBLISHABLE_KEY", &storefront.shopify.publishable_key);
    let event = inside_script(&event);
    Ok(fill(SHOPIFY_PIXEL, &[("event", Value::Html(&event)), ("pixel", Value::Html(&pixel))]))
}

/// Writes WooCommerce's order-received page, with the data island that the WordPress plugin prints.
/// `sku` replaces the sample's. The order is placed at `now`.
///
/// # Errors
/// If the sample of WooCommerce's order is no JSON.
pub fn order_received(
    storefront: &Storefront,
    order: u64,
    sku: Option<&str>,
    now: Timestamp,
) -> Result<String, serde_json::Error> {
    let body =
        WOOCOMMERCE_DELIVERY.split_once("\n\n").or(WOOCOMMERCE_DELIVERY.split_once("\r\n\r\n"));
    let sample: Json = serde_json::from_str(body.map_or("", |(_, body)| body))?;
    let text = |pointer: &str| sample.pointer(pointer).and_then(Json::as_str).unwrap_or_default();
    let island = inside_script(&island(&sample, order, sku, now));
    let content = fill(
        ORDER_RECEIVED,
        &[
            ("worker", Value::Text(&storefront.worker)),
            ("key", Value::Text(&storefront.woocommerce.publishable_key)),
            ("order", Value::Text(&order.to_string())),
            ("island", Value::Html(&island)),
            ("title", Value::Text(text("/line_items/0/name"))),
            ("total", Value::Text(&format!("{} {}", text("/total"), text("/currency")))),
        ],
    );
    let classes = "woocommerce-checkout woocommerce-page woocommerce-order-received";
    Ok(page("Order received", classes, &content))
}

/// Returns the island of an order, with the fields that WooCommerce's own getters return.
fn island(sample: &Json, order: u64, sku: Option<&str>, now: Timestamp) -> Json {
    let field = |name: &str| sample.get(name).cloned().unwrap_or_default();
    let lines = sample.get("line_items").and_then(Json::as_array);
    let lines: Vec<Json> = lines
        .into_iter()
        .flatten()
        .map(|line| {
            let field = |name: &str| line.get(name).cloned().unwrap_or_default();
            json!({
                "product": field("product_id"),
                "variant": null,
                "sku": sku.map_or_else(|| field("sku"), |sku| json!(sku)),
                "title": field("name"),
                "quantity": field("quantity"),
                "refunded": 0,
                "total": if sku.is_some() { json!("9.98") } else { field("total") },
                "collections": []
            })
        })
        .collect();
    json!({
        "id": order,
        "sold_at": now.to_rfc3339(),
        "updated_at": now.to_rfc3339(),
        "status": field("status"),
        "paid": true,
        "currency": field("currency"),
        "total": field("total"),
        "refunded": "0.00",
        "coupons": [],
        "opted_in": null,
        "lines": lines
    })
}

/// Returns JSON that stays data between the tags of a script, even if a name contains a tag.
fn inside_script(value: &Json) -> String {
    value.to_string().replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Shop;

    fn storefront() -> Storefront {
        let shop = |key: &str| Shop { id: key.to_owned(), publishable_key: key.to_owned() };
        Storefront {
            worker: "http://localhost:8787".to_owned(),
            shopify: shop("pig_pk_live_1"),
            woocommerce: shop("pig_pk_live_2"),
        }
    }

    fn now() -> Timestamp {
        "2026-11-27T08:00:00Z".parse().unwrap()
    }

    #[test]
    fn what_is_sold_is_sold_now() {
        let pixel = shopify_pixel(&storefront(), 7, now()).unwrap();
        assert!(pixel.contains("\"timestamp\":\"2026-11-27T08:00:00Z\""), "{pixel}");
        let received = order_received(&storefront(), 8, None, now()).unwrap();
        assert!(received.contains("\"sold_at\":\"2026-11-27T08:00:00Z\""), "{received}");
    }

    #[test]
    fn each_page_carries_its_order_and_the_key_of_its_shop() {
        let pixel = shopify_pixel(&storefront(), 7, now()).unwrap();
        assert!(pixel.contains("gid://shopify/OrderIdentity/7\""), "{pixel}");
        assert!(pixel.contains("pig_pk_live_1") && pixel.contains("http://localhost:8787"));
        assert!(shopify_thank_you(7).contains("src=\"/shopify/pixel?order=7\""));
        let received = order_received(&storefront(), 8, None, now()).unwrap();
        assert!(received.contains("\"id\":8") && received.contains("pig_pk_live_2"), "{received}");
        assert!(received.contains("MUG-BLUE"), "{received}");
    }

    #[test]
    fn a_sku_from_the_address_cannot_leave_the_island() {
        let sku = "</script><script>";
        let received = order_received(&storefront(), 8, Some(sku), now()).unwrap();
        assert!(!received.contains(sku) && received.contains("\\u003c/script>"), "{received}");
    }
}

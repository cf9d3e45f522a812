//! Storefront pages fed with real payloads: what a buyer sees after paying.

use askama::Template;
use serde_json::{Value, json};

use super::Shopfront;
use crate::{Failure, While};

const SHOPIFY_EVENT: &str =
    include_str!("../../../shop-adapters/tests/samples/shopify-checkout-completed.json");
const WOOCOMMERCE_DELIVERY: &str =
    include_str!("../../../shop-adapters/tests/samples/woocommerce-order-created.http");
const CUSTOM_PIXEL: &str = include_str!("../../../shop-adapters/install/shopify-custom-pixel.js");

/// The order id of the Shopify sample.
pub(super) const SHOPIFY_SAMPLE_ORDER: u64 = 5_396_439_498_987;
/// The order id of the WooCommerce sample.
pub(super) const WOOCOMMERCE_SAMPLE_ORDER: u64 = 16;

#[derive(Template)]
#[template(path = "shopify_thank_you.html")]
struct ShopifyThankYou {
    order: u64,
}

#[derive(Template)]
#[template(path = "shopify_pixel.html")]
struct ShopifyPixel<'a> {
    pixel: &'a str,
    event: &'a str,
}

#[derive(Template)]
#[template(path = "order_received.html")]
struct OrderReceived<'a> {
    worker: &'a str,
    key: &'a str,
    order: u64,
    island: &'a str,
    title: String,
    total: String,
}

/// Shopify's thank-you page, with the sandboxed frame that custom pixels run in.
pub(super) fn shopify_thank_you(_: &Shopfront, order: Option<u64>) -> Result<String, Failure> {
    let order = order.unwrap_or(SHOPIFY_SAMPLE_ORDER);
    ShopifyThankYou { order }.render().when("The thank-you page")
}

/// What is inside that frame: Shopify's interface to pixels, and the code that a shop owner pastes.
pub(super) fn shopify_pixel(shopfront: &Shopfront, order: Option<u64>) -> Result<String, Failure> {
    let mut event: Value = serde_json::from_str(SHOPIFY_EVENT).when("The Shopify sample")?;
    if let Some(id) = event.pointer_mut("/data/checkout/order/id") {
        let order = order.unwrap_or(SHOPIFY_SAMPLE_ORDER);
        *id = json!(format!("gid://shopify/OrderIdentity/{order}"));
    }
    let key = shopfront.merchant.shops.first().map_or("", |shop| shop.publishable_key.as_str());
    let pixel =
        CUSTOM_PIXEL.replace("WORKER_ADDRESS", &shopfront.worker).replace("PUBLISHABLE_KEY", key);
    let event = inside_script(&event);
    ShopifyPixel { pixel: &pixel, event: &event }.render().when("The pixel's frame")
}

/// WooCommerce's order-received page, with the data island that the WordPress plugin prints.
pub(super) fn order_received(
    shopfront: &Shopfront,
    order: u64,
    sku: Option<&str>,
) -> Result<String, Failure> {
    let body =
        WOOCOMMERCE_DELIVERY.split_once("\n\n").or(WOOCOMMERCE_DELIVERY.split_once("\r\n\r\n"));
    let body = body.map_or("", |(_, body)| body);
    let sample: Value = serde_json::from_str(body).when("The WooCommerce sample")?;
    let key = shopfront.merchant.shops.get(1).map_or("", |shop| shop.publishable_key.as_str());
    let text = |pointer: &str| {
        sample.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    OrderReceived {
        worker: &shopfront.worker,
        key,
        order,
        island: &inside_script(&island(&sample, order, sku)),
        title: text("/line_items/0/name"),
        total: format!("{} {}", text("/total"), text("/currency")),
    }
    .render()
    .when("The order-received page")
}

/// The island of an order, with the fields that WooCommerce's own getters give.
fn island(sample: &Value, order: u64, sku: Option<&str>) -> Value {
    let field = |name: &str| sample.get(name).cloned().unwrap_or_default();
    let instant = |name: &str| format!("{}Z", field(name).as_str().unwrap_or_default());
    let lines = sample.get("line_items").and_then(Value::as_array);
    let lines: Vec<Value> = lines
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
        "sold_at": instant("date_created_gmt"),
        "updated_at": instant("date_modified_gmt"),
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

/// JSON that stays data between the tags of a script, whatever names it holds.
fn inside_script(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c")
}

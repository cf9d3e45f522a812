//! The event `Purchase` of Wix's analytics, on the thank-you page of Wix Stores.
//!
//! Prices are before discounts, and tax and shipping are not reported. The items cost at most
//! `revenue`, which the buyer was charged. If `revenue` is missing, the cost of the items is the
//! total. A price in another currency than the purchase's is unknown. Source: dev.wix.com, site
//! events, Wix Stores.

use order_events::{Currency, Platform, Sale, Timestamp};
use serde::Deserialize;

use crate::browser_sale::claimed;
use crate::decimal::{self, Quantity};
use crate::items::{Item, Items};
use crate::{AdapterError, Field, text};

/// The parameters of the event. Its `id` is not the order's.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Purchase {
    order_id: String,
    revenue: String,
    currency: String,
    coupon: String,
    contents: Vec<Content>,
}

#[derive(Clone, Debug, Deserialize)]
struct Content {
    id: String,
    sku: String,
    name: String,
    category: String,
    price: String,
    currency: String,
    quantity: String,
}

/// Returns the sale that the event reports. The event carries no time: `received_at` is when we
/// received it.
///
/// # Errors
/// Names the field that is missing or malformed.
pub fn sale(purchase: Purchase, received_at: Timestamp) -> Result<Sale, AdapterError> {
    let codes = purchase.contents.iter().map(|content| content.currency.as_str());
    let codes = std::iter::once(purchase.currency.as_str()).chain(codes);
    let currency = text::first_known(codes.filter_map(text::currency)).unwrap_or(Currency::UNKNOWN);
    let id = Field::at("orderId").id(&purchase.order_id)?;
    let mut items = Items::new();
    for content in purchase.contents {
        add(content, &mut items, currency);
    }
    let cost = items.cost().filter(|cost| *cost > 0);
    let total = Field::at("revenue").amount_or(cost, &purchase.revenue, currency)?;
    let sale = Sale {
        total,
        items_total: cost.map_or(total, |_| items.cost_within(total)),
        coupons: text::names(vec![purchase.coupon]),
        ..claimed(Platform::Wix, id, received_at, currency)
    };
    Ok(items.into_sale(sale))
}

fn add(content: Content, items: &mut Items, currency: Currency) {
    let price = decimal::amount_in(&content.price, &content.currency, currency);
    items.add(Item {
        product: &content.id,
        sku: &content.sku,
        title: &text::known(&content.name).unwrap_or_default(),
        quantity: &content.quantity,
        total: price.and_then(|price| Quantity::read(&content.quantity).times(price)),
        collections: vec![content.category],
        ..Item::default()
    });
}

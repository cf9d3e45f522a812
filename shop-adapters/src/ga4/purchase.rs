//! The `purchase` of a data layer: `{event, ecommerce}` of Tag Manager, or the arguments `("event",
//! "purchase", parameters)` of `gtag`, as an array or array-like object.
//!
//! A shop's theme writes these values by hand, so its amounts are only estimates. By Google's
//! definition `value` excludes tax and shipping, but many shops send the grand total. So the sale's
//! `total` is the larger of two: `value`, and items plus tax plus shipping. The items cost at most
//! `value`. If the price of an item is missing, the items cost `value`.
//!
//! Many themes still push the enhanced e-commerce of Universal Analytics, which is read too:
//! `ecommerce.purchase` with an `actionField` and `products`. Source: Google's reference of the GA4
//! events.

use order_events::{Currency, Platform, Sale, Timestamp};
use serde::Deserialize;

use super::item::{self, DataLayerItem};
use crate::browser_sale::claimed;
use crate::items::Items;
use crate::{AdapterError, Field, Problem, decimal, text};

/// One entry of the data layer. The first fields are in the order of the arguments of `gtag`.
#[derive(Clone, Debug, Deserialize)]
pub struct Purchase {
    #[serde(rename = "0")]
    command: String,
    #[serde(rename = "1")]
    name: String,
    #[serde(rename = "2")]
    parameters: Option<Ecommerce>,
    event: String,
    ecommerce: Option<Ecommerce>,
}

#[derive(Clone, Debug, Deserialize)]
struct Ecommerce {
    transaction_id: String,
    value: String,
    tax: String,
    shipping: String,
    currency: String,
    coupon: String,
    items: Vec<DataLayerItem>,
    purchase: Option<Legacy>,
    #[serde(rename = "currencyCode")]
    currency_code: String,
}

/// The purchase in the names of Universal Analytics.
#[derive(Clone, Debug, Deserialize)]
struct Legacy {
    #[serde(rename = "actionField")]
    action_field: ActionField,
    products: Vec<DataLayerItem>,
}

#[derive(Clone, Debug, Deserialize)]
struct ActionField {
    id: String,
    revenue: String,
    tax: String,
    shipping: String,
    coupon: String,
}

/// Returns the sale that the entry reports. The entry carries no time: `received_at` is when we
/// received it.
///
/// # Errors
/// [`Problem::NotAPurchase`] for any other entry of the data layer; otherwise names the field that
/// is missing or malformed.
pub fn sale(entry: Purchase, received_at: Timestamp) -> Result<Sale, AdapterError> {
    let mut order = parameters(entry)?;
    let mut id = Field::at("transaction_id");
    // A theme may push an empty one beside a purchase in the names of GA4.
    let is_told = |legacy: &Legacy| text::id(&legacy.action_field.id).is_some();
    let legacy = order.purchase.take();
    let legacy = legacy.filter(|legacy| is_told(legacy) || order.transaction_id.is_empty());
    let is_legacy = legacy.is_some();
    if let Some(Legacy { action_field, products }) = legacy {
        id = Field::at("ecommerce.purchase.actionField.id");
        order.transaction_id = action_field.id;
        order.value = action_field.revenue;
        order.tax = action_field.tax;
        order.shipping = action_field.shipping;
        order.coupon = action_field.coupon;
        order.items = products;
    }
    let currency = currency(&order).unwrap_or(Currency::UNKNOWN);
    let amount = |text: &str| decimal::amount(text, currency).filter(|amount| *amount >= 0);

    let mut coupons: Vec<String> = Vec::new();
    let mut items = Items::new();
    add_coupon(&mut coupons, &order.coupon);
    for each in order.items {
        add_coupon(&mut coupons, &each.coupon);
        item::add(each, &mut items, currency);
    }
    let value = amount(&order.value);
    let tax = amount(&order.tax).unwrap_or(0);
    let tax_and_shipping = tax.saturating_add(amount(&order.shipping).unwrap_or(0));
    let items_total = match (value, items.cost()) {
        (Some(value), Some(cost)) if cost != 0 => items.cost_within(value),
        // The revenue of Universal Analytics contains tax and shipping.
        (Some(value), _) if is_legacy => value.saturating_sub(tax_and_shipping),
        (Some(value), _) => value,
        (None, _) => items.known_cost(),
    };
    let with_tax_and_shipping = items_total.saturating_add(tax_and_shipping);
    let id = id.id(&order.transaction_id)?;
    let sale = Sale {
        total: value.unwrap_or(0).max(with_tax_and_shipping),
        items_total,
        coupons,
        ..claimed(Platform::Ga4, id, received_at, currency)
    };
    Ok(items.into_sale(sale))
}

/// Returns the currency of the purchase, or of the first item that has one.
fn currency(order: &Ecommerce) -> Option<Currency> {
    let mut currency = text::currency(&order.currency);
    currency = currency.or_else(|| text::currency(&order.currency_code));
    for item in &order.items {
        currency = currency.or_else(|| text::currency(&item.currency));
    }
    currency
}

fn add_coupon(coupons: &mut Vec<String>, code: &str) {
    if let Some(code) = text::known(code)
        && !coupons.contains(&code)
        && coupons.len() < order_events::limits::NAMES_PER_LIST
    {
        coupons.push(code);
    }
}

/// Returns the parameters of a purchase.
fn parameters(entry: Purchase) -> Result<Ecommerce, AdapterError> {
    let name = match entry.command.as_str() {
        "event" => entry.name,
        "" => entry.event,
        _ => return Err(Field::at("0").error(Problem::NotAPurchase)),
    };
    let parameters = entry.parameters.or(entry.ecommerce);
    // In the older generation the name of the event was the shop's own.
    if name != "purchase"
        && parameters.as_ref().is_none_or(|parameters| parameters.purchase.is_none())
    {
        return Err(Field::at("event").error(Problem::NotAPurchase));
    }
    Field::at("ecommerce").required(parameters)
}

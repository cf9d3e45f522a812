//! The `purchase` of a data layer: `{event, ecommerce}` as Tag Manager takes it, or the arguments
//! `("event", "purchase", parameters)` of a call of `gtag`, as an array or as an array-like object.
//!
//! A shop's theme writes these by hand, so its amounts are hints. By Google's definition `value`
//! is without tax and shipping, while many shops send the grand total. So the sale's `total` is the
//! larger of `value` and items, tax and shipping together, and its items cost no more than `value`.
//! Source: Google's reference of the GA4 events.

use order_events::{Currency, Platform, Sale, Timestamp};
use serde::Deserialize;

use super::item::{self, DataLayerItem};
use super::legacy::{self, Legacy};
use crate::check::checked;
use crate::placed::placed;
use crate::{AdapterError, Decimal, Field, Id, Problem};

/// One entry of the data layer. The first fields stand in the order of the arguments of `gtag`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Purchase {
    #[serde(rename = "0")]
    command: Option<String>,
    #[serde(rename = "1")]
    name: Option<String>,
    #[serde(rename = "2")]
    parameters: Option<Ecommerce>,
    event: Option<String>,
    ecommerce: Option<Ecommerce>,
}

#[derive(Clone, Debug, Deserialize)]
struct Ecommerce {
    transaction_id: Option<Id>,
    value: Option<Decimal>,
    tax: Option<Decimal>,
    shipping: Option<Decimal>,
    currency: Option<String>,
    coupon: Option<Id>,
    items: Option<Vec<DataLayerItem>>,
    purchase: Option<Legacy>,
    #[serde(rename = "currencyCode")]
    currency_code: Option<String>,
}

/// What was bought, whatever generation of names it came in.
#[derive(Clone, Debug)]
pub(super) struct Order {
    pub(super) id: String,
    pub(super) currency: Currency,
    /// With or without tax and shipping: shops differ.
    pub(super) value: Option<i64>,
    pub(super) tax: i64,
    pub(super) shipping: i64,
    pub(super) coupon: Option<Id>,
    pub(super) items: Vec<DataLayerItem>,
}

/// The sale that the entry tells of. It carries no time: `received_at` is when we saw it.
///
/// # Errors
/// [`Problem::NotAPurchase`] for any other entry of the data layer; otherwise names the field that
/// is missing or malformed, or that breaks a limit of [`order_events::limits`].
pub fn sale(entry: Purchase, received_at: Timestamp) -> Result<Sale, AdapterError> {
    let order = order(entry)?;
    let mut coupons = Vec::new();
    let item_coupons = order.items.iter().filter_map(|item| item.coupon.clone());
    for coupon in order.coupon.into_iter().chain(item_coupons).filter_map(Id::into_known) {
        if !coupons.contains(&coupon) {
            coupons.push(coupon);
        }
    }
    let lines = Field::at("items")
        .lines(Some(order.items), |item, index| item::line(item, index, order.currency))?;
    let sum = Field::at("items[].price").sum(lines.iter().map(|line| Ok(line.total)))?;
    let items_total = order.value.map_or(sum, |value| value.min(sum));
    let with_tax_and_shipping =
        Field::at("value").sum([items_total, order.tax, order.shipping].into_iter().map(Ok))?;
    checked(Sale {
        total: order.value.map_or(with_tax_and_shipping, |value| value.max(with_tax_and_shipping)),
        items_total,
        coupons,
        lines,
        ..placed(Platform::Ga4, order.id, received_at, order.currency)
    })
}

fn order(entry: Purchase) -> Result<Order, AdapterError> {
    let name = match entry.command.as_deref() {
        Some("event") => entry.name,
        Some(_) => return Err(Field::at("0").error(Problem::NotAPurchase)),
        None => entry.event,
    };
    let parameters = entry.parameters.or(entry.ecommerce);
    // In the older generation the name of the event was the shop's own.
    if name.as_deref() != Some("purchase")
        && parameters.as_ref().is_none_or(|parameters| parameters.purchase.is_none())
    {
        return Err(Field::at("event").error(Problem::NotAPurchase));
    }
    let parameters = Field::at("ecommerce").required(parameters)?;
    if let Some(purchase) = parameters.purchase {
        return legacy::order(
            purchase,
            parameters.currency_code.or(parameters.currency).as_deref(),
        );
    }
    let currency = Field::at("currency").currency(parameters.currency.as_deref())?;
    let value = match &parameters.value {
        None => None,
        value => Some(Field::at("value").amount(value.as_ref(), currency)?),
    };
    Ok(Order {
        id: Field::at("transaction_id")
            .required(parameters.transaction_id.and_then(Id::into_known))?,
        currency,
        value,
        tax: Field::at("tax").amount_or_zero(parameters.tax.as_ref(), currency)?,
        shipping: Field::at("shipping").amount_or_zero(parameters.shipping.as_ref(), currency)?,
        coupon: parameters.coupon,
        items: parameters.items.unwrap_or_default(),
    })
}

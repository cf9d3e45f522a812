//! The enhanced e-commerce of Universal Analytics, which many themes still push:
//! `ecommerce.purchase` with an `actionField` and `products`. Amounts are mostly strings.

use serde::Deserialize;

use super::item::DataLayerItem;
use super::purchase::Order;
use crate::{AdapterError, Decimal, Field, Id};

/// What stands in `ecommerce.purchase`.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Legacy {
    #[serde(rename = "actionField")]
    action_field: Option<ActionField>,
    products: Option<Vec<DataLayerItem>>,
}

#[derive(Clone, Debug, Deserialize)]
struct ActionField {
    id: Option<Id>,
    revenue: Option<Decimal>,
    tax: Option<Decimal>,
    shipping: Option<Decimal>,
    coupon: Option<Id>,
}

/// The purchase in the terms of GA4.
pub(super) fn order(purchase: Legacy, currency: Option<&str>) -> Result<Order, AdapterError> {
    let action = Field::at("ecommerce.purchase.actionField").required(purchase.action_field)?;
    let currency = Field::at("ecommerce.currencyCode").currency(currency)?;
    let revenue = Field::at("ecommerce.purchase.actionField.revenue");
    let value = match &action.revenue {
        None => None,
        value => Some(revenue.amount(value.as_ref(), currency)?),
    };
    Ok(Order {
        id: Field::at("ecommerce.purchase.actionField.id")
            .required(action.id.and_then(Id::into_known))?,
        currency,
        value,
        tax: Field::at("ecommerce.purchase.actionField.tax")
            .amount_or_zero(action.tax.as_ref(), currency)?,
        shipping: Field::at("ecommerce.purchase.actionField.shipping")
            .amount_or_zero(action.shipping.as_ref(), currency)?,
        coupon: action.coupon,
        items: purchase.products.unwrap_or_default(),
    })
}

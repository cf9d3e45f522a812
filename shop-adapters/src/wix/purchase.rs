//! The event `Purchase` of Wix's analytics, on the thank-you page of Wix Stores.
//!
//! Prices are before discounts, and tax and shipping are not told: the items cost no more than
//! `revenue`, which is what the buyer was charged. Source: dev.wix.com, site events, Wix Stores.

use order_events::{Currency, Line, Platform, Sale, Timestamp};
use serde::Deserialize;

use crate::check::checked;
use crate::field::title;
use crate::placed::placed;
use crate::{AdapterError, Decimal, Field, Id, Problem};

/// The parameters of the event. Its `id` is not the order's.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Purchase {
    order_id: Option<Id>,
    revenue: Option<Decimal>,
    currency: Option<String>,
    coupon: Option<Id>,
    contents: Option<Vec<Content>>,
}

#[derive(Clone, Debug, Deserialize)]
struct Content {
    id: Option<Id>,
    sku: Option<Id>,
    name: Option<Id>,
    category: Option<Id>,
    price: Option<Decimal>,
    currency: Option<String>,
    quantity: Option<Decimal>,
}

/// The sale that the event tells of. It carries no time: `received_at` is when we saw it.
///
/// # Errors
/// Names the field that is missing, malformed or in another currency than the purchase, or that
/// breaks a limit of [`order_events::limits`].
pub fn sale(purchase: Purchase, received_at: Timestamp) -> Result<Sale, AdapterError> {
    let currency = Field::at("currency").currency(purchase.currency.as_deref())?;
    let lines = Field::at("contents")
        .lines(purchase.contents, |content, index| line(content, index, currency))?;
    let total = Field::at("revenue").amount(purchase.revenue.as_ref(), currency)?;
    let sum = Field::at("contents[].price").sum(lines.iter().map(|line| Ok(line.total)))?;
    let id = Field::at("orderId").required(purchase.order_id.and_then(Id::into_known))?;
    checked(Sale {
        total,
        items_total: sum.min(total),
        coupons: purchase.coupon.and_then(Id::into_known).into_iter().collect(),
        lines,
        ..placed(Platform::Wix, id, received_at, currency)
    })
}

fn line(content: Content, index: usize, currency: Currency) -> Result<Line, AdapterError> {
    let price = Field::within("contents[].price", index);
    if content.currency.is_some_and(|code| code != currency.code()) {
        return Err(price.error(Problem::OtherCurrency));
    }
    let quantity = Field::within("contents[].quantity", index).count(content.quantity.as_ref())?;
    Ok(Line {
        product: content.id.and_then(Id::into_known),
        variant: None,
        sku: content.sku.and_then(Id::into_known),
        title: title(content.name.and_then(Id::into_known)),
        quantity,
        refunded: 0,
        total: price.times(price.amount(content.price.as_ref(), currency)?, quantity)?,
        collections: content.category.and_then(Id::into_known).into_iter().collect(),
        bundled: false,
    })
}

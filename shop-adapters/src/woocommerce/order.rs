//! The order of `WooCommerce`'s REST API v3, which is also the body of its `order.*` webhooks.
//!
//! Dates ending in `_gmt` are UTC without a zone. Amounts are strings of as many decimals as the
//! shop's setting says, whatever the currency. Line totals are after discounts and without tax.
//! Measured on `WooCommerce` 11.0.1.

use order_events::{Currency, Line, Platform, Sale, Timestamp};
use serde::Deserialize;

use super::status;
use crate::check::checked;
use crate::field::{known, known_names, title};
use crate::{AdapterError, Answer, Decimal, Field, Id, Problem, answer};

/// The order, without its personal data.
#[derive(Clone, Debug, Deserialize)]
pub struct Order {
    id: Option<Id>,
    status: Option<String>,
    currency: Option<String>,
    total: Option<Decimal>,
    date_created_gmt: Option<String>,
    date_modified_gmt: Option<String>,
    date_paid_gmt: Option<String>,
    line_items: Option<Vec<LineItem>>,
    coupon_lines: Option<Vec<CouponLine>>,
    refunds: Option<Vec<Refund>>,
    meta_data: Option<Vec<Meta>>,
}

#[derive(Clone, Debug, Deserialize)]
struct LineItem {
    name: Option<String>,
    product_id: Option<Id>,
    variation_id: Option<Id>,
    quantity: Option<Decimal>,
    total: Option<Decimal>,
    sku: Option<String>,
    /// `WooCommerce` has none here; our `WordPress` plugin adds them.
    collections: Option<Vec<String>>,
}

#[derive(Clone, Debug, Deserialize)]
struct CouponLine {
    code: Option<String>,
}

/// A refund of the order; `total` is negative.
#[derive(Clone, Debug, Deserialize)]
struct Refund {
    total: Option<Decimal>,
}

#[derive(Clone, Debug, Deserialize)]
struct Meta {
    key: Option<String>,
    value: Option<Answer>,
}

/// The sale that the order tells of. Refunds are known by amount, not by line.
///
/// # Errors
/// Names the field that is missing or malformed, or that breaks a limit of
/// [`order_events::limits`].
pub fn sale(order: Order) -> Result<Sale, AdapterError> {
    let currency = Field::at("currency").currency(order.currency.as_deref())?;
    let slug = Field::at("status").required(order.status)?;
    let sold_at = utc(Field::at("date_created_gmt"), order.date_created_gmt.as_deref())?;
    let updated_at = match order.date_modified_gmt.as_deref() {
        None => sold_at,
        modified => utc(Field::at("date_modified_gmt"), modified)?,
    };
    let lines = Field::at("line_items")
        .lines(order.line_items, |item, index| line(item, index, currency))?;
    checked(Sale {
        platform: Platform::Woocommerce,
        id: Field::at("id").required(order.id.and_then(Id::into_known))?,
        sold_at,
        updated_at,
        status: status(&slug, order.date_paid_gmt.is_some()),
        test: false,
        currency,
        total: Field::at("total").amount(order.total.as_ref(), currency)?,
        items_total: Field::at("line_items[].total")
            .sum(lines.iter().map(|line| Ok(line.total)))?,
        refunded: refunded(&order.refunds.unwrap_or_default(), currency)?,
        coupons: order
            .coupon_lines
            .unwrap_or_default()
            .into_iter()
            .filter_map(|coupon| known(coupon.code))
            .collect(),
        opted_in: answer::opted_in(
            order
                .meta_data
                .unwrap_or_default()
                .into_iter()
                .map(|meta| (meta.key, meta.value.unwrap_or_default())),
        ),
        lines,
    })
}

fn line(item: LineItem, index: usize, currency: Currency) -> Result<Line, AdapterError> {
    Ok(Line {
        product: item.product_id.and_then(Id::into_known),
        variant: item.variation_id.and_then(Id::into_known),
        sku: known(item.sku),
        title: title(item.name),
        quantity: Field::within("line_items[].quantity", index).count(item.quantity.as_ref())?,
        refunded: 0,
        total: Field::within("line_items[].total", index).amount(item.total.as_ref(), currency)?,
        collections: known_names(item.collections),
        bundled: false,
    })
}

fn refunded(refunds: &[Refund], currency: Currency) -> Result<i64, AdapterError> {
    let field = Field::at("refunds[].total");
    let returned = field.sum(refunds.iter().enumerate().map(|(index, refund)| {
        let field = Field::within("refunds[].total", index);
        field
            .required(refund.total.as_ref())?
            .minor_units(currency)
            .map_err(|problem: Problem| field.error(problem))
    }))?;
    Ok(returned.saturating_neg())
}

/// An instant of UTC that is written without its zone.
fn utc(field: Field, text: Option<&str>) -> Result<Timestamp, AdapterError> {
    let mut text = field.required(text)?.to_owned();
    text.push('Z');
    field.timestamp(Some(&text))
}

//! The order that Shopify's `orders/*` webhooks carry.
//!
//! Plain amounts are in the shop's currency; each has a `*_set` beside it with the amount that the
//! buyer saw, and that one is told, because it is what the pixel saw too. With `taxes_included`
//! prices contain tax, which is taken out. Source: shopify.dev, Webhooks, API version 2026-07.

use order_events::{Platform, Sale, SaleStatus};
use serde::Deserialize;

use super::line_item::{LineItem, Paths};
use super::order_id;
use super::price_set::{Currencies, PriceSet};
use super::refund::{Refund, returned_money, returned_units};
use crate::check::checked;
use crate::field::known;
use crate::{AdapterError, Answer, Decimal, Field, Id, answer};

/// The order, without its personal data.
#[derive(Clone, Debug, Deserialize)]
pub struct Order {
    id: Option<Id>,
    created_at: Option<String>,
    processed_at: Option<String>,
    updated_at: Option<String>,
    cancelled_at: Option<String>,
    financial_status: Option<String>,
    test: Option<bool>,
    currency: Option<String>,
    presentment_currency: Option<String>,
    taxes_included: Option<bool>,
    total_price: Option<Decimal>,
    total_price_set: Option<PriceSet>,
    subtotal_price: Option<Decimal>,
    subtotal_price_set: Option<PriceSet>,
    line_items: Option<Vec<LineItem>>,
    discount_codes: Option<Vec<DiscountCode>>,
    note_attributes: Option<Vec<NoteAttribute>>,
    refunds: Option<Vec<Refund>>,
}

#[derive(Clone, Debug, Deserialize)]
struct DiscountCode {
    code: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
struct NoteAttribute {
    name: Option<String>,
    value: Option<Answer>,
}

const PATHS: Paths = Paths {
    quantity: "line_items[].quantity",
    price: "line_items[].price",
    discounts: "line_items[].discount_allocations",
    taxes: "line_items[].tax_lines",
};

/// The sale that the order tells of, with the same id as the shop's pixel. `sold_at` is
/// `processed_at`, which for an imported order is when the buyer bought.
///
/// # Errors
/// Names the field that is missing or malformed, or that breaks a limit of
/// [`order_events::limits`].
pub fn sale(order: Order) -> Result<Sale, AdapterError> {
    let code = order.presentment_currency.as_deref().or(order.currency.as_deref());
    let currencies = Currencies {
        sale: Field::at("currency").currency(code)?,
        shop: order.currency.as_deref().and_then(|code| code.parse().ok()),
        rate: order.total_price_set.as_ref(),
    };
    let sold_at = match order.processed_at.as_deref() {
        None => Field::at("created_at").timestamp(order.created_at.as_deref())?,
        processed => Field::at("processed_at").timestamp(processed)?,
    };
    let updated_at = match order.updated_at.as_deref() {
        None => sold_at,
        updated => Field::at("updated_at").timestamp(updated)?,
    };
    let total = currencies.amount(
        Field::at("total_price"),
        order.total_price_set.as_ref(),
        order.total_price.as_ref(),
    )?;
    let refunds = order.refunds.as_deref().unwrap_or_default();
    let status = status(order.financial_status.as_deref(), order.cancelled_at.is_some());
    let refunded = returned_money(refunds, &currencies)?;
    let items_total = items_total(&order, &currencies)?;
    let taxes_included = order.taxes_included == Some(true);
    let lines = Field::at("line_items").lines(order.line_items, |item, index| {
        let refunded = returned_units(refunds, item.id.as_ref())?;
        item.into_line(&PATHS, index, &currencies, taxes_included, refunded)
    })?;
    let codes = order.discount_codes.unwrap_or_default();
    let attributes = order.note_attributes.unwrap_or_default();
    checked(Sale {
        platform: Platform::Shopify,
        id: order_id(Field::at("id"), order.id)?,
        sold_at,
        updated_at,
        status,
        test: order.test == Some(true),
        currency: currencies.sale,
        total,
        items_total,
        refunded,
        coupons: codes.into_iter().filter_map(|discount| known(discount.code)).collect(),
        opted_in: answer::opted_in(
            attributes
                .into_iter()
                .map(|attribute| (attribute.name, attribute.value.unwrap_or_default())),
        ),
        lines,
    })
}

/// Source of the statuses: shopify.dev, Order, `financial_status`.
fn status(financial_status: Option<&str>, is_cancelled: bool) -> SaleStatus {
    if is_cancelled {
        return SaleStatus::Cancelled;
    }
    match financial_status {
        Some("voided") => SaleStatus::Cancelled,
        Some("refunded") => SaleStatus::Refunded,
        Some("paid" | "partially_refunded") => SaleStatus::Paid,
        _ => SaleStatus::Placed,
    }
}

/// What the lines cost after all discounts and without tax.
fn items_total(order: &Order, currencies: &Currencies) -> Result<i64, AdapterError> {
    let field = Field::at("subtotal_price");
    let subtotal = currencies.amount(
        field,
        order.subtotal_price_set.as_ref(),
        order.subtotal_price.as_ref(),
    )?;
    if order.taxes_included != Some(true) {
        return Ok(subtotal);
    }
    let items = order.line_items.iter().flatten().enumerate();
    let tax = field
        .sum(items.map(|(index, item)| item.tax(Field::within(PATHS.taxes, index), currencies)))?;
    field.zero_or_more(subtotal.saturating_sub(tax))
}

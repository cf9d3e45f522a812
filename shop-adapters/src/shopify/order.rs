//! The order in Shopify's `orders/*` webhooks, and the drafts and checkouts that may become one.
//!
//! The sale is in the shop's own currency. Plain amounts are in it too, and each has a `*_set`
//! beside it. `current_*` amounts are after edits, exchanges and returns. With `taxes_included`
//! prices contain tax, which is subtracted. Source: shopify.dev, Webhooks, API version 2026-07.

mod amounts;

use order_events::{Currency, Platform, Sale, SaleStatus};
use serde::Deserialize;

use super::line_item::LineItem;
use super::order_id;
use super::price_set::{Money, PriceSet};
use super::refund::{Refund, returned_units};
use crate::browser_sale::claimed;
use crate::instant::instant;
use crate::items::Items;
use crate::{AdapterError, Field, opt_in, text};

/// The order, without its personal data.
#[derive(Clone, Debug, Deserialize)]
pub struct Order {
    id: String,
    #[cfg(feature = "json")]
    pub(super) name: String,
    #[cfg(feature = "json")]
    #[serde(rename = "order_number")]
    pub(super) number: String,
    created_at: String,
    processed_at: String,
    updated_at: String,
    cancelled_at: String,
    /// Present only on a checkout that became an order.
    completed_at: String,
    /// Present only on a draft.
    status: String,
    financial_status: String,
    test: bool,
    currency: String,
    presentment_currency: String,
    taxes_included: bool,
    total_price: String,
    total_price_set: PriceSet,
    current_total_price: String,
    current_total_price_set: PriceSet,
    subtotal_price: String,
    subtotal_price_set: PriceSet,
    current_subtotal_price: String,
    current_subtotal_price_set: PriceSet,
    total_tax: String,
    total_tax_set: PriceSet,
    total_shipping_price_set: PriceSet,
    shipping_lines: Vec<ShippingLine>,
    /// Present only on a draft.
    shipping_line: Vec<ShippingLine>,
    line_items: Vec<LineItem>,
    discount_codes: Vec<DiscountCode>,
    note_attributes: Vec<NoteAttribute>,
    refunds: Vec<Refund>,
}

#[derive(Clone, Debug, Deserialize)]
struct ShippingLine {
    price: String,
    price_set: PriceSet,
}

#[derive(Clone, Debug, Deserialize)]
struct DiscountCode {
    code: String,
}

#[derive(Clone, Debug, Deserialize)]
struct NoteAttribute {
    name: String,
    value: String,
}

/// Returns the sale that the order reports, with the same id as the shop's pixel. `sold_at` is
/// `processed_at`, which is the time of purchase also for an imported order.
///
/// # Errors
/// Names the field that is missing or malformed.
#[allow(clippy::needless_pass_by_value, reason = "every adapter takes its payload")]
pub fn sale(order: Order) -> Result<Sale, AdapterError> {
    let codes = [text::currency(&order.currency), order.total_price_set.currency()];
    let currency = text::first_known(codes.into_iter().flatten())
        .or_else(|| text::currency(&order.presentment_currency));
    let currency = currency.unwrap_or(Currency::UNKNOWN);
    let money = Money { currency, rate: &order.total_price_set };
    let sold_at = match instant(&order.processed_at) {
        Some(processed_at) => processed_at,
        None => Field::at("created_at").timestamp(&order.created_at)?,
    };
    let id = order_id(Field::at("id"), &order.id)?;
    let mut items = Items::new();
    for item in order.line_items.iter().filter(|item| !item.is_tip()) {
        let returned = returned_units(&order.refunds, &item.id);
        item.add(&mut items, money, order.taxes_included, returned);
    }
    let amounts = amounts::of(&order, money, &items)?;
    let mut attributes = order.note_attributes.iter();
    let opted_in = attributes.find(|attribute| attribute.name == opt_in::ATTRIBUTE);
    let codes = order.discount_codes.iter().map(|discount| discount.code.clone());
    let sale = Sale {
        updated_at: instant(&order.updated_at).unwrap_or(sold_at),
        status: status(&order),
        test: order.test,
        total: amounts.total,
        items_total: amounts.items_total,
        refunded: amounts.refunded,
        coupons: text::names(codes.collect()),
        opted_in: opted_in.and_then(|attribute| opt_in::read(&attribute.value)),
        ..claimed(Platform::Shopify, id, sold_at, currency)
    };
    Ok(items.into_sale(sale))
}

/// Returns the status. Drafts and checkouts have no financial status: they are unpaid, and
/// cancelled once an order was created from them. Source: shopify.dev, Order, `financial_status`.
fn status(order: &Order) -> SaleStatus {
    if happened(&order.cancelled_at) {
        return SaleStatus::Cancelled;
    }
    let has_order = text::is(&order.status, "completed") || happened(&order.completed_at);
    if text::trimmed(&order.financial_status).is_empty() && has_order {
        return SaleStatus::Cancelled;
    }
    financial(&order.financial_status)
}

/// Returns the status for a financial status, as orders and exports contain it.
pub(crate) fn financial(status: &str) -> SaleStatus {
    match text::trimmed(status).to_ascii_lowercase().as_str() {
        "voided" => SaleStatus::Cancelled,
        "refunded" => SaleStatus::Refunded,
        "paid" | "partially_refunded" => SaleStatus::Paid,
        _ => SaleStatus::Placed,
    }
}

/// Prefixes of dates that mean "never", in any zone.
const NEVER: [&str; 4] = ["000", "-000", "1969-12-31", "1970-01-01"];

/// Returns `true` if the date field of an event says that the event happened. An unreadable date
/// counts as happened.
fn happened(date: &str) -> bool {
    text::id(date).is_some_and(|date| NEVER.iter().all(|never| !date.starts_with(never)))
}

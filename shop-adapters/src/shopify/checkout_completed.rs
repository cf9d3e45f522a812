//! The `checkout_completed` event of Shopify's web pixels, as the buyer's browser reports it.
//!
//! Amounts are in the currency that the buyer paid in. A pixel knows neither the collections of a
//! product nor the tax in a price. Nearly every field may be null and is then derived from the
//! others. Source: shopify.dev, Web Pixels API, `checkout_completed`.

use order_events::{Currency, Platform, Sale, SaleStatus};
use serde::Deserialize;

use super::order_id;
use crate::browser_sale::claimed;
use crate::decimal::{self, Quantity};
use crate::items::{Item, Items};
use crate::{AdapterError, Field, opt_in, text};

/// The event, as a subscriber to `checkout_completed` receives it.
#[derive(Clone, Debug, Deserialize)]
pub struct CheckoutCompleted {
    timestamp: String,
    data: Data,
}

#[derive(Clone, Debug, Deserialize)]
struct Data {
    checkout: Checkout,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Checkout {
    order: Order,
    currency_code: String,
    total_price: Amount,
    subtotal_price: Amount,
    total_tax: Amount,
    shipping_line: ShippingLine,
    line_items: Vec<LineItem>,
    discount_applications: Vec<DiscountApplication>,
    attributes: Vec<Attribute>,
    transactions: Vec<Transaction>,
}

#[derive(Clone, Debug, Deserialize)]
struct Order {
    id: String,
}

#[derive(Clone, Debug, Deserialize)]
struct ShippingLine {
    price: Amount,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct LineItem {
    title: String,
    quantity: String,
    variant: Variant,
    final_line_price: Amount,
    discount_allocations: Vec<DiscountAllocation>,
}

#[derive(Clone, Debug, Deserialize)]
struct Variant {
    id: String,
    sku: String,
    price: Amount,
    product: Product,
}

#[derive(Clone, Debug, Deserialize)]
struct Product {
    id: String,
    title: String,
}

#[derive(Clone, Debug, Deserialize)]
struct DiscountAllocation {
    amount: Amount,
}

#[derive(Clone, Debug, Deserialize)]
struct DiscountApplication {
    #[serde(rename = "type")]
    kind: String,
    title: String,
}

#[derive(Clone, Debug, Deserialize)]
struct Attribute {
    key: String,
    value: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Transaction {
    payment_method: PaymentMethod,
}

#[derive(Clone, Debug, Deserialize)]
struct PaymentMethod {
    #[serde(rename = "type")]
    kind: String,
}

/// Shopify's `MoneyV2`: major units.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Amount {
    amount: String,
    currency_code: String,
}

/// Returns the sale that the event claims.
///
/// # Errors
/// Names the field that is missing or malformed.
pub fn sale(event: CheckoutCompleted) -> Result<Sale, AdapterError> {
    let checkout = event.data.checkout;
    let id = order_id(Field::at("data.checkout.order.id"), &checkout.order.id)?;
    let sold_at = Field::at("timestamp").timestamp(&event.timestamp)?;
    let currency = currency(&checkout);
    let mut items = Items::new();
    for item in &checkout.line_items {
        add(item, &mut items, currency);
    }
    let positive = |price| minor_units(price, currency).filter(|amount| *amount >= 0);
    let total = positive(&checkout.total_price);
    let mut beside_items = 0;
    for price in [&checkout.total_tax, &checkout.shipping_line.price] {
        beside_items = positive(price).unwrap_or(0).saturating_add(beside_items);
    }
    let items_total = positive(&checkout.subtotal_price)
        .or(items.cost())
        .or(total.map(|total| total.saturating_sub(beside_items)));
    let items_total = Field::at("data.checkout.totalPrice").required(items_total)?;
    let mut coupons = Vec::new();
    for discount in checkout.discount_applications {
        if discount.kind == "DISCOUNT_CODE" {
            coupons.push(discount.title);
        }
    }
    let mut opted_in = None;
    for attribute in &checkout.attributes {
        if attribute.key == opt_in::ATTRIBUTE {
            opted_in = opt_in::read(&attribute.value);
        }
    }
    let sale = Sale {
        status: status(&checkout.transactions),
        total: total.unwrap_or(items_total.saturating_add(beside_items)),
        items_total,
        coupons: text::names(coupons),
        opted_in,
        ..claimed(Platform::Shopify, id, sold_at, currency)
    };
    Ok(items.into_sale(sale))
}

/// Returns the currency of the checkout if an amount is in it, or none names its own; otherwise that
/// of the first amount, because the code of the checkout may be any text.
fn currency(checkout: &Checkout) -> Currency {
    let code = text::currency(&checkout.currency_code);
    let mut found = None;
    let mut amounts = vec![&checkout.total_price, &checkout.subtotal_price];
    for line in &checkout.line_items {
        amounts.push(&line.final_line_price);
        amounts.push(&line.variant.price);
    }
    for amount in amounts {
        let of_amount = text::currency(&amount.currency_code);
        if of_amount.is_some() && (found.is_none() || of_amount == code) {
            found = of_amount;
        }
    }
    found.or(code).unwrap_or(Currency::UNKNOWN)
}

/// Returns the status: unpaid if a transaction shows a payment that the buyer still has to make.
fn status(transactions: &[Transaction]) -> SaleStatus {
    for transaction in transactions {
        let kind = transaction.payment_method.kind.as_str();
        if matches!(kind, "manualPayment" | "paymentOnDelivery" | "deferred") {
            return SaleStatus::Placed;
        }
    }
    SaleStatus::Paid
}

fn add(item: &LineItem, items: &mut Items, currency: Currency) {
    let variant = &item.variant;
    let title = if item.title.is_empty() { &variant.product.title } else { &item.title };
    items.add(Item {
        product: &text::trailing_digits(&variant.product.id).unwrap_or_default(),
        variant: &text::trailing_digits(&variant.id).unwrap_or_default(),
        sku: &variant.sku,
        title,
        quantity: &item.quantity,
        total: minor_units(&item.final_line_price, currency)
            .or_else(|| total_from_price(item, currency)),
        ..Item::default()
    });
}

/// Returns the cost of a line of an older event: its price times its units, less its discounts.
fn total_from_price(item: &LineItem, currency: Currency) -> Option<i64> {
    let price = minor_units(&item.variant.price, currency)?;
    let price = Quantity::read(&item.quantity).times(price)?;
    let mut total = price;
    for discount in &item.discount_allocations {
        let discount = minor_units(&discount.amount, currency).unwrap_or(0);
        total = total.saturating_sub(discount.max(0));
    }
    // Discounts may exceed a line by rounding. A negative line is a discount itself.
    Some(total.max(price.min(0)))
}

/// Returns minor units of the checkout's currency; `None` for a price in another currency.
fn minor_units(price: &Amount, currency: Currency) -> Option<i64> {
    decimal::amount_in(&price.amount, &price.currency_code, currency)
}

//! The `checkout_completed` event of Shopify's web pixels: what the buyer's browser saw.
//!
//! Amounts are in the currency that the buyer paid in. A pixel does not know whether the money
//! came, which collections a product is in, or which part of a price is tax.
//! Source: shopify.dev, Web Pixels API, `checkout_completed`.

use order_events::{Currency, Line, Platform, Sale};
use serde::Deserialize;

use super::order_id;
use crate::check::checked;
use crate::field::{known, title};
use crate::placed::placed;
use crate::{AdapterError, Answer, Decimal, Field, Id, Problem, answer};

/// The event, as a subscriber to `checkout_completed` receives it.
#[derive(Clone, Debug, Deserialize)]
pub struct CheckoutCompleted {
    timestamp: Option<String>,
    data: Option<Data>,
}

#[derive(Clone, Debug, Deserialize)]
struct Data {
    checkout: Option<Checkout>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Checkout {
    order: Option<Order>,
    currency_code: Option<String>,
    total_price: Option<Amount>,
    subtotal_price: Option<Amount>,
    line_items: Option<Vec<LineItem>>,
    discount_applications: Option<Vec<DiscountApplication>>,
    attributes: Option<Vec<Attribute>>,
}

#[derive(Clone, Debug, Deserialize)]
struct Order {
    id: Option<Id>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct LineItem {
    title: Option<String>,
    quantity: Option<Decimal>,
    variant: Option<Variant>,
    final_line_price: Option<Amount>,
    discount_allocations: Option<Vec<DiscountAllocation>>,
}

#[derive(Clone, Debug, Deserialize)]
struct Variant {
    id: Option<Id>,
    sku: Option<String>,
    price: Option<Amount>,
    product: Option<Product>,
}

#[derive(Clone, Debug, Deserialize)]
struct Product {
    id: Option<Id>,
}

#[derive(Clone, Debug, Deserialize)]
struct DiscountAllocation {
    amount: Option<Amount>,
}

#[derive(Clone, Debug, Deserialize)]
struct DiscountApplication {
    #[serde(rename = "type")]
    kind: Option<String>,
    title: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
struct Attribute {
    key: Option<String>,
    value: Option<Answer>,
}

/// Shopify's `MoneyV2`: major units.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Amount {
    amount: Option<Decimal>,
    currency_code: Option<String>,
}

/// The sale that the event tells of: `placed`, because a browser does not know of money.
///
/// # Errors
/// Names the field that is missing, malformed or in another currency than the checkout, or that
/// breaks a limit of [`order_events::limits`].
pub fn sale(event: CheckoutCompleted) -> Result<Sale, AdapterError> {
    let checkout =
        Field::at("data.checkout").required(event.data.and_then(|data| data.checkout))?;
    let id =
        order_id(Field::at("data.checkout.order.id"), checkout.order.and_then(|order| order.id))?;
    let sold_at = Field::at("timestamp").timestamp(event.timestamp.as_deref())?;
    let currency =
        Field::at("data.checkout.currencyCode").currency(checkout.currency_code.as_deref())?;
    let lines = Field::at("data.checkout.lineItems")
        .lines(checkout.line_items, |item, index| line(item, index, currency))?;
    let subtotal = Field::at("data.checkout.subtotalPrice");
    let items_total = match &checkout.subtotal_price {
        Some(price) => minor_units(subtotal, Some(price), currency)?,
        None => subtotal.sum(lines.iter().map(|line| Ok(line.total)))?,
    };
    let mut coupons = Vec::new();
    for discount in checkout.discount_applications.unwrap_or_default() {
        let is_code = discount.kind.as_deref() == Some("DISCOUNT_CODE");
        if let Some(code) = known(discount.title).filter(|_| is_code) {
            coupons.push(code);
        }
    }
    let attributes = checkout.attributes.unwrap_or_default();
    checked(Sale {
        total: minor_units(
            Field::at("data.checkout.totalPrice"),
            checkout.total_price.as_ref(),
            currency,
        )?,
        items_total,
        coupons,
        opted_in: answer::opted_in(
            attributes
                .into_iter()
                .map(|attribute| (attribute.key, attribute.value.unwrap_or_default())),
        ),
        lines,
        ..placed(Platform::Shopify, id, sold_at, currency)
    })
}

fn line(item: LineItem, index: usize, currency: Currency) -> Result<Line, AdapterError> {
    let quantity =
        Field::within("data.checkout.lineItems[].quantity", index).count(item.quantity.as_ref())?;
    let total = match &item.final_line_price {
        None => total_from_price(&item, quantity, index, currency)?,
        price => minor_units(
            Field::within("data.checkout.lineItems[].finalLinePrice", index),
            price.as_ref(),
            currency,
        )?,
    };
    let (product, variant, sku) = match item.variant {
        Some(variant) => (variant.product.and_then(|product| product.id), variant.id, variant.sku),
        None => (None, None, None),
    };
    Ok(Line {
        product: product.and_then(|id| id.trailing_digits()),
        variant: variant.and_then(|id| id.trailing_digits()),
        sku: known(sku),
        title: title(item.title),
        quantity,
        refunded: 0,
        total,
        collections: Vec::new(),
        bundled: false,
    })
}

/// What a line of an older event costs: its price times its units, less its discounts.
fn total_from_price(
    item: &LineItem,
    quantity: u32,
    index: usize,
    currency: Currency,
) -> Result<i64, AdapterError> {
    let field = Field::within("data.checkout.lineItems[].variant.price", index);
    let price = item.variant.as_ref().and_then(|variant| variant.price.as_ref());
    let price = field.times(minor_units(field, price, currency)?, quantity)?;
    let field = Field::within("data.checkout.lineItems[].discountAllocations", index);
    let allocations = item.discount_allocations.iter().flatten();
    let discounts = field.sum(
        allocations.map(|allocation| minor_units(field, allocation.amount.as_ref(), currency)),
    )?;
    field.zero_or_more(price.saturating_sub(discounts))
}

/// Minor units of the checkout's currency; a price in another currency is refused.
fn minor_units(
    field: Field,
    price: Option<&Amount>,
    currency: Currency,
) -> Result<i64, AdapterError> {
    let price = field.required(price)?;
    match &price.currency_code {
        Some(code) if code != currency.code() => Err(field.error(Problem::OtherCurrency)),
        _ => field.amount(price.amount.as_ref(), currency),
    }
}

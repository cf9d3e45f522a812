//! What Magento's own Google module prints on the success page: `ordersTrackingData`.
//!
//! ```json
//! {"currency": "USD",
//!  "orders": [{"transaction_id": "000000042", "value": "1,234.50", "tax": "90.00",
//!              "shipping": "10.00"}],
//!  "products": [{"item_id": "24-MB01", "item_name": "Joust Duffle Bag", "price": "1,134.50",
//!                "quantity": 1}]}
//! ```
//!
//! The module pushes the same to `gtag` without the currency, so the whole object is read. Amounts
//! have two decimals and commas between thousands, in every currency. `price` is before discounts
//! and without tax, so the lines are too; what all items cost is the grand total less tax and
//! shipping. A gift card makes the grand total smaller, and then the items count for less.
//! Source: Magento's module `Magento_GoogleGtag`, block `Ga`.

use order_events::{Currency, Line, Platform, Sale, Timestamp};
use serde::Deserialize;

use crate::check::checked;
use crate::field::title;
use crate::placed::placed;
use crate::{AdapterError, Decimal, Field, Id, Problem};

/// The object `ordersTrackingData`.
#[derive(Clone, Debug, Deserialize)]
pub struct Purchase {
    currency: Option<String>,
    orders: Option<Vec<Order>>,
    products: Option<Vec<Product>>,
}

#[derive(Clone, Debug, Deserialize)]
struct Order {
    transaction_id: Option<Id>,
    value: Option<Decimal>,
    tax: Option<Decimal>,
    shipping: Option<Decimal>,
}

#[derive(Clone, Debug, Deserialize)]
struct Product {
    item_id: Option<Id>,
    item_name: Option<Id>,
    price: Option<Decimal>,
    quantity: Option<Decimal>,
}

/// The sale that the object tells of. It carries no time: `received_at` is when we saw it.
///
/// # Errors
/// [`Problem::SeveralOrders`] when a checkout to several addresses made several orders, because
/// the products do not say which order they are in; otherwise names the field that is missing or
/// malformed, or that breaks a limit of [`order_events::limits`].
pub fn sale(purchase: Purchase, received_at: Timestamp) -> Result<Sale, AdapterError> {
    let orders = Field::at("orders");
    let mut listed = orders.required(purchase.orders)?.into_iter();
    let order = orders.required(listed.next())?;
    if listed.next().is_some() {
        return Err(orders.error(Problem::SeveralOrders));
    }
    let currency = Field::at("currency").currency(purchase.currency.as_deref())?;
    let lines = Field::at("products")
        .lines(purchase.products, |product, index| line(product, index, currency))?;
    let total = amount(Field::at("orders[0].value"), order.value, currency)?;
    let tax = amount_or_zero(Field::at("orders[0].tax"), order.tax, currency)?;
    let shipping = amount_or_zero(Field::at("orders[0].shipping"), order.shipping, currency)?;
    let id = Field::at("orders[0].transaction_id")
        .required(order.transaction_id.and_then(Id::into_known))?;
    checked(Sale {
        total,
        items_total: total.saturating_sub(tax).saturating_sub(shipping).max(0),
        lines,
        ..placed(Platform::Magento, id, received_at, currency)
    })
}

fn line(product: Product, index: usize, currency: Currency) -> Result<Line, AdapterError> {
    let quantity = Field::within("products[].quantity", index).count(product.quantity.as_ref())?;
    let price = Field::within("products[].price", index);
    Ok(Line {
        product: None,
        variant: None,
        sku: product.item_id.and_then(Id::into_known),
        title: title(product.item_name.and_then(Id::into_known)),
        quantity,
        refunded: 0,
        total: price.times(amount(price, product.price, currency)?, quantity)?,
        collections: Vec::new(),
        bundled: false,
    })
}

/// Minor units of a number that may have commas between its thousands.
fn amount(field: Field, decimal: Option<Decimal>, currency: Currency) -> Result<i64, AdapterError> {
    field.amount(decimal.map(Decimal::without_thousands_commas).as_ref(), currency)
}

/// The same, where an absent amount is none.
fn amount_or_zero(
    field: Field,
    decimal: Option<Decimal>,
    currency: Currency,
) -> Result<i64, AdapterError> {
    if decimal.is_none() { Ok(0) } else { amount(field, decimal, currency) }
}

//! The object `ordersTrackingData` that Magento's own Google module prints on the success page.
//!
//! ```json
//! {"currency": "USD",
//!  "orders": [{"transaction_id": "000000042", "value": "1,234.50", "tax": "90.00",
//!              "shipping": "10.00"}],
//!  "products": [{"item_id": "24-MB01", "item_name": "Joust Duffle Bag", "price": "1,134.50",
//!                "quantity": 1}]}
//! ```
//!
//! The module pushes the same data to `gtag` without the currency, so the whole object is read.
//! Amounts have two decimals and commas between thousands, in every currency. `price` is before
//! discounts and without tax, so the lines are too. All items together cost the grand total less
//! tax and shipping. A gift card reduces the grand total, so the items then cost less.
//!
//! A configurable product may be listed with its simple product. Both then have the same SKU and
//! one has no price, or the simple one's SKU begins with the other's. A bundle may be listed with
//! its parts, whose SKUs are contained in its own. Source: Magento's module `Magento_GoogleGtag`,
//! block `Ga`.

use order_events::{Currency, Platform, Sale, Timestamp};
use serde::Deserialize;

use crate::browser_sale::claimed;
use crate::decimal::{self, Quantity};
use crate::items::{Item, Items};
use crate::{AdapterError, Field, Problem, text};

/// The object `ordersTrackingData`.
#[derive(Clone, Debug, Deserialize)]
pub struct Purchase {
    currency: String,
    orders: Vec<Order>,
    products: Vec<Product>,
}

#[derive(Clone, Debug, Deserialize)]
struct Order {
    transaction_id: String,
    value: String,
    tax: String,
    shipping: String,
}

#[derive(Clone, Debug, Deserialize)]
struct Product {
    item_id: String,
    item_name: String,
    price: String,
    quantity: String,
}

/// Returns the sale that the object reports. The object carries no time: `received_at` is when we
/// received it.
///
/// # Errors
/// [`Problem::SeveralOrders`] if a checkout to several addresses created several orders, because
/// the products do not name their order. Otherwise names the field that is missing or malformed.
#[allow(clippy::needless_pass_by_value, reason = "every adapter takes its payload")]
pub fn sale(purchase: Purchase, received_at: Timestamp) -> Result<Sale, AdapterError> {
    let orders = Field::at("orders");
    let mut listed = purchase.orders.iter().filter(|order| order.is_there());
    let order = orders.required(listed.next())?;
    if listed.any(|other| text::id(&other.transaction_id) != text::id(&order.transaction_id)) {
        return Err(orders.error(Problem::SeveralOrders));
    }
    let currency = text::currency_of_sale(&purchase.currency);
    let items = items(&purchase.products, currency);
    let amount = |text: &str| decimal::amount(text, currency).unwrap_or(0);
    let beside_items = amount(&order.tax).saturating_add(amount(&order.shipping));
    let shown = items.cost().map(|cost| cost.saturating_add(beside_items));
    let total = Field::at("orders[0].value").amount_or(shown, &order.value, currency)?;
    let id = Field::at("orders[0].transaction_id").id(&order.transaction_id)?;
    let sale = Sale {
        total,
        items_total: total.saturating_sub(beside_items),
        ..claimed(Platform::Magento, id, received_at, currency)
    };
    Ok(items.into_sale(sale))
}

impl Order {
    /// Returns true if the entry has any detail: themes leave empty ones in the list.
    fn is_there(&self) -> bool {
        let texts = [&self.transaction_id, &self.value, &self.tax, &self.shipping];
        texts.into_iter().any(|text| text::known(text).is_some())
    }
}

fn items(products: &[Product], currency: Currency) -> Items {
    let priced: Vec<&str> = products
        .iter()
        .filter(|product| decimal::amount(&product.price, currency).unwrap_or(0) != 0)
        .map(|product| text::trimmed(&product.item_id))
        .collect();
    let mut items = Items::new();
    for product in products {
        let price = decimal::amount(&product.price, currency);
        let sku = text::trimmed(&product.item_id);
        let is_free = price.unwrap_or(0) == 0 && !sku.is_empty();
        if is_free && priced.contains(&sku) {
            continue;
        }
        items.add(Item {
            sku,
            title: &text::known(&product.item_name).unwrap_or_default(),
            quantity: &product.quantity,
            total: price.and_then(|price| Quantity::read(&product.quantity).times(price)),
            is_bundled: is_free && priced.iter().any(|whole| is_part(sku, whole)),
            ..Item::default()
        });
    }
    items
}

/// Returns true if `sku` is a part of a bundle, whose SKU joins those of its parts by hyphens, or a
/// variant of a configurable product.
fn is_part(sku: &str, whole: &str) -> bool {
    let is_in = format!("{whole}-").contains(&format!("-{sku}-"));
    is_in || sku.strip_prefix(whole).is_some_and(|variant| variant.starts_with('-'))
}
